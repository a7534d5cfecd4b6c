"""Grammars of cells. Each matches a cell completely: a rest of one sign means that the cell is not understood.

A grammar is a function from a text to a price line, or None where the cell says that there is nothing. It raises
InvalidClaim for everything else. None of them takes a dash for zero.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from curation.core.claim import InvalidClaim
from registry.domain import rates
from registry.domain.fields import Value
from registry.domain.rates import Amounts, PriceLine, PricePoint

Grammar = Callable[[str], PriceLine | None]
FieldGrammar = Callable[[str], Value | None]

NOTHING: Final = frozenset({"", "-", "–", "—", "\\", "/", "n/a", "not available", "不支持"})
"""What stands in a cell that offers or states nothing, in lower case."""
_NUMBER: Final = r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_DASHES: Final = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2212", "-"))
_MONTHS: Final = ("%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%Y-%m-%d")


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount of money with its unit: `$12.50 / MTok`."""

    unit: str = ""
    """What follows the number, compared in lower case and without white space; "" for nothing."""
    times: int | str | Decimal = 1
    """Converts from its unit to that of the rate."""
    sign: str = "$"
    currency: str = "USD"
    free: frozenset[str] = frozenset()
    """Words for a price of nothing, in lower case."""

    def __call__(self, text: str) -> PriceLine | None:
        """The price of a cell. Raises InvalidClaim."""
        word = text.strip().lower()
        if word in NOTHING:
            return None
        if word in self.free:
            return (PricePoint(None, Amounts.FREE, self.currency),)
        match = re.fullmatch(rf"{re.escape(self.sign)}\s?{_NUMBER}(?P<unit>\D.*)?", text.strip())
        if not match or _dense(match["unit"] or "") != _dense(self.unit):
            raise InvalidClaim(f"`{self.sign}<amount>{self.unit and ' ' + self.unit}` expected, not {text[:120]!r}")
        return amount(match["number"], times=self.times, currency=self.currency)


def amount(number: str, *, times: int | str | Decimal = 1, currency: str = "USD") -> PriceLine:
    """The price of a number as it is printed, `1,250.00`. Raises InvalidClaim, also for 0."""
    exact = Decimal(number.replace(",", ""))
    if not exact:
        raise InvalidClaim("a price of 0; a page says in words that something is free")
    try:
        return rates.price(exact, times=times, currency=currency)
    except ValueError as error:
        raise InvalidClaim(str(error)) from error


def _dense(text: str) -> str:
    return "".join(text.split()).lower()


class StatesNothing(Exception):
    """A cell that is understood and states no value, such as an earliest possible day: it is counted, not held."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day. The earliest possible one is none: `Not sooner than June 9, 2027`."""

    floors: tuple[str, ...] = ()
    """What is written of such a day, with `…` in its place."""
    unknown: tuple[str, ...] = ()
    """What is written where no day is given, as patterns."""

    def __call__(self, text: str) -> date | None:
        """The day in a cell. Raises InvalidClaim, and StatesNothing for a floor."""
        word = " ".join(text.split())
        if word.lower() in NOTHING:
            return None
        for pattern in self.unknown:
            if re.fullmatch(pattern, word, re.IGNORECASE):
                raise StatesNothing("no day is given")
        for floor in self.floors:
            before, after = floor.lower().split("…")
            if word.lower().startswith(before) and word.lower().endswith(after):
                day(word[len(before) : len(word) - len(after)])
                raise StatesNothing("the earliest possible day only")
        return day(word)


@dataclass(frozen=True, slots=True)
class Word:
    """A word that stands for a value."""

    values: Mapping[str, str]
    """The words in lower case → their values."""

    def __call__(self, text: str) -> str | None:
        """The value of a cell. Raises InvalidClaim."""
        word = " ".join(text.lower().split())
        if word in NOTHING:
            return None
        if word not in self.values:
            raise InvalidClaim(f"one of {', '.join(self.values)} expected, not {text[:60]!r}")
        return self.values[word]


@dataclass(frozen=True, slots=True)
class Ident:
    """One id of a model. What names several, or one by its display name, gives none."""

    pattern: str = r"[A-Za-z0-9]+(?:[.@_-][A-Za-z0-9]+)*"
    others: str = r"(?!)"
    """The other forms that are known."""

    def __call__(self, text: str) -> str | None:
        """The id in a cell. Raises InvalidClaim, and StatesNothing for another form."""
        if text.lower() in NOTHING:
            return None
        if re.fullmatch(self.pattern, text):
            return text
        if re.fullmatch(self.others, text):
            raise StatesNothing("not one id")
        raise InvalidClaim(f"one id expected, not {text[:120]!r}")


def day(text: str) -> date:
    """A day as pages print it: `August 31, 2026`, `Aug 31, 2026`, `2026-08-31`. Raises InvalidClaim."""
    words = " ".join(text.translate(_DASHES).split())
    for form in _MONTHS:
        try:
            return datetime.strptime(words, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise InvalidClaim(f"a day such as `August 31, 2026` expected, not {text[:60]!r}")


def day_after(text: str) -> date:
    """The day after one: until when something holds that holds *through* that day. Raises InvalidClaim."""
    return day(text) + timedelta(days=1)


def within(prices: PriceLine, valid_from: date | None, valid_to: date | None) -> PriceLine:
    """An undated price, for a span of time. Raises InvalidClaim."""
    if valid_from is None and valid_to is None:
        return prices
    if any(point.valid_from or point.valid_to for point in prices):
        raise InvalidClaim("dates both in the cell and in its row")
    try:
        return tuple(replace(point, valid_from=valid_from, valid_to=valid_to) for point in prices)
    except ValueError as error:
        raise InvalidClaim(str(error)) from error
