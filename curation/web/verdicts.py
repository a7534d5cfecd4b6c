"""The verdicts of the scoreboard in words, and the state of its pages as a URL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from curation.core.scoreboard import Verdict

TITLES: Final[Mapping[Verdict, Any]] = {
    Verdict.EQUAL: _("equal"),
    Verdict.PENDING: _("waiting for a person"),
    Verdict.STALE: _("stale"),
    Verdict.UNIT: _("unit"),
    Verdict.TIER: _("tier"),
    Verdict.RESELLER: _("reseller's value"),
    Verdict.OTHER: _("other value"),
    Verdict.MISSING: _("missing"),
    Verdict.NOT_LISTED: _("not listed"),
}
MEANINGS: Final[Mapping[Verdict, Any]] = {
    Verdict.EQUAL: _("The same on the day of the provider's statement; a rounded limit counts as the same."),
    Verdict.PENDING: _("The provider's value is known here and waits for a person's review."),
    Verdict.STALE: _("What the provider, or its published value, stated before."),
    Verdict.UNIT: _("Off by a factor of exactly 10, 1,000 or 1,000,000."),
    Verdict.TIER: _("The provider's price of the same meter under other conditions."),
    Verdict.RESELLER: _("What another provider of the same model charges or states."),
    Verdict.OTHER: _("Another value, with no explanation found."),
    Verdict.MISSING: _("The offering is listed without this value."),
    Verdict.NOT_LISTED: _("The offering is not listed."),
}
LEGEND: Final = tuple((TITLES[verdict], MEANINGS[verdict]) for verdict in Verdict)


def address(chosen: Mapping[str, str], **changes: str) -> str:
    """The URL of a state with changes; "" removes a parameter."""
    query = {name: value for name, value in {**chosen, **changes}.items() if value}
    return f"?{urlencode(query)}"
