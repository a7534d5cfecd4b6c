"""A price whose unit changes, for example from per token to per image: the new one replaces the old one. Pure.

As a rule, the removal of a value waits for a person. Here nothing is lost: both are the same price in two units, and
side by side they would charge a call twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from curation.core.diff import Change, Kind
from curation.core.policy import Judgement, Verdict
from curation.core.price_lists import question_of
from curation.core.units import by_unit
from registry.domain import rates

POLICY: Final = "stated in another unit now"


def with_replaced(judgements: Sequence[Judgement]) -> list[Judgement]:
    """The same judgements in the same order; a removal is applied where the price in its other unit is."""
    if not any(map(_is_gone, judgements)):
        return list(judgements)
    applied = [unit for unit in by_unit(judgements) if unit.verdict is Verdict.APPLY]
    coming = {_question(j.change) for unit in applied for j in unit.judgements if _is_first(j.change)}
    return [replace(j, verdict=Verdict.APPLY, policy=POLICY) if _is_answered(j, coming) else j for j in judgements]


def _is_first(change: Change) -> bool:
    return change.kind is Kind.FILL and change.field.startswith(rates.PREFIX)


def _is_answered(judgement: Judgement, coming: set[tuple[str, str]]) -> bool:
    return _is_gone(judgement) and _question(judgement.change) in coming


def _is_gone(judgement: Judgement) -> bool:
    change = judgement.change
    is_held = judgement.verdict is Verdict.HOLD and change.kind is Kind.NO_LONGER_STATED
    return is_held and change.field.startswith(rates.PREFIX)


def _question(change: Change) -> tuple[str, str]:
    """Which price of which offering it is, whatever the unit."""
    return change.offering, question_of(change.field)
