"""Prices in another currency beside the native ones: `?currency=USD`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

from registry import json_schema as schema
from registry.api.openapi import parameter
from registry.api.problems import BadParameters, ParameterError
from registry.cost import exchange
from registry.domain import currency
from registry.domain.words import nearest

PARAMETER: Final = "currency"
DESCRIBED: Final = parameter(
    PARAMETER,
    schema.text(pattern="^[A-Z]{3}$"),
    "Puts `converted` beside every amount: the same in this currency, by the reference rate of the day.",
)
KEYS: Final = ("prices", "rates")
"""Keys of an offering that hold amounts."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """The requested currency, the day, and the exchange rates of that day."""

    to: str
    on: date
    table: currency.Table

    def digest(self) -> str:
        """Changes when the rates do, which makes no revision."""
        return sha256(repr(self.table).encode()).hexdigest()

    def beside(self, objects: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Offerings in public JSON, with `converted` beside every amount."""
        return [{key: self._annotated(key, value) for key, value in offering.items()} for offering in objects]

    def _annotated(self, key: str, value: Any) -> Any:
        return currency.annotate(value, self.to, self.on, self.table) if key in KEYS else value


def add_totals(answer: dict[str, Any], to: str) -> None:
    """Puts `converted_total` into every cost of an answer, by the rates of the day of its call. One query."""
    costs = list(_costs(answer))
    days = [_day(cost) for cost in costs]
    if not days:
        return
    table = exchange.load(max(days), since=min(days))
    for cost, on in zip(costs, days, strict=True):
        totals = {native: Decimal(amount) for native, amount in cost["totals"].items()}
        cost["converted_total"] = currency.total(totals, to, on, table)


def _costs(answer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "totals" in answer:
        yield answer
    for cost in (*answer.get("results", ()), *answer.get("compared", ())):
        yield from _costs(cost)


def _day(cost: Mapping[str, Any]) -> date:
    return datetime.fromisoformat(cost["at"]).astimezone(UTC).date()


def conversion(parameters: Mapping[str, str], on: date) -> Conversion | None:
    """What `currency=` asks for; None when nothing. One query. Raises BadParameters for what is no known currency.

    Of a day for which there are no rates at all, any currency can be asked for: nothing is converted then.
    """
    to = parameters.get(PARAMETER)
    if to is None:
        return None
    table = exchange.load(on)
    if to in table.currencies or (not table.currencies and currency.is_code(to)):
        return Conversion(to, on, table)
    currencies = ", ".join(sorted(table.currencies)) or "three capital letters, such as USD"
    problem = f"no exchange rate is known for {to[:20]!r} on {on}; known: {currencies}"
    raise BadParameters([ParameterError(PARAMETER, problem, nearest(to.upper(), table.currencies))])
