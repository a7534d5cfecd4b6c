"""What is decided whole: the token prices of an offering are one unit, every other field is a unit by itself.

A price list is one statement. A published pair of which one half is new and one half is old was stated by nobody, so a
unit takes the strictest verdict of its parts and is applied, held, rejected and undone as a whole. Pins are no part of
it: a pin, and the end of one, moves its own field only.

Pure.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Final

from curation.core.diff import Change, Kind, distance, reach
from curation.core.policy import Judgement, Verdict
from curation.core.price_lists import ORDINARY, TOKEN_PRICES, unit_of
from registry.domain import fields, rates
from registry.values import Json

__all__ = [
    "LEAVES", "ORDINARY", "TOKEN_PRICES", "Part", "Place", "Refusal", "UnitJudgement", "by_unit", "farthest",
    "fingerprint", "reading_order", "refusals", "rounded", "source_of", "unit_of", "with_leaving",
]  # fmt: skip

LEAVES: Final = "left with its price list"
"""Stands in for a policy where a rate is dropped because its list moved without it."""

Place = tuple[str, str]
"""An offering and a unit of it."""
Refusal = tuple[str, str, str]
"""What a No is remembered by: a field, the source, and the value that it stated, as canonical text."""

_FACTOR_STEP: Final = Decimal("0.0000000001")
_LARGEST_FACTOR: Final = Decimal(10) ** 18
_METERS: Final = {meter: position for position, meter in enumerate(rates.METERS)}
_STRICTNESS: Final = (Verdict.APPLY, Verdict.REJECT, Verdict.HOLD, Verdict.QUARANTINE)


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a change, from its published value to the proposed one, both in canonical JSON form."""

    field: str
    kind: str
    old: fields.Json
    new: fields.Json
    source: str = ""
    """Who states the new value; "" where nobody states the field any more."""
    factor: Decimal | None = None

    @classmethod
    def of(cls, change: Change) -> Part:
        """The part that a pure change of one field is."""
        return cls(change.field, change.kind.value, change.old, change.new, change.decision.source, change.factor)

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Part:
        """A part as `as_json` wrote it."""
        factor = Decimal(data["factor"]) if data["factor"] is not None else None
        return cls(data["field"], data["kind"], data["old"], data["new"], data["source"], factor)

    def as_json(self) -> dict[str, Json]:
        """The part as a row of the queue keeps it."""
        factor = rounded(self.factor)
        told = {"field": self.field, "kind": self.kind, "old": self.old, "new": self.new}
        return told | {"source": self.source, "factor": None if factor is None else f"{factor.normalize():f}"}

    def means(self, other: Part) -> bool:
        """Whether both move the same field between the same values, stated by the same source."""
        mine, theirs = ((one.field, one.old, one.new, one.source) for one in (self, other))
        return mine == theirs

    @property
    def is_removal(self) -> bool:
        """Whether the field is proposed for removal: nobody states it any more, or only as a part of another list."""
        return self.kind in (Kind.WITHDRAWN, Kind.UNLISTED)

    @property
    def distance(self) -> Decimal:
        """How far it moves: see `curation.core.diff.distance`."""
        return distance(self.factor)

    @property
    def reach(self) -> tuple[bool, Decimal]:
        """What orders parts by how far they move."""
        return reach(self.kind, self.factor)


def refusals(parts: Iterable[Part]) -> frozenset[Refusal]:
    """What a No to a change is remembered by: every value that is stated in it.

    That a source has dropped a rate counts only where nothing else moves: it tells nothing of the list's other values.
    """
    moved = tuple(parts)
    stated = [part for part in moved if not part.is_removal] or moved
    return frozenset((part.field, part.source, json.dumps(part.new, sort_keys=True)) for part in stated)


def reading_order(name: str) -> tuple[int, bool, str]:
    """Where a field stands among those of its unit: by meter, ordinary prices before special ones."""
    if not name.startswith(rates.PREFIX):
        return 0, False, name
    key = rates.parse_key(name)
    return _METERS.get(key.meter, len(_METERS)), not key.is_base, name


def rounded(factor: Decimal | None) -> Decimal | None:
    """A factor as it is stored; None for one that is absurdly large."""
    return factor.quantize(_FACTOR_STEP) if factor is not None and factor < _LARGEST_FACTOR else None


