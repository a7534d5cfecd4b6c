"""What a policy is: a verdict, and the conditions under which it is given. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from curation.core.diff import Change
from curation.core.policy.conditions import AnyCondition, CountAtLeast, in_order
from curation.core.policy.context import NOTHING_KNOWN, PolicyContext

C = TypeVar("C", bound=AnyCondition)


class Verdict(StrEnum):
    """What a policy does with a change."""

    APPLY = "apply"
    HOLD = "hold"
    QUARANTINE = "quarantine"
    """The whole run is not accepted; outside of a run it holds."""
    REJECT = "reject"
    """Declined with the policy's explanation as the reason, and remembered like a rejection by a person."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One policy. It matches a change when all of its conditions hold; without conditions, any change."""

    name: str
    verdict: Verdict
    conditions: tuple[AnyCondition, ...] = ()
    explanation: str = ""
    grace_hours: int | None = None
    """With `apply`: delayed apply. The change waits so long, and is applied if it still stands and nobody objected."""
    counts: bool = field(init=False, compare=False, repr=False, default=False)
    """Whether it asks how many such changes there are in a run."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "conditions", in_order(self.conditions))
        object.__setattr__(self, "counts", self.condition(CountAtLeast) is not None)

    def condition(self, wanted: type[C]) -> C | None:
        """Its condition of a class; None where it has none."""
        return next((condition for condition in self.conditions if isinstance(condition, wanted)), None)

    @property
    def in_words(self) -> str:
        """The conditions as a sentence."""
        return "; ".join(condition.in_words for condition in self.conditions) or "any change"

    def context(self, context: PolicyContext, count: int | None) -> PolicyContext:
        """The context as its conditions see it, `count` being the changes of the run that meet all others."""
        return replace(context, policy=self.name, count=count) if self.counts else context

    def holds(self, change: Change, context: PolicyContext = NOTHING_KNOWN, *, count: int | None = None) -> bool | None:
        """Whether all conditions hold; None where that depends on something unknown."""
        rule_context = self.context(context, count)
        return _all(condition.holds(change, rule_context) for condition in self.conditions)

    def holds_but_for_count(self, change: Change, context: PolicyContext) -> bool | None:
        """The same of all conditions but the one that counts."""
        return _all(
            condition.holds(change, context) for condition in self.conditions if not isinstance(condition, CountAtLeast)
        )

    def matches(self, change: Change, context: PolicyContext = NOTHING_KNOWN, *, count: int | None = None) -> bool:
        """Whether all conditions hold; an unknown answer does not match."""
        rule_context = self.context(context, count) if self.counts else context
        # Stops at the first condition that fails: a first reading judges hundreds of thousands of changes.
        return all(condition.holds(change, rule_context) for condition in self.conditions)


def _all(answers: Iterable[bool | None]) -> bool | None:
    """Whether all are true; None where none is false and some are unknown."""
    outcome: bool | None = True
    for answer in answers:
        if answer is False:
            return False
        if answer is None:
            outcome = None
    return outcome
