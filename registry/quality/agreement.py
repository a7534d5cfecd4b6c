"""How many independent voices state a published value, out of all that say anything about its field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def agreement(said: Mapping[str, Any]) -> dict[str, int] | None:
    """`{"agree": n, "of": m}` from the provenance of a value; None where nothing is known of where it comes from.

    Copies of one origin are one voice. Provenance tells the counts only where they are not one of one.
    """
    if not said.get("source"):
        return None
    counted = said.get("agreement") or {"agree": 1, "of": 1}
    return {"agree": int(counted["agree"]), "of": int(counted["of"])}
