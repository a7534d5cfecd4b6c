"""What is decided whole: the token prices of an offering are one unit, every other field is a unit by itself.

A price list is one statement. Nobody stated a published pair of one new and one old price, so a unit takes the
strictest verdict of its parts and is applied, held, rejected and undone as a whole. Pins are no part of it: setting or
ending a pin moves its own field only.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Final

from curation.core.diff import REMOVALS, Change, Kind
from curation.core.parts import Part, Place, farthest, fingerprint, source_of
from curation.core.policy import Judgement, Verdict
from curation.core.price_lists import ORDINARY, TOKEN_PRICES, unit_of
from registry.domain import fields

LEAVES: Final = "left with its price list"
"""Stands in for a policy where a rate is dropped because its list moved without it."""

_STRICTNESS: Final = (Verdict.APPLY, Verdict.REJECT, Verdict.HOLD, Verdict.QUARANTINE)


@dataclass(frozen=True)
class UnitJudgement:
    """The judgements on all fields of one unit that move, and what becomes of the unit."""

    offering: str
    unit: str
    judgements: tuple[Judgement, ...]
    """In order of their fields."""
    pins: Mapping[str, fields.Json] = field(default_factory=dict)
    """Values of the pins in force on fields of the unit."""

    @property
    def place(self) -> Place:
        """The offering and the unit."""
        return self.offering, self.unit

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The fields that move, without their judgements."""
        return tuple(Part.of(judgement.change) for judgement in self.judgements)

    @cached_property
    def verdict(self) -> Verdict:
        """The strictest verdict of its parts. A unit of which only a part is rejected waits for a person."""
        verdicts = {judgement.verdict for judgement in self.judgements}
        strictest = max(verdicts, key=_STRICTNESS.index)
        return Verdict.HOLD if strictest is Verdict.REJECT and len(verdicts) > 1 else strictest

    @property
    def deciding(self) -> Judgement:
        """The judgement that decides: the strictest, and of those the one on the part that moves farthest."""
        return max(self.judgements, key=_weight)

    @property
    def policy(self) -> str:
        """The policy of the judgement that decides."""
        return self.deciding.policy

    @property
    def kind(self) -> Kind:
        """The kind of change of the judgement that decides."""
        return self.deciding.change.kind

    @property
    def factor(self) -> Decimal | None:
        """The factor of the part that moves farthest."""
        return farthest(self.parts)

    @cached_property
    def source(self) -> str:
        """Whose list it is: see `curation.core.parts.source_of`."""
        return source_of(self.parts)

    @property
    def grace_hours(self) -> int | None:
        """After how many hours it is applied when nobody objects; None where a part waits for a person."""
        return self.deciding.grace_hours if self.verdict is Verdict.HOLD else None

    @cached_property
    def fingerprint(self) -> str:
        """Digest of what a person is shown: see `curation.core.parts.fingerprint`."""
        return fingerprint(self.parts, self.source, self.pins)


def by_unit(
    judgements: Sequence[Judgement], pins: Mapping[str, Mapping[str, fields.Json]] | None = None
) -> list[UnitJudgement]:
    """Judgements by unit, in order of the first of each. `pins`: offering → values of its pins in force, by field."""
    grouped: dict[Place, list[Judgement]] = {}
    for judgement in judgements:
        change = judgement.change
        grouped.setdefault((change.offering, unit_of(change.field)), []).append(judgement)
    return [
        UnitJudgement(
            offering,
            unit,
            tuple(sorted(each, key=lambda judgement: judgement.change.field)),
            {name: value for name, value in (pins or {}).get(offering, {}).items() if unit_of(name) == unit},
        )
        for (offering, unit), each in grouped.items()
    ]


def with_leaving(judgements: Sequence[Judgement]) -> list[Judgement]:
    """The same judgements in the same order; a rate that its list has dropped is judged as the list that moved is.

    Old special prices beside new ordinary ones would be a list that nobody states.
    """
    moving_lists: dict[str, list[Judgement]] = {}
    for judgement in judgements:
        if judgement.change.field in ORDINARY and _moves(judgement.change):
            moving_lists.setdefault(judgement.change.offering, []).append(judgement)
    return [
        _as_its_list(judgement, moving_lists[judgement.change.offering])
        if _leaves(judgement, moving_lists)
        else judgement
        for judgement in judgements
    ]


def _leaves(judgement: Judgement, moving_lists: Mapping[str, Sequence[Judgement]]) -> bool:
    change = judgement.change
    is_special = unit_of(change.field) == TOKEN_PRICES and change.field not in ORDINARY
    return change.kind in REMOVALS and is_special and change.offering in moving_lists


def _as_its_list(judgement: Judgement, ordinary: Sequence[Judgement]) -> Judgement:
    first = max(ordinary, key=_weight)
    policy = LEAVES if first.verdict is Verdict.APPLY else first.policy
    return replace(judgement, verdict=first.verdict, policy=policy, grace_hours=first.grace_hours, reason=first.reason)


def _moves(change: Change) -> bool:
    """Whether a source states a new value where another was published."""
    return change.old is not None and change.new is not None


def _weight(judgement: Judgement) -> tuple[int, bool, int, tuple[bool, Decimal]]:
    """What orders judgements by strictness: the verdict, no time limit before a long one, then how far it moves."""
    grace = judgement.grace_hours
    return _STRICTNESS.index(judgement.verdict), grace is None, grace or 0, judgement.change.reach
