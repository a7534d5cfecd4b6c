"""The facts of one offering as rules read them, with the parsed prices that are in force on a day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

from registry.domain import rates
from registry.domain.offering_ids import provider_of
from registry.domain.provenance import of_fields
from registry.domain.rates import Amounts, PricePoint
from registry.values import Json

#: Tasks that are a conversation or a completion. An unknown task may be one as well.
CONVERSING: Final = frozenset({"chat", "completion", "realtime"})


@dataclass(frozen=True, slots=True)
class FactSheet:
    """One offering on one day."""

    offering: str
    facts: Mapping[str, Json]
    """As published: canonical JSON by field."""
    prices: Mapping[str, PricePoint]
    """The price point of each price field on the day; fields without one are left out."""
    provider: str = ""
    """Whose price it is; providers count once where prices are compared."""
    corroborated: frozenset[str] = frozenset()
    """Corroborated fields: the provider, a second source or a person states the same value."""

    def amount(self, name: str) -> Decimal | None:
        """The amount of a price field; None when it is free, not priced or unknown."""
        point = self.prices.get(name)
        return point.amount if point else None

    def is_free(self, name: str) -> bool:
        point = self.prices.get(name)
        return point is not None and point.state is Amounts.FREE

    def priced(self) -> Iterator[tuple[str, PricePoint, Decimal]]:
        """All price fields with an amount."""
        for name, point in self.prices.items():
            if point.amount is not None:
                yield name, point, point.amount

    def pairs(self, meter: str, beside: str) -> Iterator[tuple[str, Decimal, str, Decimal]]:
        """Each price of a meter with that of another meter under the same conditions, in one currency."""
        return self._compared(lambda name: _of_meter(name, meter, beside))

    def variants(self, condition: str) -> Iterator[tuple[str, Decimal, str, Decimal]]:
        """Each price with a condition, with the price without it but otherwise equal conditions, in one currency."""
        return self._compared(lambda name: _without(name, condition))

    def _compared(self, other_of: Callable[[str], str]) -> Iterator[tuple[str, Decimal, str, Decimal]]:
        for name, point, amount in self.priced():
            other = other_of(name)
            other_point = self.prices.get(other) if other else None
            if other_point and other_point.amount is not None and other_point.currency == point.currency:
                yield name, amount, other, other_point.amount

    @property
    def may_converse(self) -> bool:
        return self.facts.get("task") is None or self.facts["task"] in CONVERSING


def fact_sheet(offering: str, facts: Mapping[str, Json], *, on: date, corroborated: Iterable[str] = ()) -> FactSheet:
    """The fact sheet of published facts. `corroborated`: see `FactSheet`."""
    prices = {}
    for name, data in facts.items():
        if data and name.startswith(rates.PREFIX) and (point := _point(data, on)):
            prices[name] = point
    return FactSheet(offering, facts, prices, provider_of(offering), frozenset(corroborated))


def corroborated_fields(provenance: Mapping[str, Mapping[str, Json]]) -> Iterator[str]:
    """Published fields that are corroborated, according to their provenance."""
    origins = of_fields(provenance)
    return (name for name, origin in origins.items() if origin.is_by_person or origin.is_verified)


def claim_sheet(source: str, values: Mapping[str, Json], *, on: date) -> FactSheet:
    """The prices that one source claims, as a sheet to compare with. Values are in the Python form of their kind."""
    prices = {}
    for name, line in values.items():
        if line and name.startswith(rates.PREFIX) and (point := rates.point_on(line, on)):
            prices[name] = point
    return FactSheet(source, {}, prices, source)


#: Thousands of offerings share a few hundred rate keys and a few thousand prices.
rate_key = lru_cache(maxsize=8192)(rates.parse_key)


def _point(data: Sequence[Mapping[str, str]], on: date) -> PricePoint | None:
    if len(data) == 1 and "from" not in data[0] and "to" not in data[0]:
        return _undated(data[0].get("amount"), data[0].get("state"), data[0]["currency"])
    return rates.point_on(rates.decode(data), on)


@lru_cache(maxsize=8192)
def _undated(amount: str | None, state: str | None, currency: str) -> PricePoint:
    return PricePoint(Decimal(amount) if amount else None, Amounts(state or "priced"), currency)


@lru_cache(maxsize=8192)
def _of_meter(name: str, meter: str, beside: str) -> str:
    """Field of the price of another meter under the same conditions; "" when this is not a price of `meter`."""
    key = rate_key(name)
    return replace(key, meter=beside, ttl="").field if key.meter == meter else ""


@lru_cache(maxsize=8192)
def _without(name: str, condition: str) -> str:
    """Field of the price without a condition; "" when this one does not have it."""
    key = rate_key(name)
    without: dict[str, Json] = {condition: type(getattr(key, condition))()}
    return replace(key, **without).field if getattr(key, condition) else ""
