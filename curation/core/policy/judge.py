"""Which changes are applied automatically, and which wait for a person. Pure.

Policies are asked in order, the first that matches decides, and every verdict names its policy. The policies that
curators edit are rows of `curation.models.Policy`; an installation starts with those of
`curation.core.policy.defaults`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from curation.core.diff import Change
from curation.core.policy.context import NOTHING_KNOWN, PolicyContext
from curation.core.policy.rule import Rule, Verdict


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one change."""

    change: Change
    verdict: Verdict
    policy: str
    grace_hours: int | None = None
    """Delayed apply: after how many hours a held change is applied unless somebody objects."""
    reason: str = ""
    """Why a policy rejects it."""


PINS_APPLY: Final = "a curator's pin"
PIN_ENDED: Final = "a pin that ended"
UPGRADED: Final = "upgrade: "
"""Prefix of what is named in place of a policy where an upgrade corrected values."""
NO_POLICY: Final = "no policy matches"


def judge(
    change: Change,
    policies: Sequence[Rule],
    context: PolicyContext = NOTHING_KNOWN,
    *,
    counts: Mapping[tuple[str, str], int] | None = None,
) -> Judgement:
    """The verdict on one change, with the name of the policy that gave it.

    A change that no policy matches is held. `counts`: see `counted`; without them a policy
    that counts does not match.
    """
    for rule in policies:
        count = counts.get((rule.name, change.decision.source), 0) if counts is not None else None
        if rule.matches(change, context, count=count):
            return verdict_of(rule, change, context)
    return Judgement(change, Verdict.HOLD, NO_POLICY)


def possible_judgements(
    change: Change, policies: Sequence[Rule], context: PolicyContext, count: Callable[[Rule], int | None]
) -> Iterator[Judgement]:
    """The verdicts that may be given where not all is known that policies ask about; one where it is known.

    `count` tells how many changes of the run meet the other conditions of a policy.
    """
    for rule in policies:
        holds = rule.holds(change, context, count=count(rule))
        if holds is not False:
            yield verdict_of(rule, change, context)
        if holds:
            return
    yield Judgement(change, Verdict.HOLD, NO_POLICY)


def verdict_of(rule: Rule, change: Change, context: PolicyContext = NOTHING_KNOWN) -> Judgement:
    """The judgement of a policy that matches a change."""
    if rule.verdict is Verdict.APPLY and rule.grace_hours and not (context.is_due and context.held_by == rule.name):
        return Judgement(change, Verdict.HOLD, rule.name, grace_hours=rule.grace_hours)
    return Judgement(change, rule.verdict, rule.name, reason=rule.explanation)


@dataclass(frozen=True, slots=True)
class Case:
    """A change with its context."""

    change: Change
    context: PolicyContext = field(default_factory=PolicyContext)


Counts = Counter[tuple[str, str]]
"""By (policy, source): how many changes of a run meet all conditions of a policy that counts, besides the count."""


def judge_run(cases: Sequence[Case], policies: Sequence[Rule], counts: Counts | None = None) -> list[Judgement]:
    """The verdicts on all changes of one run, in their order: policies may ask how many there are, see `counted`."""
    counts = counted(cases, policies) if counts is None else counts
    return [judge(case.change, policies, case.context, counts=counts) for case in cases]


def counted(cases: Sequence[Case], policies: Sequence[Rule]) -> Counts:
    """What policies count of a run. A change that the policy holds since an earlier run is not counted again."""
    counts: Counts = Counter()
    for rule in (rule for rule in policies if rule.counts):
        for case in cases:
            if case.context.held_by != rule.name and rule.holds_but_for_count(case.change, case.context):
                counts[rule.name, case.change.decision.source] += 1
    return counts
