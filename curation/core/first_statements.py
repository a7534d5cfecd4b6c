"""Prices that are stated for the first time, measured against what others state. Pure.

A first statement has no accepted value to be compared with. So equals that differ by half or more without a majority
publish nothing, and a single statement that is far from what others state waits for a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from curation.core.authority import SourceType
from curation.core.diff import Change, Kind
from curation.core.policy import Judgement, Verdict
from curation.core.price_lists import ORDINARY, TOKEN_PRICES, group_of
from curation.core.units import UnitJudgement
from registry.domain import rates

CONTESTED: Final = "contested: equal sources state different prices"
"""Named in place of a policy, like the two below."""
FAR: Final = "far from what others state"
UNCONFIRMED: Final = "start not confirmed"
"""The price began since its source was last heard to announce it."""
CONTESTED_FROM: Final = Decimal("1.5")
FAR_FROM: Final = Decimal("1.5")
OFFICIAL_FAR_FROM: Final = Decimal(3)
IMPOSSIBLE_FROM: Final = Decimal(10)
_FIRST: Final = (Kind.NEW, Kind.FILL)


def measured(judgements: Sequence[Judgement], source_types: Sequence[str | None]) -> list[Judgement]:
    """The same judgements in the same order; first statements that others contradict are held.

    `source_types` are those of whoever states the values, in the same order.
    """
    return [_measured(judgement, source_type) for judgement, source_type in zip(judgements, source_types, strict=True)]


def _measured(judgement: Judgement, source_type: str | None) -> Judgement:
    change = judgement.change
    if change.decision.is_unconfirmed:
        return replace(judgement, verdict=Verdict.HOLD, policy=UNCONFIRMED, grace_hours=None)
    if judgement.verdict is not Verdict.APPLY or change.kind not in _FIRST or not change.field.startswith(rates.PREFIX):
        return judgement
    apart, far = change.decision.contested_by, change.decision.far_from
    if apart is not None and apart >= CONTESTED_FROM:
        return replace(judgement, verdict=Verdict.HOLD, policy=CONTESTED)
    if far is not None and _is_far(change, far, source_type):
        return replace(judgement, verdict=Verdict.HOLD, policy=FAR)
    return judgement


def _is_far(change: Change, far: Decimal, source_type: str | None) -> bool:
    limit = OFFICIAL_FAR_FROM if source_type == SourceType.OFFICIAL else FAR_FROM
    return far >= IMPOSSIBLE_FROM or (far >= limit and change.decision.agree < 2)


def apart(unit: UnitJudgement) -> list[UnitJudgement]:
    """The unit; where policies let the list through, the list and apart from it the special rates that are held."""
    if unit.unit != TOKEN_PRICES:
        return [unit]
    special = [judgement for judgement in unit.judgements if judgement.change.field not in ORDINARY]
    far = {group_of(judgement.change.field) for judgement in special if judgement.policy == FAR}
    held = tuple(
        judgement
        for judgement in special
        if judgement.policy in (CONTESTED, FAR) or group_of(judgement.change.field) in far
    )
    rest = replace(unit, judgements=tuple(judgement for judgement in unit.judgements if judgement not in held))
    if not held or not rest.judgements or rest.verdict is not Verdict.APPLY:
        return [unit]
    return [rest, replace(unit, judgements=held)]
