"""The policies that an installation starts with, and those that came with later versions. Pure.

Each has a key that never changes and the version that brought it. An update adds what an installation was never
offered, and brings a policy that nobody has edited to its newer form; `curation.policies.installed` does both. Raise
`VERSION` with every addition or change, and keep the form that it replaces in `earlier`: unedited policies
are recognised by it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from curation.core.authority import SourceType
from curation.core.diff import Kind
from curation.core.policy.conditions import (
    CorroborationAtLeast,
    FactorAtLeast,
    FactorBelow,
    Fields,
    Groups,
    Kinds,
    OneWay,
    OnlyWording,
    SourceTypes,
)
from curation.core.policy.rule import Rule, Verdict
from registry.domain.fields import Group

FIRST_VERSION: Final = 1
VERSION: Final = 3


@dataclass(frozen=True, slots=True)
class DefaultPolicy:
    """One default policy, why it stands where it does, and the forms it had before."""

    key: str
    version: int
    """The version that brought its present form."""
    rule: Rule
    why: str
    """For docs/policies.md."""
    since: int = FIRST_VERSION
    """The version that brought it."""
    earlier: tuple[Rule, ...] = ()


_TWO_SOURCES: Final = Rule(
    "backed by two sources",
    Verdict.APPLY,
    (
        Kinds.of(Kind.CHANGE, Kind.SHRINK, Kind.LOSS),
        Groups.of(Group.PRICE, Group.LIMIT, Group.CAPABILITY, Group.MODALITY),
        CorroborationAtLeast(2),
    ),
    explanation="Two independent sources correct what at most one other still says.",
)

DEFAULT_POLICIES: Final = (
    DefaultPolicy(
        "new-offerings", 1,
        Rule("new offerings", Verdict.APPLY, (Kinds.of(Kind.NEW),),
             explanation="Everything stated about an offering that was not known before."),
        "Nothing that people rely on moves. What cannot be right is held all the same: the gate looks at new offerings "
        "too.",
    ),
    DefaultPolicy(
        "fills-unknown", 1,
        Rule("fills what was unknown", Verdict.APPLY, (Kinds.of(Kind.FILL),),
             explanation="A value where there was none contradicts nothing."),
        "Holding them would bury the queue under good news.",
    ),
    DefaultPolicy(
        "only-wording", 2,
        Rule("only the wording", Verdict.APPLY, (Kinds.of(Kind.CHANGE), OnlyWording()),
             explanation="Another description, or nothing but letter case and spaces."),
        "No program decides by it, and nobody should spend a key press on it. A description that vanishes is not of "
        "this kind.",
        since=2,
    ),
    DefaultPolicy(
        "price-becomes-zero", 1,
        Rule("price becomes zero", Verdict.HOLD, (Kinds.of(Kind.FREE),),
             explanation="Zero is more often a gap at the source than a gift."),
        "A price of zero, accepted wrongly, routes all traffic to that offering.",
    ),
    DefaultPolicy(
        "unit-error", 1,
        Rule("possible unit error", Verdict.HOLD, (Groups.of(Group.PRICE), FactorAtLeast(Decimal(10))),
             explanation="Ten times or a tenth: per token, per thousand and per million are easily confused."),
        "Stands above the policy that accepts what two sources say: copies have the same unit errors.",
    ),
    DefaultPolicy(
        "provider-moves-its-list", 3,
        Rule("the provider moves its own list", Verdict.APPLY,
             (Kinds.of(Kind.CHANGE), Groups.of(Group.PRICE), SourceTypes.of(SourceType.OFFICIAL), OneWay(),
              FactorBelow(Decimal(3))),
             explanation="The provider's own prices, all up or all down, none by more than three times."),
        "Who sets the price is the authority for it. A list that moves in two directions was read from the wrong "
        "column more often than it was meant.",
        since=3,
    ),
    DefaultPolicy(
        "two-sources", 3,
        _TWO_SOURCES,
        "A correction, and not a surprise. All sources of one provider count as one. Values that become free, are "
        "cleared, or change their model are none of it.",
        since=2,
        earlier=(
            replace(_TWO_SOURCES,
                    explanation="Two independent sources, or the provider's own, correct what at most one other still "
                                "says."),
        ),
    ),
    DefaultPolicy(
        "price-by-half", 1,
        Rule("price moves by half", Verdict.HOLD, (Groups.of(Group.PRICE), FactorAtLeast(Decimal("1.5"))),
             explanation="A price that rises by half or falls by a third is worth a look."),
        "Providers seldom move a price so far without a word; a catalogue that read the wrong column does.",
    ),
    DefaultPolicy(
        "price-of-another-kind", 1,
        Rule("price of another kind", Verdict.HOLD, (Kinds.of(Kind.PRICE_TYPE_CHANGED),),
             explanation="A price becomes dynamic, included, not offered or paid, ends, or changes its currency."),
        "No factor tells how far such a price moves, so that no limit above catches it.",
    ),
    DefaultPolicy(
        "rewritten-past", 3,
        Rule("price history told otherwise", Verdict.HOLD, (Kinds.of(Kind.REWRITES),),
             explanation="What a price was before today would be another than it was published."),
        "Bills of the past were made with it.",
        since=3,
    ),
    DefaultPolicy(
        "shrinking-limit", 1,
        Rule("shrinking limit", Verdict.HOLD, (Kinds.of(Kind.SHRINK),),
             explanation="A smaller context or output limit breaks calls that worked."),
        "Programs are written against the larger one.",
    ),
    DefaultPolicy(
        "growing-limit", 3,
        Rule("limit grows fourfold", Verdict.HOLD,
             (Groups.of(Group.LIMIT), Kinds.of(Kind.CHANGE), FactorAtLeast(Decimal(4))),
             explanation="A context or output limit four times as large, on the word of one source."),
        "Requests that are sent because of it fail. A smaller step up breaks nothing.",
        since=3,
    ),
    DefaultPolicy(
        "lost-capability", 1,
        Rule("lost capability", Verdict.HOLD, (Kinds.of(Kind.LOSS),),
             explanation="A capability or modality that was there and is denied now."),
        "Sources forget to mention more often than models forget how.",
    ),
    DefaultPolicy(
        "no-longer-stated", 3,
        Rule("no longer stated", Verdict.APPLY,
             (Kinds.of(Kind.NO_LONGER_STATED),
              Groups(frozenset(group.value for group in Group if group is not Group.PRICE))),
             explanation="No source states it any more, in several good readings over two days."),
        "What its own source no longer says is not known any more. One reading without it changes nothing. Prices wait "
        "for a person: without one, nobody can be billed.",
        since=3,
    ),
    DefaultPolicy(
        "removed-value", 2,
        Rule("removed value", Verdict.HOLD, (Kinds.of(Kind.CLEAR, Kind.NO_LONGER_STATED, Kind.OTHER_LIST),),
             explanation="A source now states that there is no value, or nothing any more, or only another price "
                         "list."),
        "Nothing is deleted by a sync.",
        earlier=(
            Rule("removed value", Verdict.HOLD, (Kinds.of(Kind.CLEAR, Kind.NO_LONGER_STATED),),
                 explanation="A source now states that there is no value, or states nothing any more."),
        ),
    ),
    DefaultPolicy(
        "another-model", 1,
        Rule("moved to another model", Verdict.HOLD, (Fields.of("model"), Kinds.of(Kind.CHANGE)),
             explanation="Identity decides what everything else is compared with."),
        "An offering under the wrong model is priced, ranked and chosen as what it is not.",
    ),
    DefaultPolicy(
        "everything-else", 1,
        Rule("everything else", Verdict.APPLY, explanation="Ordinary updates."),
        "Without it all the rest waits for a person, since what no policy matches is held.",
    ),
)  # fmt: skip

DEFAULTS: Final = tuple(policy.rule for policy in DEFAULT_POLICIES)
BY_KEY: Final = {policy.key: policy for policy in DEFAULT_POLICIES}


def place(key: str, present: Collection[str]) -> int:
    """Where a default policy goes among the policies of an installation: an index into them.

    `present` are the keys of those policies in their order, "" for curators' own. It goes just before the
    next default policy that is present, so that policies of curators in between are asked first.
    """
    order, keys = [other.key for other in DEFAULT_POLICIES], list(present)
    at = order.index(key)
    before = [keys.index(other) for other in order[:at] if other in keys]
    after = [keys.index(other) for other in order[at + 1 :] if other in keys]
    return max(before[-1] + 1 if before else 0, after[0] if after else len(keys))
