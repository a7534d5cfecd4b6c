"""Verdicts of policies in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy, ngettext

from curation.core.policy import Verdict

VERDICTS: Final[Mapping[str, Any]] = {
    Verdict.APPLY: gettext_lazy("applied"),
    Verdict.HOLD: gettext_lazy("held for review"),
    Verdict.QUARANTINE: gettext_lazy("run held"),
    Verdict.REJECT: gettext_lazy("rejected"),
}


def decided(verdict: Verdict, grace_hours: int | None = None) -> str:
    """A verdict in words, with the time that it leaves to object."""
    if grace_hours:
        said = ngettext("applied after %(hours)s hour", "applied after %(hours)s hours", grace_hours)
        return said % {"hours": f"{grace_hours:,}"}
    return str(VERDICTS[verdict])
