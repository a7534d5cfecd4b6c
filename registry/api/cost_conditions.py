"""The conditions under which a call is priced: its moment, service tier, region, plan and details."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from registry.api import vocabulary
from registry.catalogue import queries
from registry.domain import iso
from registry.domain.words import nearest
from registry.pricing import Conditions, InvalidUsage
from registry.pricing.usage import TIERS


def known_tiers() -> Collection[str]:
    """Service tiers beside the standard one: those that sources have words for, and whatever was ever published."""
    return sorted({*TIERS, *vocabulary.words("tiers", queries.latest())})


def conditions(
    at: datetime, values: Mapping[str, str], tiers: Callable[[], Collection[str]] = known_tiers
) -> Conditions:
    """The conditions of a call. Raises InvalidUsage, also for a service tier that nobody has."""
    under = Conditions(at, **values)
    tier = under.service_tier
    if tier and tier not in TIERS and tier not in tiers():
        allowed = ("standard", *tiers())
        raise InvalidUsage(
            "tier", f"no such service tier: {tier!r}; known are {', '.join(allowed)}", nearest(tier, allowed)
        )
    return under


def moment(value: Any) -> datetime:
    """A moment in ISO 8601, or a day for its first instant; UTC where no zone is named. Raises ValueError."""
    try:
        return iso.moment(value)
    except ValueError as error:
        raise ValueError("a day or a moment is expected, such as 2026-01-31 or 2026-01-31T08:00Z") from error
