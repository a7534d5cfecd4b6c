"""The judge: which changes apply by themselves, and which wait for a person.

Policies are asked in order, the first that matches decides, and every verdict names its policy. Pure; the policies that
curators edit are rows of `curation.models.Policy`, and an installation starts with those of
`curation.core.default_policies`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from curation.core.diff import Change
from curation.core.rules import NOTHING_KNOWN, Circumstances, Rule, Verdict

__all__ = [
    "NOTHING_KNOWN", "NO_POLICY", "PINS_APPLY", "PIN_ENDED", "UPGRADED", "Case", "Circumstances", "Guard", "Judgement",
    "Rule", "Verdict", "counted", "judge", "judge_run", "verdict_of",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judgement:
    change: Change
    verdict: Verdict
    policy: str
    grace_hours: int | None = None
    """Held for so long only, and applied then when nobody has objected."""
    reason: str = ""
    """Why a policy rejects it."""


PINS_APPLY: Final = "a curator's pin"
PIN_ENDED: Final = "a pin that ended"
UPGRADED: Final = "upgrade: "
"""Stands before what an upgrade of decisions put right, in place of a policy."""
NO_POLICY: Final = "no policy matches"


def judge(
    change: Change,
    policies: Sequence[Rule],
    about: Circumstances = NOTHING_KNOWN,
    *,
    counts: Mapping[tuple[str, str], int] | None = None,
) -> Judgement:
    """The verdict on one change, with the name of the policy that gave it.

    A change that no policy matches is held, since nobody said otherwise. `counts`: see `counted`; without them a policy
    that counts does not match.
    """
    for rule in policies:
        count = counts.get((rule.name, change.decision.source), 0) if counts is not None else None
        if rule.matches(change, about, count=count):
            return verdict_of(rule, change, about)
    return Judgement(change, Verdict.HOLD, NO_POLICY)


def verdict_of(rule: Rule, change: Change, about: Circumstances = NOTHING_KNOWN) -> Judgement:
    """What a policy that matches makes of a change."""
    if rule.verdict is Verdict.APPLY and rule.grace_hours and not (about.is_due and about.held_by == rule.name):
        return Judgement(change, Verdict.HOLD, rule.name, grace_hours=rule.grace_hours)
    return Judgement(change, rule.verdict, rule.name, reason=rule.explanation)


@dataclass(frozen=True, slots=True)
class Case:
    """A change with its circumstances."""

    change: Change
    about: Circumstances = field(default_factory=Circumstances)


Counts = Counter[tuple[str, str]]
"""By (policy, source): how many changes of a run meet all conditions of a policy that counts, besides the count."""


def judge_run(cases: Sequence[Case], policies: Sequence[Rule], counts: Counts | None = None) -> list[Judgement]:
    """The verdicts on all changes of one run, in their order: policies may ask how many there are, see `counted`."""
    counts = counted(cases, policies) if counts is None else counts
    return [judge(case.change, policies, case.about, counts=counts) for case in cases]


def counted(cases: Sequence[Case], policies: Sequence[Rule]) -> Counts:
    """What policies count of a run. What one holds already from an earlier run is not counted again."""
    counts: Counts = Counter()
    for rule in (rule for rule in policies if rule.count_at_least is not None):
        for case in cases:
            fails = (name for name in rule.failing(case.change, case.about) if name != "count_at_least")
            if case.about.held_by != rule.name and next(fails, None) is None:
                counts[rule.name, case.change.decision.source] += 1
    return counts


@dataclass(frozen=True, slots=True)
class Guard:
    """When a whole run is not believed: too many published values moving at once."""

    share: Decimal = Decimal("0.25")
    at_least: int = 20
    most: Decimal = Decimal("0.9")
    """What `after` never exceeds: of a list in which nearly all moves, a person looks at any age."""

    def after(self, days: float) -> Guard:
        """The guard for a source that was read well so many days ago: as time goes by, more may have moved."""
        return replace(self, share=min(self.share + Decimal("0.01") * int(days), self.most))

    def trips(self, moving: int, known: int) -> bool:
        """`moving`: offerings with a published value that moves; `known`: offerings the source listed before."""
        return moving >= self.at_least and moving > known * self.share
