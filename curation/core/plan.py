"""What the claims about one offering come to, and which accepted values that would change. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from curation.core import token_list
from curation.core.accepted import AcceptedState, accepted
from curation.core.corroboration import backing
from curation.core.diff import Change, diff, distance
from curation.core.inputs import Base, Inputs
from curation.core.merge import Merged, merge
from curation.core.price_lists import ORDINARY, TOKEN_PRICES, is_same, unit_of
from curation.core.statements import SourceClaim
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
    of_list = _of_list(inputs.claims, merged, facts, on)
    measured = [
        _measured(change, of_list if unit_of(change.field) == TOKEN_PRICES else inputs.claims, base, on)
        for change in changes
    ]
    return Plan(key, opening, merged, measured, _additions(key, merged, facts, on), _news(key, merged, facts, on))


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


def _measured(change: Change, claims: Sequence[SourceClaim], base: Base, on: date) -> Change:
    """A change of a known value with its size and the independent sources that back it.

    Its size is the worse of that against the base and that against a month ago: small steps add up.
    """
    if change.old is None or change.new is None:
        return change
    provider, old = provider_of(change.offering), fields.field(change.field).decode(change.old)
    corroboration = backing(change.field, old, change.decision, claims, provider=provider, on=on)
    factor = _worse(change, base.opening.month_ago.get(change.field), on)
    return replace(change, corroboration=corroboration, factor=factor)


def _of_list(
    claims: Sequence[SourceClaim], merged: Merged, accepted: Mapping[str, fields.Json], on: date
) -> list[SourceClaim]:
    """The claims whose ordinary prices are the decided ones, or the accepted ones: others are about other lists."""
    new: token_list.Ordinary = {name: merged.decided[name].value for name in ORDINARY if name in merged.decided}
    old: token_list.Ordinary = {
        name: fields.field(name).decode(accepted[name]) for name in ORDINARY if name in accepted
    }
    lists = [(claim, token_list.stated(claim)) for claim in claims]
    return [
        claim
        for claim, ordinary in lists
        if not ordinary or any(is_same(ordinary, prices, on=on) for prices in (new, old))
    ]


def _worse(change: Change, month_ago: fields.Json, on: date) -> Decimal | None:
    if month_ago is None or not change.factor:
        return change.factor
    then = diff(change.offering, {change.field: month_ago}, {change.field: change.decision}, on=on)
    factor = then[0].factor if then else None
    return max((change.factor, factor or change.factor), key=distance)
