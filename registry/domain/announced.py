"""Announced prices: what begins or ends on a later day, and what became of an announcement. Pure.

An announced price is never the price before its day. It comes into force on that day, unless it was withdrawn, or the
price before it was extended, which moves its day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from registry.domain import rates
from registry.domain.fields import Json
from registry.domain.provenance import Provenance
from registry.domain.rates import PREFIX, PriceLine, PricePoint


class Revoked(StrEnum):
    """How an announcement ends before its day."""

    WITHDRAWN = "withdrawn"
    EXTENDED = "extended"
    """The price before it was extended: the same price is announced for a later day."""


@dataclass(frozen=True, slots=True)
class Announced:
    """A price from a later day on."""

    day: date
    field: str
    point: PricePoint | None
    """None: the price before it ends on that day, and none is stated from then on."""
    source: str
    is_accepted: bool = True
    """Whether it begins by its date; else it is decided on its day."""


def announced(facts: Mapping[str, Json], accounts: Mapping[str, Mapping[str, Json]], on: date) -> list[Announced]:
    """What published prices become on later days, the next day first; then what is announced and not accepted."""
    accepted = [change for name in facts if name.startswith(PREFIX) for change in _accepted(name, facts, accounts, on)]
    rest = [change for name in accounts if name.startswith(PREFIX) for change in _not_accepted(name, accounts, on)]
    return sorted([*accepted, *rest], key=lambda change: (change.day, change.field, not change.is_accepted))


def _accepted(
    name: str, facts: Mapping[str, Json], accounts: Mapping[str, Mapping[str, Json]], on: date
) -> Iterator[Announced]:
    points = facts[name] or ()
    if not any("from" in point or "to" in point for point in points):
        return
    line = rates.decode(points)
    source = Provenance(accounts.get(name, {})).source
    for day in sorted({day for point in line for day in (point.valid_from, point.valid_to) if day and day > on}):
        yield Announced(day, name, rates.point_on(line, day), source)


def _not_accepted(name: str, accounts: Mapping[str, Mapping[str, Json]], on: date) -> Iterator[Announced]:
    for entry in accounts[name].get("announced", ()):
        for point in rates.decode(entry["prices"]) if entry["prices"] else ():
            if point.valid_from and point.valid_from > on:
                yield Announced(point.valid_from, name, point, entry["source"], is_accepted=False)


def begun(points: Json, on: date) -> Json:
    """A price line in canonical JSON without what begins after a day."""
    return [point for point in points or () if date.fromisoformat(point.get("from", "0001-01-01")) <= on]


def revoked(old: PriceLine, new: PriceLine, on: date) -> dict[date, Revoked]:
    """The announced days of a line that another line, published on a day, no longer has; and how each ended."""
    coming = [point for point in new if point.valid_from and point.valid_from > on]
    return {
        point.valid_from: _how(point, coming)
        for point in old
        if point.valid_from
        and point.valid_from > on
        and not rates.is_same(point, rates.point_on(new, point.valid_from))
    }


def _how(point: PricePoint, coming: list[PricePoint]) -> Revoked:
    start = point.valid_from or date.min
    is_later = any(rates.is_same(point, later) for later in coming if later.valid_from and later.valid_from > start)
    return Revoked.EXTENDED if is_later else Revoked.WITHDRAWN
