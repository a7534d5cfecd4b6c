"""Shared code of the catalogue formats of other tools: one JSON document of all offerings, with prices of one day.

Each format is a module with a `DOCUMENT`; see `registry.formats.document`. In all of them a value is written where it
is published and the format has a key for it, else its key is left out. Only a free price is 0. A price that is dynamic,
included in a plan, not offered, unknown or in another currency than USD has no number. Where a price depends on the
hour, a format without hours has the price of the most expensive ones, see `registry.domain.hours`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Protocol

import orjson

from registry.domain import hours
from registry.domain.fields import Json
from registry.domain.rates import Amounts, PricePoint, RateKey


class PublishedOffering(Protocol):
    """One published offering, as `registry.catalogue.cache.Entry` holds it."""

    @property
    def key(self) -> str: ...
    @property
    def provider(self) -> str: ...
    @property
    def native_id(self) -> str: ...
    @property
    def model_slug(self) -> str | None: ...
    @property
    def facts(self) -> Mapping[str, Json]: ...


Providers = Mapping[str, Mapping[str, str]]
"""Slug → `name` and `docs_url` of the provider; "" is unknown."""


@dataclass(frozen=True, slots=True)
class Document:
    """One format: its name in commands, and how its document is made of the offerings, which come in order of id."""

    name: str
    label: str
    make: Callable[[Iterable[PublishedOffering], Providers, date], Json]
    """The document with the prices of one day. Numbers with decimal places are Decimal; see `dump`."""
    content_type: str = "application/json"


def prices_on(facts: Mapping[str, Json], day: date) -> dict[RateKey, Decimal]:
    """The amounts in force on a day, in USD, including prices of some hours only; 0 is free. All else is left out."""
    return _in_usd(hours.in_force(facts, day))


def flat_prices_on(facts: Mapping[str, Json], day: date) -> tuple[dict[RateKey, Decimal], str]:
    """The same for formats without hours: the amounts of the most expensive hours, and a note that names these hours.

    The note is "" where no price depends on the hour.
    """
    rates = hours.without_hours(hours.in_force(facts, day))
    amounts = _in_usd({key: rate.point for key, rate in rates.items()})
    dearest = {rate.schedule: None for key, rate in sorted(rates.items()) if rate.schedule and key in amounts}
    return amounts, f"prices of the dearest hours, {', '.join(dearest)}" if dearest else ""


def _in_usd(prices: Mapping[RateKey, PricePoint]) -> dict[RateKey, Decimal]:
    amounts = {
        key: Decimal(0) if point.state is Amounts.FREE else point.amount
        for key, point in prices.items()
        if point.currency == "USD"
    }
    return {key: amount for key, amount in amounts.items() if amount is not None}


def stated(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values without those that are unknown."""
    return {name: value for name, value in values.items() if value is not None}


def dump(document: Json) -> bytes:
    """The document as strict JSON, keys in their order. A Decimal is written so that it is read back exactly."""
    return orjson.dumps(document, default=_number)


_FEW: Final = 15
"""Digits that survive a round trip through a binary float, in readers without decimals."""


def _number(value: Any) -> Any:
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} has no place in JSON")
    if value == value.to_integral_value():
        return int(value)
    if len(value.as_tuple().digits) <= _FEW:
        return float(value)  # written in the shortest form, such as 2.5e-6
    return orjson.Fragment(f"{value:f}".encode())
