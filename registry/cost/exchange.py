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
"""A rate that doubles or halves against the last known day needs a person's approval."""


@dataclass(frozen=True, slots=True)
class QuotedRate:
    """One published rate: one `base` was `rate` of `currency` on that day."""

    day: date
    base: str
    currency: str
    rate: Decimal


@dataclass(frozen=True, slots=True)
class SaveResult:
    """How many rates were new or changed."""

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


def save(rates: Collection[QuotedRate], *, source: str, at: datetime) -> SaveResult:
    """Stores what a publisher states. Rates that it no longer repeats stay; a rate that it restates is corrected."""
    stored = {(row.base, row.currency, row.day): row for row in _known(rates, source)}
    fresh, changed = [], []
    for quote in rates:
        row = stored.get((quote.base, quote.currency, quote.day))
        if row is None:
            values = {"day": quote.day, "base": quote.base, "currency": quote.currency, "rate": quote.rate}
            fresh.append(ExchangeRate(source=source, stated_at=at, **values))
        elif row.rate != quote.rate:
            row.rate, row.stated_at = quote.rate, at
            changed.append(row)
    ExchangeRate.objects.bulk_create(fresh, batch_size=500)
    ExchangeRate.objects.bulk_update(changed, ["rate", "stated_at"], batch_size=500)
    return SaveResult(len(fresh), len(changed))


def jumps(rates: Collection[QuotedRate], *, source: str) -> list[str]:
    """Messages about rates that changed by an implausible factor since the last known day."""

    stored = ExchangeRate.objects.filter(source=source)
    newest = stored.values("base", "currency").annotate(last=Max("day")).order_by()
    last = {(row["base"], row["currency"]): row["last"] for row in newest}
    rows = {(row.base, row.currency): row for row in stored.filter(day__in=set(last.values()))
            if last[row.base, row.currency] == row.day}  # fmt: skip
    messages = []
    for quote in rates:
        before = rows.get((quote.base, quote.currency))
        if before and not before.rate / LARGEST_JUMP < quote.rate < before.rate * LARGEST_JUMP:
            messages.append(
                f"{quote.currency} on {quote.day}: {quote.rate:f} after {plain(before.rate):f} on {before.day}"
            )
    return messages


def _known(rates: Collection[QuotedRate], source: str) -> list[ExchangeRate]:
    if not rates:
        return []
    days = {quote.day for quote in rates}
    return list(ExchangeRate.objects.filter(source=source, day__range=(min(days), max(days))))
