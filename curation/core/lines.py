"""Price lines through time: what holds now, what is announced, and what a new statement says of the past. Pure.

An undated price says nothing about the days before it was first stated. A start that its source did not confirm in the
14 days before counts as unconfirmed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from registry.domain.fields import Json
from registry.domain.rates import PREFIX, PriceLine, PricePoint, is_same, line, point_on

CONFIRMED_WITHIN: Final = timedelta(days=14)
"""A start is confirmed when its source was last read to announce it at most this long before."""


def current(prices: PriceLine, on: date) -> PriceLine:
    """The line without what begins later; the price before it goes on."""
    points = [point for point in prices if not _is_later(point, on)]
    if points and len(points) < len(prices) and points[-1].valid_to == prices[len(points)].valid_from:
        points[-1] = replace(points[-1], valid_to=None)
    return tuple(points)


def later(prices: PriceLine | None, on: date) -> PriceLine:
    """The points that begin after a day; none where it is stated that there is no price."""
    return tuple(point for point in prices or () if _is_later(point, on))


def _is_later(point: PricePoint, on: date) -> bool:
    return point.valid_from is not None and point.valid_from > on


def next_start(values: Mapping[str, Json], today: date) -> date | None:
    """The first day to come on which a price of these values (in canonical JSON form) begins."""
    starts = (
        date.fromisoformat(point["from"])
        for name, points in values.items()
        if name.startswith(PREFIX) and points
        for point in points
        if "from" in point
    )
    return min((day for day in starts if day > today), default=None)


def is_unconfirmed(prices: PriceLine | None, on: date, confirmed_on: date | None) -> bool:
    """Whether the price of today began since the source was last heard to announce it."""
    point = point_on(prices or (), on)
    if point is None or point.valid_from is None or confirmed_on is None or confirmed_on >= point.valid_from:
        return False
    return confirmed_on < point.valid_from - CONFIRMED_WITHIN


def after(accepted: PriceLine, new_line: PriceLine, on: date) -> PriceLine:
    """A new line in place of an accepted one: where it is undated, the accepted past stays as it is.

    A price that is stated as it is accepted keeps the day from which it holds, also when it has ended; another one
    holds from today on, where the accepted one is dated.
    """
    on = _last_day_of_undated(accepted, new_line, on)
    mine, old = point_on(new_line, on), point_on(accepted, on)
    past = [point for point in accepted if point.valid_to is not None and point.valid_to <= on]
    rest = [point for point in new_line if point is not mine]
    if mine is None or mine.valid_from is not None or not (past or (old and old.valid_from)):
        return new_line
    if old is None or old.valid_from is None:
        return line([*past, replace(mine, valid_from=on), *rest])
    if is_same(mine, old):
        return line([*past, replace(mine, valid_from=old.valid_from), *rest])
    if old.valid_from < on:
        past.append(replace(old, valid_to=on))
    return line([*past, replace(mine, valid_from=on), *rest])


def _last_day_of_undated(accepted: PriceLine, new_line: PriceLine, on: date) -> date:
    """The last day of an undated price that has ended and was accepted on that day, else `on`."""
    end = new_line[0].valid_to if new_line and new_line[0].valid_from is None else None
    if end is None or end > on:
        return on
    last = end - timedelta(days=1)
    return last if is_same(new_line[0], point_on(accepted, last)) else on


def from_day_on(old: PriceLine, new: PriceLine, on: date) -> Iterator[tuple[PricePoint | None, PricePoint | None]]:
    """The prices of two lines today and on each later day on which one of them changes, as pairs."""
    for day in sorted({on, *(day for day in _boundaries((*old, *new)) if day > on)}):
        yield point_on(old, day), point_on(new, day)


def rewrites(accepted: PriceLine, new_line: PriceLine, on: date) -> bool:
    """Whether a new line has other prices in the past than the accepted line."""
    days = [day for day in _boundaries((*accepted, *new_line)) if day <= on]
    past = [min(days) - timedelta(days=1), *(day for day in days if day < on)] if days else []
    return any(not is_same(point_on(accepted, day), point_on(new_line, day)) for day in past)


def _boundaries(points: Iterable[PricePoint]) -> set[date]:
    return {day for point in points for day in (point.valid_from, point.valid_to) if day is not None}
