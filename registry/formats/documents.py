"""What the catalogues of other tools have in common: one JSON document of all offerings, with prices of one day.

Each format is a module with a `DOCUMENT`; see `registry.formats.document`. The law for all of them: a value is written
where it is published and the format has a place for it, else its key is left out. Free is 0, and nothing else is.
A price that is dynamic, included in a plan, not offered, unknown or in another currency than USD has no number. Where a
price changes with the hour, a format that knows no hours has that of the dearest ones, see `registry.domain.hours`.
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
"""Slug → what is known of the provider: `name`, `docs_url`; "" is unknown."""


@dataclass(frozen=True, slots=True)
class Document:
    """One format: its name in commands, and how its document is made of the offerings, which come in order of id."""

    name: str
    label: str
    make: Callable[[Iterable[PublishedOffering], Providers, date], Json]
    """The document for the prices of one day. Numbers with digits after the point are Decimal; see `dump`."""
    content_type: str = "application/json"


def prices_on(facts: Mapping[str, Json], day: date) -> dict[RateKey, Decimal]:
    """The amounts in force on a day, in USD; 0 is free. All else is left out. Those of some hours are among them."""
    return _in_usd(hours.in_force(facts, day))


def flat_prices_on(facts: Mapping[str, Json], day: date) -> tuple[dict[RateKey, Decimal], str]:
    """The same for formats that know no hours: the amounts of the dearest hours, and in words which these are.

    The words are "" where every price is the same at every hour.
    """
    shown = hours.without_hours(hours.in_force(facts, day))
    found = _in_usd({key: one.point for key, one in shown.items()})
    dearest = {one.schedule: None for key, one in sorted(shown.items()) if one.schedule and key in found}
    return found, f"prices of the dearest hours, {', '.join(dearest)}" if dearest else ""


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
    """The document as strict JSON, keys in their order. A Decimal is written so that it is read as the same number."""
    return orjson.dumps(document, default=_number)


_FEW: Final = 15
"""So many digits survive the way through a binary float and back, in readers that know no decimals."""


def _number(value: Any) -> Any:
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} has no place in JSON")
    if value == value.to_integral_value():
        return int(value)
    if len(value.as_tuple().digits) <= _FEW:
        return float(value)  # written in the shortest form, such as 2.5e-6
    return orjson.Fragment(f"{value:f}".encode())
