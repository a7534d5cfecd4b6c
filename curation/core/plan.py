"""What the claims about one offering come to, and which accepted values that would change. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from curation.core.accepted import AcceptedState, accepted
from curation.core.diff import Change, diff
from curation.core.inputs import Base, Inputs
from curation.core.merge import Merged, merge
from curation.core.price_lists import unit_of
from registry.domain import fields
from registry.domain.offering_ids import provider_of
from registry.domain.provenance import AccountedValue

NOTHING_RESTORED: Final[Mapping[str, AccountedValue | None]] = {}


@dataclass(frozen=True, slots=True)
class Plan:
    """One offering before anything is judged."""

    offering: str
    opening: AcceptedState | None
    """The accepted values that changes are measured against; None where nothing was published."""
    merged: Merged
    changes: list[Change]
    """Not measured yet: see `curation.core.measure`."""
    additions: list[Change] = field(default_factory=list)
    """Rates that are added to the accepted price list while the lead states another list by now."""
    news: list[Change] = field(default_factory=list)
    """What equals of a lead state since they were seen to move away from it."""


def plan(
    key: str,
    inputs: Inputs,
    base: Base,
    *,
    at: datetime,
    restored: Mapping[str, AccountedValue | None] = NOTHING_RESTORED,
) -> Plan:
    """Merges the claims about an offering, and compares the outcome with what is accepted.

    `restored`: field → the value that a person restores as accepted, None for none.
    """
    on, provider = at.date(), provider_of(key)
    opening = _opening(base, restored)
    merged = merge(provider, inputs.claims, on=on, base=opening.incumbents() if opening else {})
    if merged.is_frozen or not inputs.claims:
        return Plan(key, opening, merged, [])
    facts = opening.facts if opening else None
    changes = diff(key, facts, merged.decided, on=on, elsewhere=merged.elsewhere)
    if facts is None:
        return Plan(key, opening, merged, changes)
    return Plan(key, opening, merged, changes, _additions(key, merged, facts, on), _news(key, merged, facts, on))


def _additions(key: str, merged: Merged, facts: Mapping[str, fields.Json], on: date) -> list[Change]:
    """The rates that are added to the accepted list."""
    beside = {name: decision for name, decision in (merged.accepted_list or {}).items() if name not in facts}
    return [change for change in diff(key, {}, beside, on=on) if change.new is not None]


def _news(key: str, merged: Merged, facts: Mapping[str, fields.Json], on: date) -> list[Change]:
    """What would move if equals that left the accepted values were followed."""
    news: list[Change] = []
    for unit, decided in merged.news.items():
        of_unit = {name: data for name, data in facts.items() if unit_of(name) == unit}
        news += diff(key, of_unit, decided, on=on, elsewhere=merged.elsewhere)
    return news


def _opening(base: Base, restored: Mapping[str, AccountedValue | None]) -> AcceptedState | None:
    if base.published is None or base.opening.was_new:
        return None
    return accepted(base.published).with_changes({**base.opening.before, **restored})
