"""Prices in another currency, by a dated table of exchange rates: computed on reading, marked, never stored.

What a provider charges is its native amount, and that stays. A converted amount stands beside it and names the rate,
the rate's day and who published it. The rate is that of the last day published, not after the day asked for and at most
a week before it; without one there is no conversion. Plain functions of plain values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal
from typing import Final

from registry import json_schema as schema
from registry.domain import rates
from registry.values import Json

MOST_DAYS_BEFORE: Final = 7
"""How old a rate may be on the day asked for: weekends and holidays have none of their own."""
#: A cross rate (not stated, but computed from two that are) has this many significant digits; publishers give five.
_CROSS: Final = Context(prec=12)
_EXACTLY: Final = Context(prec=500)
_CODE: Final = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Table:
    """What one publisher states: on each day, how many of a currency one unit of the base was."""

    source: str
    base: str
    days: Mapping[date, Mapping[str, Decimal]]

    @property
    def currencies(self) -> frozenset[str]:
        """All that something can be converted from and to, on some day at least; none of an empty table."""
        quoted = frozenset(currency for quotes in self.days.values() for currency in quotes)
        return quoted | {self.base} if quoted else quoted

    def rate(self, currency: str, to: str, on: date) -> tuple[Decimal, date] | None:
        """How many `to` one `currency` is, and the day for which that was published; None when no rate is known."""
        for back in range(min(MOST_DAYS_BEFORE, (on - date.min).days) + 1):
            day = on - timedelta(days=back)
            quotes = self.days.get(day)
            if not quotes:
                continue
            worth = {**quotes, self.base: Decimal(1)}
            if currency in worth and to in worth:
                return rates.plain(_CROSS.divide(worth[to], worth[currency])), day
        return None


@dataclass(frozen=True, slots=True)
class Converted:
    """An amount in another currency. It is the native amount times `rate`, exactly."""

    amount: Decimal
    currency: str
    rate: Decimal
    rate_day: date | None
    """None where nothing had to be converted."""
    source: str | None

    def as_json(self) -> dict[str, str | None]:
        return {
            "amount": f"{self.amount:f}",
            "currency": self.currency,
            "rate": f"{self.rate:f}",
            "rate_day": self.rate_day.isoformat() if self.rate_day else None,
            "source": self.source,
        }


_RATE: Final = {
    "rate": schema.amount("How much of the currency asked for one unit of the native one was."),
    "rate_day": schema.day("Day for which it was published; null where nothing had to be converted.", null=True),
    "source": schema.text("Who published it; null where nothing had to be converted.", null=True),
}
CONVERTED: Final = schema.shape(
    "Converted",
    "An amount in another currency: the native amount times the rate, exactly. Nothing is stored converted.",
    {
        "amount": schema.amount("In the currency asked for."),
        "currency": schema.text("The currency asked for."),
        **_RATE,
    },
)
EXCHANGE_RATE: Final = schema.shape("ExchangeRate", "A rate that was converted by.", _RATE)
CONVERTED_TOTAL: Final = schema.shape(
    "ConvertedTotal",
    "All sums as one, in the currency asked for.",
    {
        "amount": schema.amount("The sum."),
        "currency": schema.text("The currency asked for."),
        "rates": schema.mapping(EXCHANGE_RATE, "By native currency."),
    },
)
WITH_CURRENCY: Final = schema.one(CONVERTED, "With `currency=`; null without a rate.", null=True)


def is_code(text: str) -> bool:
    """Whether a text can be a currency code (ISO 4217): three capital letters."""
    return bool(_CODE.fullmatch(text))


def convert(amount: Decimal, currency: str, to: str, on: date, table: Table) -> Converted | None:
    """An amount in `currency` as so much `to`, by the rates of a day; None when there is no rate.

    An amount that is in that currency already is handed back as it is, with the rate 1 of no day and no source.
    Raises ValueError for what is no currency code (`usd`) or no finite amount.
    """
    for code in (currency, to):
        if not is_code(code):
            raise ValueError(f"not a currency code, which has three capital letters: {code[:20]!r}")
    if not amount.is_finite():
        raise ValueError(f"an amount must be a finite number, not {amount}")
    if currency == to:
        return Converted(rates.plain(amount), to, Decimal(1), None, None)
    quote = table.rate(currency, to, on)
    if quote is None:
        return None
    rate, day = quote
    return Converted(rates.plain(_EXACTLY.multiply(amount, rate)), to, rate, day, table.source)


def total(totals: Mapping[str, Decimal], to: str, on: date, table: Table) -> dict[str, Json] | None:
    """Sums by currency as one sum: `amount`, `currency`, and by native currency the rate, its day and who published it.

    None when there is no sum at all, or no rate for one of them: a part of a total is no total.
    """
    parts = {currency: convert(amount, currency, to, on, table) for currency, amount in sorted(totals.items())}
    converted = {currency: part for currency, part in parts.items() if part is not None}
    if not parts or len(converted) < len(parts):
        return None
    parts_json = {currency: part.as_json() for currency, part in converted.items()}
    whole = Decimal(0)
    for part in converted.values():
        whole = _EXACTLY.add(whole, part.amount)
    return {
        "amount": f"{rates.plain(whole):f}",
        "currency": to,
        "rates": {
            name: {key: part[key] for key in ("rate", "rate_day", "source")} for name, part in parts_json.items()
        },
    }


def annotate(prices: Json, to: str, on: date, table: Table) -> Json:
    """JSON of prices with `converted` beside every amount: an object as of `Converted.as_json`, or null without a rate.

    Takes one price, a list of them, or an object of prices by name, in any depth; a price is an object with `amount`
    and `currency`. Nothing that was there is changed, and the argument is not touched.
    """
    if isinstance(prices, Mapping):
        if "amount" in prices and "currency" in prices:
            return {**prices, "converted": _beside(prices, to, on, table)}
        return {name: annotate(value, to, on, table) for name, value in prices.items()}
    if isinstance(prices, list | tuple):
        return [annotate(value, to, on, table) for value in prices]
    return prices


def _beside(price: Mapping[str, Json], to: str, on: date, table: Table) -> dict[str, str | None] | None:
    if price["amount"] is None or price["currency"] is None:
        return None
    converted = convert(Decimal(price["amount"]), price["currency"], to, on, table)
    return converted.as_json() if converted else None
