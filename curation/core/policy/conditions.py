"""All conditions that a policy can have. A new one is a class here, and a line in `CONDITIONS`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from curation.core.authority import SourceType
from curation.core.diff import Change, Kind
from curation.core.policy.condition import (
    AnyOf,
    Blank,
    Choice,
    Condition,
    Factor,
    Flag,
    Input,
    Section,
    Whole,
    if_known,
)  # fmt: skip
from curation.core.policy.context import PolicyContext
from registry.domain import fields, rates
from registry.domain.fields import Json
from registry.domain.offering_ids import provider_of
from registry.domain.provenance import Quality

AnyCondition = Condition[Any, Any]


class Kinds(AnyOf):
    name = "kinds"
    title, sentence = "kind of change", "kind: %s"
    meaning = "One of the kinds below."
    section = Section.WHAT
    choices = {
        Kind.NEW: "new: of an offering that was not published before",
        Kind.FILL: "fill: unknown until now",
        Kind.CHANGE: "change: another value",
        Kind.SHRINK: "shrink: a limit gets smaller",
        Kind.LOSS: "loss: a capability or a modality is gone",
        Kind.CLEAR: "clear: a source says that there is none",
        Kind.FREE: "free: a price becomes zero",
        Kind.PRICE_TYPE_CHANGED: "price_type_changed: a price becomes another kind of answer",
        Kind.NO_LONGER_STATED: "no_longer_stated: no source states it any more",
        Kind.OTHER_LIST: "other_list: stated only in price lists other than the published one",
        Kind.REWRITES: "rewrites: the past of a price is told otherwise than it was published",
    }

    def answer(self, change: Change, context: PolicyContext) -> str:
        return change.kind.value


class Groups(AnyOf):
    name = "groups"
    title, sentence = "field group", "in: %s"
    meaning = (
        "What the field is about: prices, limits, capabilities, modalities, lifecycle, identity, speed, benchmarks, "
        "text."
    )
    section = Section.WHAT
    choices = {group.value: title for group, title in fields.GROUP_TITLES.items()}

    def answer(self, change: Change, context: PolicyContext) -> str:
        return fields.field(change.field).group

    def written(self, answer: str) -> str:
        return self.choices.get(answer, answer)


class Fields(AnyOf):
    name = "fields"
    title, sentence = "field", "field: %s"
    meaning = "Names of fields, such as `context_window` or `price.output[tier=batch]`."
    hint = "Names separated by spaces, such as: context_window price.input. Empty: any."
    section, input = Section.WHAT, Input.NAMES

    def answer(self, change: Change, context: PolicyContext) -> str:
        return change.field

    def check(self) -> None:
        for name in sorted(self.value):
            fields.field(name)


class Meters(AnyOf):
    name = "meters"
    title, sentence = "meter of the price", "price of: %s"
    meaning = "What the price is for, under whatever conditions (tier, band, region); another field has none."
    section = Section.WHAT
    choices = {meter: f"{meter}: per {unit}" for meter, unit in rates.METERS.items()}
    nothing = "no price"

    def answer(self, change: Change, context: PolicyContext) -> str | Blank:
        is_price = change.field.startswith(rates.PREFIX)
        return rates.parse_key(change.field).meter if is_price else Blank.NOTHING


class OnlyWording(Flag):
    name = "only_wording"
    title = sentence = "only the wording"
    meaning = "Another description, or nothing but letter case and spaces in a text."
    hint = "Descriptions, and nothing but letter case and spaces."
    section = Section.WHAT

    def answer(self, change: Change, context: PolicyContext) -> bool:
        return is_only_wording(change)


class OneWay(Flag):
    name = "one_way"
    title, sentence = "all prices move one way", "all prices of the list move one way"
    meaning = "All prices of the unit that move go up, or all go down, and none becomes free or another kind of answer."
    hint = "All prices of the list that move go up, or all go down, and none becomes free."
    section = Section.WHAT

    def answer(self, change: Change, context: PolicyContext) -> bool | Blank:
        return if_known(context.one_way)


class Sources(AnyOf):
    name = "sources"
    title, sentence = "source", "from: %s"
    meaning = "Whose value is to be published. One that nobody states any more has none."
    section, vocabulary = Section.WHO, "sources"
    nothing = "nobody"

    def answer(self, change: Change, context: PolicyContext) -> str | Blank:
        return change.decision.source or Blank.NOTHING


class SourceTypes(AnyOf):
    name = "source_types"
    title, sentence = "type of the source", "stated by: %s sources"
    meaning = "Official, marketplace, catalogue, community or estimate, towards the provider of the offering."
    section = Section.WHO
    choices = {source_type.value: source_type.value for source_type in SourceType}
    nothing = "nobody"

    def answer(self, change: Change, context: PolicyContext) -> str | Blank:
        return if_known(context.source_type) or Blank.NOTHING


class Providers(AnyOf):
    name = "providers"
    title, sentence = "provider", "at: %s"
    meaning = "Whose offering it is."
    hint = "Slugs separated by spaces. Empty: any."
    section, input, vocabulary = Section.WHAT, Input.NAMES, "providers"

    def answer(self, change: Change, context: PolicyContext) -> str:
        return provider_of(change.offering)


class Direction(Choice):
    name = "direction"
    title, sentence = "direction", "goes %s"
    meaning = "A number grows, or shrinks."
    section = Section.HOW_FAR
    choices = {"up": "up: a number grows", "down": "down: a number shrinks"}
    nothing = "neither"

    def answer(self, change: Change, context: PolicyContext) -> str | Blank:
        if change.factor is None or change.factor == 1:
            return Blank.NOTHING
        return "up" if change.factor > 1 else "down"


class _Distance(Factor):
    """The answer is how far the number moves."""

    section = Section.HOW_FAR

    def answer(self, change: Change, context: PolicyContext) -> Decimal | Blank:
        return change.moves_by or Blank.NOTHING


class FactorAtLeast(_Distance):
    name = "factor_at_least"
    title, sentence = "moves by at least", "moves ×%s or more"
    meaning = "Without direction: 2 is doubled or halved."
    hint = "2 means doubled or halved."

    def meets(self, answer: Decimal) -> bool:
        return answer >= self.value


class FactorBelow(_Distance):
    name = "factor_below"
    title, sentence = "moves by less than", "moves by less than ×%s"
    meaning = "1.1 is by less than a tenth."
    hint = "1.1 means by less than a tenth."
    least = FactorAtLeast

    def meets(self, answer: Decimal) -> bool:
        return answer < self.value


class CorroborationAtLeast(Whole):
    name = "corroboration_at_least"
    title, sentence = "independent sources, at least", "backed by %s independent sources or more"
    meaning = "Corrections only: so many independent sources state the new value, and at most one still states the old."
    hint = meaning
    section = Section.WHO

    def answer(self, change: Change, context: PolicyContext) -> int | Blank:
        return change.corroboration if context.corroboration_is_known else Blank.NOT_KNOWN


class Qualities(AnyOf):
    name = "qualities"
    title, sentence = "quality of the published value", "published as: %s"
    meaning = "Verified, partial, estimated, or unknown where nothing is published."
    section = Section.HOW_FAR
    choices = {quality.value: quality.value for quality in Quality}

    def answer(self, change: Change, context: PolicyContext) -> str | Blank:
        return if_known(context.quality)


class _Age(Whole):
    """The answer is for how many days the offering has been published."""

    section = Section.HOW_FAR

    def answer(self, change: Change, context: PolicyContext) -> int | Blank:
        return if_known(context.age_days)


class AgeAtLeast(_Age):
    name = "age_at_least"
    title, sentence = "published for days, at least", "published for %s days or more"
    meaning = "Since the offering was first published."


class AgeBelow(_Age):
    name = "age_below"
    title, sentence = "published for days, fewer than", "published for fewer than %s days"
    meaning = "Since the offering was first published; a new one is of 0 days."
    least = AgeAtLeast

    def meets(self, answer: int) -> bool:
        return answer < self.value


class CountAtLeast(Whole):
    """Of a whole run, not of one change: the policy says who asks, and how many there are."""

    name = "count_at_least"
    title, sentence = "such changes in the run, at least", "%s such changes or more in the run"
    meaning = (
        "Changes of the same source in the same run that meet all other conditions. What is held as one of many stays "
        "held when it is looked at alone later."
    )
    hint = "Changes of the same source in the same run that meet all the other conditions."
    section = Section.WHO

    def answer(self, change: Change, context: PolicyContext) -> int | Blank:
        return if_known(context.count)

    def holds(self, change: Change, context: PolicyContext) -> bool | None:
        is_held = bool(context.policy) and context.held_by == context.policy
        return True if is_held else super().holds(change, context)


CONDITIONS: Final[tuple[type[AnyCondition], ...]] = (
    Kinds,
    Groups,
    Fields,
    Meters,
    OnlyWording,
    OneWay,
    Sources,
    SourceTypes,
    Providers,
    Direction,
    FactorAtLeast,
    FactorBelow,
    CorroborationAtLeast,
    Qualities,
    AgeAtLeast,
    AgeBelow,
    CountAtLeast,
)
"""In the order in which they are asked and shown."""
BY_NAME: Final = {condition.name: condition for condition in CONDITIONS}
_PLACES: Final = {condition: place for place, condition in enumerate(CONDITIONS)}


def in_order(conditions: Iterable[AnyCondition]) -> tuple[AnyCondition, ...]:
    """Conditions in the order in which they are asked."""
    return tuple(sorted(conditions, key=lambda condition: _PLACES[type(condition)]))


def as_json(conditions: Iterable[AnyCondition]) -> dict[str, Json]:
    """Conditions as a stored policy keeps them."""
    return {condition.name: condition.as_json() for condition in conditions}


def from_json(stored: Mapping[str, Json]) -> tuple[AnyCondition, ...]:
    """The conditions of a stored policy. Raises ValueError on one that nobody knows: without it, more would match."""
    if strange := sorted(stored.keys() - BY_NAME.keys()):
        raise ValueError(f"there is no condition {', '.join(strange)}")
    return in_order(BY_NAME[name].from_json(data) for name, data in stored.items())


def contradictions(conditions: Iterable[AnyCondition]) -> Iterator[AnyCondition]:
    """The conditions that could never hold beside another one."""
    by_class = {type(condition): condition for condition in conditions}
    for condition in by_class.values():
        if condition.least and condition.least in by_class and by_class[condition.least].value >= condition.value:
            yield condition


def is_only_wording(change: Change) -> bool:
    """Whether a known value changes and its meaning does not: another description, or other letter case and spaces."""
    if change.old is None or change.new is None:
        return False
    if fields.field(change.field).group is fields.Group.TEXT:
        return True
    both_text = isinstance(change.old, str) and isinstance(change.new, str)
    return both_text and _plain(change.old) == _plain(change.new)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
