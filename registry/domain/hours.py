"""The single price to display where prices change with the hour of the day or the week.

A rate beside rates with a schedule holds only outside of their hours, so it is not the price. A display of one number
shows that of the most expensive hours, and names them. Where the hours cannot be compared (other currencies, a dynamic
price, hours without a price) there is no such number.

Pure. `registry.pricing` does not use this: it knows when the call was made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from registry.domain import rates, schedule
from registry.domain.rates import Amounts, PricePoint, RateKey
from registry.values import Json

Facts = Mapping[str, Json]
"""Published values by field, in canonical JSON form."""
_NUMBERS = frozenset({Amounts.PRICED, Amounts.FREE})


@dataclass(frozen=True, slots=True)
class DisplayPrice:
    """A price to display without a time of day."""

    point: PricePoint
    schedule: str = ""
    """The hours in which it holds, by `registry.domain.schedule`; "" where it is the same at every hour."""


def display_price(facts: Facts, name: str, on: date) -> DisplayPrice | None:
    """The price to display for a field without a schedule, such as `price.input`; None where there is no single one."""
    if not hangs_on_hours(facts):
        point = _point(facts.get(name), on)
        return DisplayPrice(point) if point else None
    key = rates.parse_key(name)
    meter = rates.PREFIX + key.meter
    related = {fact: facts[fact] for fact in facts if fact == meter or fact.startswith(f"{meter}[")}
    return without_hours(in_force(related, on)).get(key)


def hangs_on_hours(facts: Iterable[str]) -> bool:
    """Whether any of these price fields has a schedule."""
    return any("schedule=" in name for name in facts)


def leave_others(names: Iterable[str], key: RateKey) -> bool:
    """Whether a rate is left to the hours that rates of the same kind, with a schedule, do not take."""
    timed = [name for name in names if name.startswith(rates.PREFIX) and "schedule=" in name]
    return not key.schedule and any(_stem(rates.parse_key(name)) == _stem(key) for name in timed)


def in_force(facts: Facts, on: date) -> dict[RateKey, PricePoint]:
    """The prices of one day, those of some hours among them."""
    return {
        rates.parse_key(name): point
        for name, data in facts.items()
        if name.startswith(rates.PREFIX) and (point := _point(data, on))
    }


def without_hours(prices: Mapping[RateKey, PricePoint]) -> dict[RateKey, DisplayPrice]:
    """The prices to display, by rates without a schedule. Rates without a single price are left out."""
    windows: dict[RateKey, set[str]] = defaultdict(set)
    for key in prices:
        if key.schedule:
            windows[_stem(key)].add(key.schedule)
    result = {}
    for key in {replace(key, schedule="") for key in prices}:
        if dearest := _dearest(key, prices, tuple(sorted(windows.get(_stem(key), ())))):
            result[key] = dearest
    return result


def _stem(key: RateKey) -> RateKey:
    """What the windows of a rate are known by: a window without the band that the ordinary rate has is no price above
    it.
    """
    return replace(key, above=0, beyond=0, schedule="")


def _dearest(key: RateKey, prices: Mapping[RateKey, PricePoint], windows: tuple[str, ...]) -> DisplayPrice | None:
    if not windows:
        return DisplayPrice(prices[key])
    rest = _rest(windows)
    if rest is None:
        return None
    by_window = {window: prices.get(replace(key, schedule=window)) for window in windows}
    if rest:
        by_window[rest] = prices.get(key)
    points = [point for point in by_window.values() if point]
    if len(points) < len(by_window) or len({point.currency for point in points}) > 1:
        return None
    if len({(point.state, point.amount) for point in points}) == 1:
        return DisplayPrice(points[0])
    if not all(point.state in _NUMBERS for point in points):
        return None
    most = max(points, key=_amount)
    hours = [window for window, point in by_window.items() if point and _amount(point) == _amount(most)]
    return DisplayPrice(most, schedule.canonical("+".join(hours)))


def _amount(point: PricePoint) -> Decimal:
    return point.amount or Decimal(0)


@lru_cache(maxsize=1000)
def _rest(windows: tuple[str, ...]) -> str | None:
    """All other hours; "" where there are none, None where no schedule says them, as the windows name several zones."""
    schedules = [schedule.read(window) for window in windows]
    return schedule.others(schedules) if len({part.zone for part in schedules}) == 1 else None


def _point(data: Json, on: date) -> PricePoint | None:
    return rates.point_on(rates.decode(data), on) if data else None
