"""Changes with their policy context, as policies judge them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from curation.core.accepted import AcceptedState
from curation.core.diff import Change, Kind
from curation.core.inputs import Base, Inputs
from curation.core.policy import Case, PolicyContext
from curation.core.price_lists import unit_of
from registry.domain import rates
from registry.domain.offering_ids import provider_of
from registry.domain.provenance import UNKNOWN


def cases(
    changes: Sequence[Change], inputs: Inputs, base: Base, opening: AcceptedState | None, *, at: datetime
) -> list[Case]:
    """Changes of one offering as cases. `opening` are the accepted values that they are measured against."""
    one_way = _one_way(changes)
    return [
        Case(change, replace(policy_context(change, inputs, base, opening, at=at), one_way=one_way.get(change.field)))
        for change in changes
    ]


def policy_context(
    change: Change, inputs: Inputs, base: Base, opening: AcceptedState | None, *, at: datetime
) -> PolicyContext:
    """The context of one change by itself: it does not say how the rest of its unit moves."""
    account = opening.accounts.get(change.field, UNKNOWN) if opening else UNKNOWN
    published_at = base.published.created_at if base.published else None
    waiting = base.waiting.get(unit_of(change.field))
    held_by = waiting.policy_of(change) if waiting else ""
    return PolicyContext(
        source_type=_source_type(change, inputs),
        quality="unknown" if change.old is None else account.quality,
        age_days=max((at - published_at).days, 0) if published_at else 0,
        held_by=held_by,
        is_due=bool(waiting and held_by and waiting.is_due(at)),
    )


def _source_type(change: Change, inputs: Inputs) -> str | None:
    """The type of whoever states the new value; "" where nobody does, None where it is no source."""
    if not change.decision.source:
        return ""
    provider = provider_of(change.offering)
    source_types = (
        c.source_type(change.field, provider) for c in inputs.claims if c.source.slug == change.decision.source
    )
    return next((source_type.value for source_type in source_types), None)


def _one_way(changes: Sequence[Change]) -> dict[str, bool]:
    """Field → whether the prices of its unit move all up or all down, none becoming free or of another kind."""
    by_unit: dict[str, list[Change]] = {}
    for change in changes:
        if change.field.startswith(rates.PREFIX) and change.old is not None and change.new is not None:
            by_unit.setdefault(unit_of(change.field), []).append(change)
    one_way: dict[str, bool] = {}
    for moving in by_unit.values():
        ordinary = all(change.kind is Kind.CHANGE and change.factor for change in moving)
        ups = {change.factor > 1 for change in moving if change.factor}
        one_way |= {change.field: ordinary and len(ups) == 1 for change in moving}
    return one_way
