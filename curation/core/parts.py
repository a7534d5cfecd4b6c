"""The fields of a unit that move, their fingerprint, and what a rejection of them is remembered by. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from curation.core.diff import REMOVALS, Change, distance, reach
from curation.core.price_lists import ORDINARY
from registry.domain import fields
from registry.values import Json

Place = tuple[str, str]
"""An offering and a unit of it."""
Refusal = tuple[str, str, str]
"""What a rejection is remembered by: a field, the source, and the value that it stated, as canonical text."""

_FACTOR_STEP: Final = Decimal("0.0000000001")
_LARGEST_FACTOR: Final = Decimal(10) ** 18


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
        data = {"field": self.field, "kind": self.kind, "old": self.old, "new": self.new}
        return data | {"source": self.source, "factor": None if factor is None else f"{factor.normalize():f}"}

    def means(self, other: Part) -> bool:
        """Whether both move the same field between the same values, stated by the same source."""
        mine, theirs = ((part.field, part.old, part.new, part.source) for part in (self, other))
        return mine == theirs

    @property
    def is_removal(self) -> bool:
        """Whether the field is proposed for removal: nobody states it any more, or only as a part of another list."""
        return self.kind in REMOVALS

    @property
    def distance(self) -> Decimal:
        """How far it moves: see `curation.core.diff.distance`."""
        return distance(self.factor)

    @property
    def reach(self) -> tuple[bool, Decimal]:
        """The key by which parts are ordered: how far they move."""
        return reach(self.kind, self.factor)


def refusals(parts: Iterable[Part]) -> frozenset[Refusal]:
    """What a rejected change is remembered by: every value that is stated in it.

    That a source has dropped a rate counts only where nothing else moves: it says nothing about other values of the
    list.
    """
    moving = tuple(parts)
    stating = [part for part in moving if not part.is_removal] or moving
    return frozenset((part.field, part.source, json.dumps(part.new, sort_keys=True)) for part in stating)


def rounded(factor: Decimal | None) -> Decimal | None:
    """A factor as it is stored; None for one that is absurdly large."""
    return factor.quantize(_FACTOR_STEP) if factor is not None and factor < _LARGEST_FACTOR else None


def source_of(parts: Collection[Part]) -> str:
    """Whose list it is: the source of the ordinary prices that move, else the first part's that has one."""
    by_field = {part.field: part.source for part in parts}
    sources = [by_field.get(name, "") for name in (*ORDINARY, *sorted(by_field))]
    return next(filter(None, sources), "")


def farthest(parts: Collection[Part]) -> Decimal | None:
    """The factor of the part that moves farthest; None where no factor tells, such as of a price that becomes free."""
    measured = [part for part in parts if part.factor is not None]
    return max(measured, key=lambda part: part.distance).factor if measured else None


def fingerprint(parts: Collection[Part], source: str, pins: Mapping[str, fields.Json]) -> str:
    """Digest of what a person is shown: published and proposed values, the source, and the pins of the unit's fields.

    Who else agrees is no part of it: on a busy day no approval would get through.
    """
    moves = [[part.field, part.old, part.new] for part in sorted(parts, key=lambda part: part.field)]
    return hashlib.sha256(json.dumps([moves, source, dict(pins)], sort_keys=True).encode()).hexdigest()
