"""A dry run of policies over what was decided before: what would they have made of the last 90 days?

Nothing is written. Where history does not know what a policy asks about, all verdicts that are possible are compared:
when they are one, that is the answer, and when not, the case is counted as unclear.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from curation.core.policy import NO_POLICY, Rule, Verdict, verdict_of
from curation.policies.history import History, Past, history, runs

DAYS: Final = 90
SHOWN: Final = 50
WAIT: Final = "wait"
UNCLEAR: Final = "unclear"
OUTCOMES: Final = (
    Verdict.APPLY.value, WAIT, Verdict.HOLD.value, Verdict.QUARANTINE.value, Verdict.REJECT.value, UNCLEAR,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What policies make of a case, and which of them."""

    outcome: str
    policy: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A case that comes out otherwise."""

    case: Past
    before: Told
    after: Told


@dataclass(slots=True)
class Rehearsal:
    """What came of it."""

    days: int
    looked_at: int = 0
    left_out: int = 0
    by_people: int = 0
    then: Counter[str] = field(default_factory=Counter)
    """By outcome, as it was decided."""
    today: Counter[str] = field(default_factory=Counter)
    """By outcome, under the policies as they are kept."""
    tried: Counter[str] = field(default_factory=Counter)
    """By outcome, under the policies that are tried; empty when none are."""
    deciding: Counter[str] = field(default_factory=Counter)
    """What the policy that is tried would have decided itself, by how it was decided then."""
    differing: int = 0
    differences: list[Difference] = field(default_factory=list)
    """The first of them, the largest moves first."""


def rehearse(
    rules: Sequence[Rule],
    *,
    tried: Sequence[Rule] | None = None,
    name: str = "",
    days: int = DAYS,
    at: datetime | None = None,
) -> Rehearsal:
    """Judges the decisions of some days again by `rules`, the policies of today, and by those that are `tried`.

    The differences are between the two, or between then and today when nothing is tried. `name` is of the policy that
    is tried.
    """
    at = at or timezone.now()
    past = history(at - timedelta(days=days), rules)
    found = Rehearsal(days, len(past.cases), past.left_out, past.by_people)
    today = told(past, rules)
    after = told(past, tried) if tried is not None else today
    differences = []
    for case, now, then in zip(past.cases, after, today, strict=True):
        found.then[case.then] += 1
        found.today[then.outcome] += 1
        if tried is not None:
            found.tried[now.outcome] += 1
            if now.policy == name:
                found.deciding[case.then] += 1
        before = then if tried is not None else Told(case.then, case.policy)
        if now.outcome != before.outcome and UNCLEAR not in (now.outcome, before.outcome):
            differences.append(Difference(case, before, now))
    found.differing = len(differences)
    found.differences = sorted(differences, key=lambda one: one.case.change.reach, reverse=True)[:SHOWN]
    return found


def told(past: History, rules: Sequence[Rule]) -> list[Told]:
    """What policies make of each case."""
    counts = runs(past.cases, rules)
    return [_told(case, rules, counts) for case in past.cases]


def _told(case: Past, rules: Sequence[Rule], counts: Mapping[tuple[Any, str, str], int]) -> Told:
    if case.is_unasked:
        return Told(case.then, case.policy)
    possible: dict[str, str] = {}
    for rule in rules:
        count = counts.get((case.run, rule.name, case.change.decision.source))
        holds = rule.holds(case.change, case.context, count=count)
        if holds is False:
            continue
        possible.setdefault(*_outcome(rule, case))
        if holds:
            break
    else:
        possible.setdefault(Verdict.HOLD.value, NO_POLICY)
    if len(possible) > 1:
        return Told(UNCLEAR, next(iter(possible.values())))
    return Told(*next(iter(possible.items())))


def _outcome(rule: Rule, case: Past) -> tuple[str, str]:
    given = verdict_of(rule, case.change, case.context)
    if given.grace_hours:
        return WAIT, rule.name
    if given.verdict is Verdict.APPLY and case.gate:
        return Verdict.HOLD.value, case.gate  # it was looked at then, and is taken to be so again
    return given.verdict.value, rule.name
