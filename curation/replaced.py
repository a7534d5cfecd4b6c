"""A price whose unit changes (per token, then per image): the old one goes as the new one comes. Pure.

A withdrawn value waits for a person as a rule. Here nothing is lost: both answer one question, and two answers to it
side by side would charge a call twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from curation.diff import Change, Kind
from curation.policy import Judgement, Verdict
from registry import rates

POLICY: Final = "stated in another unit now"


def with_replaced(judgements: Sequence[Judgement]) -> list[Judgement]:
    """The same judgements in the same order; what nobody states any more is applied where its other unit is."""
    coming = {_question(j.change) for j in judgements if j.verdict is Verdict.APPLY and _is_first(j.change)}
    return [replace(j, verdict=Verdict.APPLY, policy=POLICY) if _is_answered(j, coming) else j for j in judgements]


def _is_first(change: Change) -> bool:
    return change.kind is Kind.FILL and change.field.startswith(rates.PREFIX)


def _is_answered(judgement: Judgement, coming: set[tuple[str, rates.RateKey]]) -> bool:
    change = judgement.change
    is_gone = judgement.verdict is Verdict.HOLD and change.kind is Kind.WITHDRAWN
    return is_gone and change.field.startswith(rates.PREFIX) and _question(change) in coming


def _question(change: Change) -> tuple[str, rates.RateKey]:
    """Which price it is, whatever the unit. Two fields of one offering with one question differ in nothing else."""
    return change.offering, replace(rates.parse_key(change.field), unit="")
