"""Backtest: what policies would have made of the decisions of the last 90 days. Nothing is written.

Where history does not know what a policy asks about, all verdicts that are possible are compared: when they are one,
that is the outcome, and when not, the case is counted as unclear.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from curation.core.policy import Rule, possible_judgements
from curation.policies.history import PastCase, counts_by_run, history
from curation.policies.outcomes import UNCLEAR, Outcome

DAYS: Final = 90
SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Difference:
    """A case that comes out otherwise."""

    case: PastCase
    before: Outcome
    after: Outcome


@dataclass(slots=True)
class Backtest:
    """The counts of a backtest, by outcome, and the cases that come out otherwise."""

    days: int
    looked_at: int = 0
    left_out: int = 0
    by_people: int = 0
    then: Counter[str] = field(default_factory=Counter)
    """As it was decided."""
    today: Counter[str] = field(default_factory=Counter)
    """Under the policies as they are kept."""
    tried: Counter[str] = field(default_factory=Counter)
    """Under the policies that are tried; empty when none are."""
    deciding: Counter[str] = field(default_factory=Counter)
    """What the policy that is tried would have decided itself, by how it was decided then."""
    differing: int = 0
    differences: list[Difference] = field(default_factory=list)
    """The first of them, the largest moves first."""


def backtest(
    rules: Sequence[Rule],
    *,
    tried: Sequence[Rule] | None = None,
    name: str = "",
    days: int = DAYS,
    at: datetime | None = None,
) -> Backtest:
    """Judges the decisions of some days again by `rules`, the policies of today, and by those that are `tried`.

    The differences are between the two, or between then and today when nothing is tried. `name` is of the policy that
    is tried.
    """
    past = history((at or timezone.now()) - timedelta(days=days), rules)
    then, today = [case.decided for case in past.cases], outcomes(past.cases, rules)
    result = Backtest(days, len(past.cases), past.left_out, past.by_people, _count(then), _count(today))
    before, after = then, today
    if tried is not None:
        before, after = today, outcomes(past.cases, tried)
        result.tried = _count(after)
        result.deciding = _count(old for old, new in zip(then, after, strict=True) if new.policy == name)
    differences = [
        Difference(case, old, new)
        for case, old, new in zip(past.cases, before, after, strict=True)
        if old.name != new.name and UNCLEAR not in (old.name, new.name)
    ]
    result.differing = len(differences)
    result.differences = sorted(differences, key=lambda difference: difference.case.change.reach, reverse=True)[:SHOWN]
    return result


def _count(counted: Iterable[Outcome]) -> Counter[str]:
    return Counter(outcome.name for outcome in counted)


def outcomes(cases: Sequence[PastCase], rules: Sequence[Rule]) -> list[Outcome]:
    """What policies make of each case."""
    counts = counts_by_run(cases, rules)
    return [_outcome(case, rules, counts) for case in cases]


def _outcome(case: PastCase, rules: Sequence[Rule], counts: Mapping[tuple[Any, str, str], int]) -> Outcome:
    if case.is_unasked:
        return case.decided

    def count(rule: Rule) -> int | None:
        return counts.get((case.run, rule.name, case.change.decision.source))

    possible: dict[str, Outcome] = {}
    for judgement in possible_judgements(case.change, rules, case.context, count):
        # What was held by the gate is taken to be held by it again.
        outcome = Outcome.of(judgement, case.gate)
        possible.setdefault(outcome.name, outcome)
    first, *others = possible.values()
    return Outcome(UNCLEAR, first.policy) if others else first
