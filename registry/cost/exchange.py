"""Exchange rates in the database: the only code that writes them, and the table that conversions read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from django.db.models import Max

from registry.domain.currency import MOST_DAYS_BEFORE, Table
from registry.domain.rates import plain
from registry.models import ExchangeRate

SOURCE: Final = "ecb"
"""The publisher whose table is read unless another is asked for."""
BASE: Final = "EUR"
LARGEST_JUMP: Final = 2
"""A currency that doubles or halves against the last known day is looked at by a person before it is believed."""


@dataclass(frozen=True, slots=True)
class QuotedRate:
    """One rate as it was published: one `base` was `rate` of `currency` on that day."""

    day: date
    base: str
    currency: str
    rate: Decimal


@dataclass(frozen=True, slots=True)
class SaveResult:
    """What came of keeping rates."""

    new: int
    changed: int


def load(on: date, *, since: date | None = None, source: str = SOURCE, base: str = BASE) -> Table:
    """The rates that a conversion for that day may use, or for any day from `since` on. One query; some two hundred
    small rows for one day.
    """
    first = min(since or on, on)
    # The calendar ends: the first week of the year 1 has no week before it.
    first = (
        first - timedelta(days=MOST_DAYS_BEFORE) if first > date.min + timedelta(days=MOST_DAYS_BEFORE) else date.min
    )
    rows = ExchangeRate.objects.filter(source=source, base=base, day__range=(first, on)).order_by()
    days: dict[date, dict[str, Decimal]] = defaultdict(dict)
    for day, currency, rate in rows.values_list("day", "currency", "rate"):
        days[day][currency] = plain(rate)
    return Table(source, base, dict(days))


def save(stated: Collection[QuotedRate], *, source: str, at: datetime) -> SaveResult:
    """Keeps what a publisher states. What it said before and does not repeat stays; a day it restates is corrected."""
    known = {(row.base, row.currency, row.day): row for row in _known(stated, source)}
    fresh, moved = [], []
    for one in stated:
        row = known.get((one.base, one.currency, one.day))
        if row is None:
            values = {"day": one.day, "base": one.base, "currency": one.currency, "rate": one.rate}
            fresh.append(ExchangeRate(source=source, stated_at=at, **values))
        elif row.rate != one.rate:
            row.rate, row.stated_at = one.rate, at
            moved.append(row)
    ExchangeRate.objects.bulk_create(fresh, batch_size=500)
    ExchangeRate.objects.bulk_update(moved, ["rate", "stated_at"], batch_size=500)
    return SaveResult(len(fresh), len(moved))


def jumps(stated: Collection[QuotedRate], *, source: str) -> list[str]:
    """Rates that moved by a factor no currency moves by against the last day known before, each told in words."""
    known = ExchangeRate.objects.filter(source=source)
    newest = known.values("base", "currency").annotate(last=Max("day")).order_by()
    last = {(row["base"], row["currency"]): row["last"] for row in newest}
    rows = {(row.base, row.currency): row for row in known.filter(day__in=set(last.values()))
            if last[row.base, row.currency] == row.day}  # fmt: skip
    told = []
    for one in stated:
        before = rows.get((one.base, one.currency))
        if before and not before.rate / LARGEST_JUMP < one.rate < before.rate * LARGEST_JUMP:
            told.append(f"{one.currency} on {one.day}: {one.rate:f} after {plain(before.rate):f} on {before.day}")
    return told


def _known(stated: Collection[QuotedRate], source: str) -> list[ExchangeRate]:
    if not stated:
        return []
    days = {one.day for one in stated}
    return list(ExchangeRate.objects.filter(source=source, day__range=(min(days), max(days))))