def source_of(parts: Collection[Part]) -> str:
    """Whose list it is: the source of the ordinary prices that move, else the first part's that has one."""
    by_field = {part.field: part.source for part in parts}
    named = [by_field.get(name, "") for name in (*ORDINARY, *sorted(by_field))]
    return next(filter(None, named), "")


def farthest(parts: Collection[Part]) -> Decimal | None:
    """The factor of the part that moves farthest; None where no factor tells, such as of a price that becomes free."""
    moved = [part for part in parts if part.factor is not None]
    return max(moved, key=lambda part: part.distance).factor if moved else None


def fingerprint(parts: Collection[Part], source: str, pins: Mapping[str, fields.Json]) -> str:
    """Digest of what a person is shown: published and proposed values, the source, and the pins of the unit's fields.

    Who else agrees is no part of it: on a busy day no approval would get through.
    """
    moves = [[part.field, part.old, part.new] for part in sorted(parts, key=lambda part: part.field)]
    return hashlib.sha256(json.dumps([moves, source, dict(pins)], sort_keys=True).encode()).hexdigest()


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
        return self.offering, self.unit

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        return tuple(Part.of(judgement.change) for judgement in self.judgements)

    @cached_property
    def verdict(self) -> Verdict:
        """The strictest of its parts. What is rejected in part only waits for a person."""
        verdicts = {judgement.verdict for judgement in self.judgements}
        strictest = max(verdicts, key=_STRICTNESS.index)
        return Verdict.HOLD if strictest is Verdict.REJECT and len(verdicts) > 1 else strictest

    @property
    def deciding(self) -> Judgement:
        """The judgement that decides: the strictest, and of those the one on the part that moves farthest."""
        return max(self.judgements, key=_weight)

    @property
    def policy(self) -> str:
        return self.deciding.policy

    @property
    def kind(self) -> Kind:
        return self.deciding.change.kind

    @property
    def factor(self) -> Decimal | None:
        return farthest(self.parts)

    @cached_property
    def source(self) -> str:
        return source_of(self.parts)

    @property
    def grace_hours(self) -> int | None:
        """After how many hours it is applied when nobody objects; None where a part waits for a person."""
        return self.deciding.grace_hours if self.verdict is Verdict.HOLD else None

    @cached_property
    def fingerprint(self) -> str:
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
            tuple(sorted(each, key=lambda one: one.change.field)),
            {name: value for name, value in (pins or {}).get(offering, {}).items() if unit_of(name) == unit},
        )
        for (offering, unit), each in grouped.items()
    ]


def with_leaving(judgements: Sequence[Judgement]) -> list[Judgement]:
    """The same judgements in the same order; a rate that its list has dropped is judged as the list that moved is.

    Old special prices beside new ordinary ones would be a list that nobody states.
    """
    moved: dict[str, list[Judgement]] = {}
    for judgement in judgements:
        if judgement.change.field in ORDINARY and _moves(judgement.change):
            moved.setdefault(judgement.change.offering, []).append(judgement)
    return [_as_its_list(one, moved[one.change.offering]) if _leaves(one, moved) else one for one in judgements]


def _leaves(judgement: Judgement, moved: Mapping[str, Sequence[Judgement]]) -> bool:
    change = judgement.change
    is_removed = change.kind in (Kind.WITHDRAWN, Kind.UNLISTED)
    is_special = unit_of(change.field) == TOKEN_PRICES and change.field not in ORDINARY
    return is_removed and is_special and change.offering in moved


def _as_its_list(judgement: Judgement, ordinary: Sequence[Judgement]) -> Judgement:
    first = max(ordinary, key=_weight)
    policy = LEAVES if first.verdict is Verdict.APPLY else first.policy
    return replace(judgement, verdict=first.verdict, policy=policy, grace_hours=first.grace_hours, reason=first.reason)


def _moves(change: Change) -> bool:
    """Whether a source says a new value where another was published."""
    return change.old is not None and change.new is not None


def _weight(judgement: Judgement) -> tuple[int, bool, int, tuple[bool, Decimal]]:
    """What orders judgements by strictness: the verdict, no time limit before a long one, then how far it moves."""
    grace = judgement.grace_hours
    return _STRICTNESS.index(judgement.verdict), grace is None, grace or 0, judgement.change.reach
