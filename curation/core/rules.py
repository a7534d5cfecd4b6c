"""What a policy is: a verdict, and the conditions under which it is given. Pure.

All that are given must hold. Which of them do not is told one by one, so that the judge, the tester and the rehearsal
ask the very same question.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from curation.core.diff import Change
from registry.domain import fields
from registry.domain.offering_ids import provider_of


class Verdict(StrEnum):
    APPLY = "apply"
    HOLD = "hold"
    QUARANTINE = "quarantine"
    """The whole run is not believed; outside of a run it holds."""
    REJECT = "reject"
    """Declined with the policy's explanation as the reason, and remembered like a person's No."""


class Direction(StrEnum):
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What policies may ask about besides the change itself. None is not known, and meets no condition about it."""

    standing: str | None = None
    """The standing of the new value's source towards the offering's provider; "" for a value that nobody states."""
    quality: str | None = None
    """The quality of the published value, `unknown` where nothing is published."""
    age_days: int | None = None
    """For how many days the offering has been published; 0 for a new one."""
    held_by: str = ""
    """The policy that holds this very change already."""
    is_due: bool = False
    """Whether it has waited under that policy as long as it was to wait, and nobody objected."""
    one_way: bool | None = None
    """Whether all prices of the unit that move go up, or all go down, none becoming free or of another kind."""
    voices_are_known: bool = True
    """Whether `Change.voices` was counted; history does not keep it."""


NOTHING_KNOWN: Final = Circumstances()


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
    voices_at_least: int | None = None
    """Only corrections that so many independent voices back; see `curation.core.corroboration`."""
    standings: frozenset[str] = frozenset()
    providers: frozenset[str] = frozenset()
    qualities: frozenset[str] = frozenset()
    """Of the published value."""
    direction: str = ""
    """`Direction`: only numbers that grow, or only those that shrink."""
    factor_below: Decimal | None = None
    age_at_least: int | None = None
    """In days since the offering was first published."""
    age_below: int | None = None
    count_at_least: int | None = None
    """Only when so many changes of the same source in the same run meet all its other conditions."""
    only_wording: bool = False
    """Only what changes no meaning: a description, or nothing but letter case and spaces."""
    one_way: bool = False
    """Only where all prices of the unit that move go up, or all go down: a repricing, and no mix-up."""
    grace_hours: int | None = None
    """With `apply`: it waits so long, and is applied then when it still stands and nobody has objected."""

    @property
    def given(self) -> tuple[str, ...]:
        """The names of its conditions that are given, in the order in which they are asked."""
        return tuple(name for name in CONDITIONS if _is_given(getattr(self, name)))

    def matches(self, change: Change, about: Circumstances = NOTHING_KNOWN, *, count: int | None = None) -> bool:
        """Whether all conditions hold. `count`: changes of its source in this run that meet all but the count."""
        if self.kinds and change.kind not in self.kinds:
            return False  # most policies of most changes end here: a first reading judges hundreds of thousands
        return next(self.failing(change, about, count=count), None) is None

    def failing(
        self, change: Change, about: Circumstances = NOTHING_KNOWN, *, count: int | None = None
    ) -> Iterator[str]:
        """The names of the conditions that do not hold, each as it is found."""
        if self.kinds and change.kind not in self.kinds:
            yield "kinds"
        if self.groups and fields.field(change.field).group not in self.groups:
            yield "groups"
        if self.fields and change.field not in self.fields:
            yield "fields"
        if self.only_wording and not is_only_wording(change):
            yield "only_wording"
        if self.one_way and not about.one_way:
            yield "one_way"
        if self.sources and change.decision.source not in self.sources:
            yield "sources"
        if self.standings and about.standing not in self.standings:
            yield "standings"
        if self.providers and provider_of(change.offering) not in self.providers:
            yield "providers"
        if self.direction and direction(change) != self.direction:
            yield "direction"
        moved = change.moves_by
        if self.factor_at_least is not None and (moved is None or moved < self.factor_at_least):
            yield "factor_at_least"
        if self.factor_below is not None and (moved is None or moved >= self.factor_below):
            yield "factor_below"
        if self.voices_at_least is not None and change.voices < self.voices_at_least:
            yield "voices_at_least"
        if self.qualities and about.quality not in self.qualities:
            yield "qualities"
        if self.age_at_least is not None and (about.age_days is None or about.age_days < self.age_at_least):
            yield "age_at_least"
        if self.age_below is not None and (about.age_days is None or about.age_days >= self.age_below):
            yield "age_below"
        # What it holds already stays held when it is looked at by itself later.
        is_many = about.held_by == self.name or (count is not None and count >= (self.count_at_least or 0))
        if self.count_at_least is not None and not is_many:
            yield "count_at_least"

    def unknown(self, about: Circumstances, *, count: int | None = None) -> frozenset[str]:
        """The names of the given conditions that cannot be told, since what they ask about is not known."""
        known = {
            "standings": about.standing is not None,
            "qualities": about.quality is not None,
            "age_at_least": about.age_days is not None,
            "age_below": about.age_days is not None,
            "voices_at_least": about.voices_are_known,
            "one_way": about.one_way is not None,
            "count_at_least": count is not None,
        }
        return frozenset(name for name in self.given if not known.get(name, True))


CONDITIONS: Final = (
    "kinds", "groups", "fields", "only_wording", "one_way", "sources", "standings", "providers", "direction",
    "factor_at_least",
    "factor_below", "voices_at_least", "qualities", "age_at_least", "age_below", "count_at_least",
)  # fmt: skip
"""All conditions of a rule, in the order in which they are asked and shown."""


def _is_given(value: object) -> bool:
    return value is not None and value is not False and value != "" and value != frozenset()


def direction(change: Change) -> str:
    """Whether a number grows (`up`) or shrinks (`down`); "" where that has no meaning."""
    if change.factor is None or change.factor == 1:
        return ""
    return Direction.UP if change.factor > 1 else Direction.DOWN


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
