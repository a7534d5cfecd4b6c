"""The facts of one offering as rules read them: prices taken apart, and those in force on the day picked out."""

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

#: Tasks that are a conversation or a completion. A task nobody stated may be one as well.
CONVERSING: Final = frozenset({"chat", "completion", "realtime"})


@dataclass(frozen=True, slots=True)
class FactSheet:
    """One offering on one day."""

    offering: str
    facts: Mapping[str, Json]
    """As published: canonical JSON by field."""
    prices: Mapping[str, PricePoint]
    """What each price field says on the day; without the fields that say nothing about it."""
    provider: str = ""
    """Whose price it is; one voice where prices of several are compared."""
    sure: frozenset[str] = frozenset()
    """Fields that do not hang on one catalogue's word: the provider, a second source or a person says the same."""

    def amount(self, name: str) -> Decimal | None:
        """What a price field says; None when it is free, not priced, or nobody says."""
        point = self.prices.get(name)
        return point.amount if point else None

    def is_free(self, name: str) -> bool:
        point = self.prices.get(name)
        return point is not None and point.state is Amounts.FREE

    def priced(self) -> Iterator[tuple[str, PricePoint, Decimal]]:
        """All fields that cost something."""
        for name, point in self.prices.items():
            if point.amount is not None:
                yield name, point, point.amount

    def pairs(self, meter: str, beside: str) -> Iterator[tuple[str, Decimal, str, Decimal]]:
        """Each price of a meter with that of another meter under the very same conditions, in one currency."""
        return self._compared(lambda name: _of_meter(name, meter, beside))

    def variants(self, condition: str) -> Iterator[tuple[str, Decimal, str, Decimal]]:
        """Each price that has a condition with the price that lacks it, all else being equal, in one currency."""
        return self._compared(lambda name: _without(name, condition))

    def _compared(self, other_of: Callable[[str], str]) -> Iterator[tuple[str, Decimal, str, Decimal]]:
        for name, point, amount in self.priced():
            other = other_of(name)
            known = self.prices.get(other) if other else None
            if known and known.amount is not None and known.currency == point.currency:
                yield name, amount, other, known.amount

    @property
    def may_converse(self) -> bool:
        return self.facts.get("task") is None or self.facts["task"] in CONVERSING


def fact_sheet(offering: str, facts: Mapping[str, Json], *, on: date, sure: Iterable[str] = ()) -> FactSheet:
    """The sheet of published facts. `sure`: see `Sheet`."""
    prices = {}
    for name, data in facts.items():
        if data and name.startswith(rates.PREFIX) and (point := _point(data, on)):
            prices[name] = point
    return FactSheet(offering, facts, prices, provider_of(offering), frozenset(sure))


def sure_fields(provenance: Mapping[str, Mapping[str, Json]]) -> Iterator[str]:
    """Published fields that do not hang on one catalogue's word, by their accounts."""
    return (name for name, said in of_fields(provenance).items() if said.is_by_person or said.is_verified)


def claim_sheet(voice: str, values: Mapping[str, Json], *, on: date) -> FactSheet:
    """What one voice says the prices are, as a sheet to compare with. Values are in the Python form of their kind."""
    prices = {}
    for name, line in values.items():
        if line and name.startswith(rates.PREFIX) and (point := rates.point_on(line, on)):
            prices[name] = point
    return FactSheet(voice, {}, prices, voice)


#: Thousands of offerings share the names of a few hundred rates, and a few thousand prices.
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
    """Name of the price of another meter under the same conditions; "" when this is not of the meter asked about."""
    key = rate_key(name)
    return replace(key, meter=beside, ttl="").field if key.meter == meter else ""


@lru_cache(maxsize=8192)
def _without(name: str, condition: str) -> str:
    """Name of the price without a condition; "" when this one does not have it."""
    key = rate_key(name)
    without: dict[str, Json] = {condition: type(getattr(key, condition))()}
    return replace(key, **without).field if getattr(key, condition) else ""
