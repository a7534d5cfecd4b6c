"""The pins in force after the migration."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from scripts.upgrade_proof.proof import Proof
from scripts.upgrade_proof.tables import rows


def pins_in_force(proof: Proof) -> list[dict[str, Any]]:
    """The rows of pins that are neither released nor expired."""
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
    return [
        row
        for row in rows(proof.database("migrated"), "curation_pin").values()
        if row["released_at"] is None and (row["expires_at"] is None or row["expires_at"] > now)
    ]


def decoded(text: str | None) -> Any:
    """A stored JSON value."""
    return None if text is None else json.loads(text)
