"""What the catalogues of other tools have in common: one JSON document of all offerings, with prices of one day.

Each format is a module with a `DOCUMENT`; see `registry.formats.document`. The law for all of them: a value is written
where it is published and the format has a place for it, else its key is left out. Free is 0, and nothing else is.
A price that is dynamic, included in a plan, not offered, unknown or in another currency than USD has no number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Protocol

import orjson

from registry import rates
from registry.fields import Json
from registry.rates import Amounts, RateKey, parse_key


class Published(Protocol):
    """One published offering, as `registry.catalogue.Entry` holds it."""

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
    make: Callable[[Iterable[Published], Providers, date], Json]
    """The document for the prices of one day. Numbers with digits after the point are Decimal; see `dump`."""
    content_type: str = "application/json"


def prices_on(facts: Mapping[str, Json], day: date) -> dict[RateKey, Decimal]:
    """The amounts in force on a day, in USD; 0 is free. All else is left out."""
    found: dict[RateKey, Decimal] = {}
    for name, encoded in facts.items():
        if not name.startswith(rates.PREFIX) or not encoded:
            continue
        point = rates.point_on(rates.decode(encoded), day)
        if point is None or point.currency != "USD":
            continue
        if point.state is Amounts.FREE:
            found[parse_key(name)] = Decimal(0)
        elif point.amount is not None:
            found[parse_key(name)] = point.amount
    return found


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
