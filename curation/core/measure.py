"""The size of changes, and how many independent sources back them: what policies ask about. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from curation.core import token_list
from curation.core.corroboration import backing
from curation.core.diff import Change, diff, distance
from curation.core.merge import Merged
from curation.core.plan import Plan
from curation.core.price_lists import ORDINARY, TOKEN_PRICES, is_same, unit_of
from curation.core.statements import Prices, SourceClaim
from registry.domain import fields
from registry.domain.offering_ids import provider_of


def measured(
    planned: Plan, claims: Sequence[SourceClaim], month_ago: Mapping[str, fields.Json], *, on: date
) -> list[Change]:
    """The changes of a plan, those of known values with their size and the independent sources that back them.

    The size is the worse of that against the base and that against a month ago: small steps add up.
    """
    if planned.opening is None or not planned.changes:
        return planned.changes
    of_list = _of_list(claims, planned.merged, planned.opening.facts, on)
    return [
        _measured(change, of_list if unit_of(change.field) == TOKEN_PRICES else claims, month_ago.get(change.field), on)
        for change in planned.changes
    ]


def _measured(change: Change, claims: Sequence[SourceClaim], month_ago: fields.Json, on: date) -> Change:
    if change.old is None or change.new is None:
        return change
    provider, old = provider_of(change.offering), fields.field(change.field).decode(change.old)
    corroboration = backing(change.field, old, change.decision, claims, provider=provider, on=on)
    return replace(change, corroboration=corroboration, factor=_worse(change, month_ago, on))


def _of_list(
    claims: Sequence[SourceClaim], merged: Merged, accepted: Mapping[str, fields.Json], on: date
) -> list[SourceClaim]:
    """The claims whose ordinary prices are the decided ones, or the accepted ones: others are about other lists."""
    new: Prices = {name: merged.decided[name].value for name in ORDINARY if name in merged.decided}
    old: Prices = {name: fields.field(name).decode(accepted[name]) for name in ORDINARY if name in accepted}
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
