"""The judge: which changes apply by themselves, and which wait for a person.

Policies are asked in order, the first that matches decides, and every verdict names its policy. Pure; the policies that
curators edit are rows of `curation.models.Policy`, and `DEFAULTS` is what a new installation starts with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from curation.diff import Change, Kind
from curation.merge import Reason
from registry import fields


class Verdict(StrEnum):
    APPLY = "apply"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Rule:
    """One policy. Empty conditions match anything; all that are given must hold."""

    name: str
    verdict: Verdict
    kinds: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    factor_at_least: Decimal | None = None
    explanation: str = ""

    def matches(self, change: Change) -> bool:
        if self.kinds and change.kind not in self.kinds:
            return False
        if self.groups and fields.field(change.field).group not in self.groups:
            return False
        if self.fields and change.field not in self.fields:
            return False
        if self.sources and change.decision.source not in self.sources:
            return False
        moved = change.moves_by
        return self.factor_at_least is None or (moved is not None and moved >= self.factor_at_least)


@dataclass(frozen=True, slots=True)
class Judgement:
    change: Change
    verdict: Verdict
    policy: str


PINS_APPLY: Final = "a curator's pin"
PIN_ENDED: Final = "a pin that ended"
NO_POLICY: Final = "no policy matches"

DEFAULTS: Final = (
    Rule(
        "new offerings", Verdict.APPLY, kinds=frozenset({Kind.NEW}),
        explanation="Everything stated about an offering that was not known before.",
    ),
    Rule(
        "fills what was unknown", Verdict.APPLY, kinds=frozenset({Kind.FILL}),
        explanation="A value where there was none contradicts nothing.",
    ),
    Rule(
        "price becomes zero", Verdict.HOLD, kinds=frozenset({Kind.FREE}),
        explanation="Zero is more often a gap at the source than a gift.",
    ),
    Rule(
        "smells of a unit mix-up", Verdict.HOLD, groups=frozenset({fields.Group.PRICE}), factor_at_least=Decimal(10),
        explanation="Ten times or a tenth: per token, per thousand and per million are easily confused.",
    ),
    Rule(
        "price moves by half", Verdict.HOLD, groups=frozenset({fields.Group.PRICE}), factor_at_least=Decimal("1.5"),
        explanation="A price that rises by half or falls by a third is worth a look.",
    ),
    Rule(
        "price of another kind", Verdict.HOLD, kinds=frozenset({Kind.RECAST}),
        explanation="A price becomes dynamic, included, not offered or paid, ends, or changes its currency.",
    ),
    Rule(
        "shrinking limit", Verdict.HOLD, kinds=frozenset({Kind.SHRINK}),
        explanation="A smaller context or output limit breaks calls that worked.",
    ),
    Rule(
        "lost capability", Verdict.HOLD, kinds=frozenset({Kind.LOSS}),
        explanation="A capability or modality that was there and is denied now.",
    ),
    Rule(
        "removed value", Verdict.HOLD, kinds=frozenset({Kind.CLEAR, Kind.WITHDRAWN}),
        explanation="A source now states that there is no value, or states nothing any more.",
    ),
    Rule(
        "moved to another model", Verdict.HOLD, fields=frozenset({"model"}), kinds=frozenset({Kind.CHANGE}),
        explanation="Identity decides what everything else is compared with.",
    ),
    Rule("everything else", Verdict.APPLY, explanation="Ordinary updates."),
)  # fmt: skip


def judge(change: Change, policies: Sequence[Rule]) -> Judgement:
    """The verdict on one change, with the name of the policy that gave it.

    Setting or releasing a pin needs no policy: the curator has decided. A change that no policy matches is held, since
    nobody said otherwise.
    """
    if change.decision.reason is Reason.PINNED:
        return Judgement(change, Verdict.APPLY, PINS_APPLY)
    if change.kind is Kind.RELEASE:
        return Judgement(change, Verdict.APPLY, PIN_ENDED)
    for rule in policies:
        if rule.matches(change):
            return Judgement(change, rule.verdict, rule.name)
    return Judgement(change, Verdict.HOLD, NO_POLICY)


@dataclass(frozen=True, slots=True)
class Guard:
    """When a whole run is not believed: too many published values moving at once."""

    share: Decimal = Decimal("0.25")
    at_least: int = 20

    def trips(self, moving: int, known: int) -> bool:
        """`moving`: offerings with a published value that moves; `known`: offerings the source listed before."""
        return moving >= self.at_least and moving > known * self.share
