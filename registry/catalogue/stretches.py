"""Cutting the time for which an offering is published into stretches of days on which its prices are the same.

Prices carry dates, so what a list shows can change on a day on which nobody publishes anything. A version of an
offering therefore has a row for each stretch, and nothing has to be projected again when the day comes. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from registry.domain import columns as projection
from registry.domain import rates
from registry.domain.fields import Json
from registry.domain.spans import FIRST_DAY, LAST_DAY


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days on which the columns of prices are the same: from the first, until before the last."""

    day_from: date
    day_to: date
    columns: Mapping[str, Any]

    def holds_on(self, day: date) -> bool:
        return self.day_from <= day < self.day_to


def cut(facts: Mapping[str, Json]) -> list[Stretch]:
    """The stretches of an offering with these values, in order of time: every day is in one of them, and in one only.

    The time before it was published is among them: with `as_of`, what is known now is asked about an earlier day.
    """
    result: list[Stretch] = []
    for start, end in pairwise((FIRST_DAY, *sorted(boundaries(facts)), LAST_DAY)):
        columns = projection.of_day(facts, start)
        if result and result[-1].columns == columns:
            result[-1] = replace(result[-1], day_to=end)
        else:
            result.append(Stretch(start, end, columns))
    return result


def boundaries(facts: Mapping[str, Json]) -> set[date]:
    """The days on which some price of an offering starts or ends."""
    return {day for day in _price_days(facts) if FIRST_DAY < day < LAST_DAY}


def day_in_range(day: date) -> date:
    """The day as it can be asked for: the very last one is the end of every stretch and in none of them."""
    return min(day, LAST_DAY - timedelta(days=1))


def _price_days(facts: Mapping[str, Json]) -> Iterator[date]:
    for name, points in facts.items():
        if name.startswith(rates.PREFIX):
            for point in points or ():
                yield from (date.fromisoformat(point[end]) for end in ("from", "to") if end in point)
