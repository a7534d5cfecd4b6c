"""DeepSeek's price page in US dollars: one table whose columns are the models, and notes below it.

The price outside of peak hours is the ordinary one; that of peak hours has the hours of the note as its schedule. A
note may announce new prices with a table of its own, from an hour of a day. Prices are dated by days: the new ones are
stated from the first whole day (16:00 UTC on August 16 becomes August 17), and the old ones until then. What is
announced without a date is a notice.

The last cells of a row are the prices of the models, whatever spans are lost on the left of them: that is certain,
since the cells before them have to be the name of a price and nothing else. A note on prices with a sentence that is
not known holds the table. Not read: the page in Chinese, which is another list, in yuan.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from curation.core.claim import InvalidClaim
from curation.core.evidence import Evidence
from registry.domain.rates import RateKey
from syncers.kinds.page.cells import Amount, within
from syncers.kinds.page.document import Page, Row, Table
from syncers.kinds.page.reading import PageReading
from syncers.kinds.page.source import MAIN, PageSource, Parts
from syncers.sources.pages.deepseek_notes import MARK, Note, on_prices

_METERS: Final = {
    "1M INPUT TOKENS (CACHE HIT)": "cache_read",
    "1M INPUT TOKENS (CACHE MISS)": "input",
    "1M OUTPUT TOKENS": "output",
}
_IDENT: Final = re.compile(rf"(deepseek-[a-z0-9.-]+)(?:{MARK})?")
_LABEL: Final = re.compile(rf"(?:PRICING(?:{MARK})? )?({'|'.join(map(re.escape, _METERS))})(?: (PEAK|OFF-PEAK))?")
_PEAK, _OFF_PEAK = "PEAK", "OFF-PEAK"


@dataclass(frozen=True, slots=True)
class _Price:
    ident: str
    meter: str
    period: str
    """PEAK, OFF_PEAK or "" for all hours."""
    cell: Evidence


class DeepSeekPricing(PageSource):
    slug, label, speaks_for = "deepseek-pricing", "DeepSeek price page", "deepseek"
    url = homepage = "https://api-docs.deepseek.com/quick_start/pricing"
    expected = (1, 20)
    confidence = "high"
    prices_in = "USD per 1M tokens"

    def knows(self, table: Table) -> bool:
        return _has_models(table) or _has_meters(table) or super().knows(table)

    def statements(self, pages: Parts, reading: PageReading) -> None:
        page = pages[MAIN]
        tables = list(filter(_has_models, page.tables))
        if len(tables) != 1:
            reading.hold_table((), f"{len(tables) or 'no'} tables whose columns are models")
            return
        try:
            _read(tables[0], page, reading)
        except InvalidClaim as error:
            reading.hold_table(tables[0].path, error)


def _read(table: Table, page: Page, reading: PageReading) -> None:
    """Raises InvalidClaim for a page of which nothing is read."""
    prices, note = list(_prices(table)), on_prices((cell for row in _rows(table) for cell in row), page)
    new_tables = list(filter(_has_meters, page.tables))
    if bool(note.peak_hours) != (bool(new_tables) or any(price.period for price in prices)):
        raise InvalidClaim("prices of peak hours without a note that says which hours they are, or the other way round")
    if len(new_tables) != bool(note.new_from):
        raise InvalidClaim("a table of new prices without the day from which they hold, or the other way round")
    new = list(_new_prices(new_tables[0])) if new_tables else []
    if new and ({price.ident for price in new} != {price.ident for price in prices} or any(p.period for p in prices)):
        raise InvalidClaim("the new prices are not those of the same models, or the old ones have peak hours too")
    if note.is_soon:
        reading.notices["announced without a date: prices by the hour"] += 1
    reading.rows += len(prices) + len(new)
    _state(prices, note, reading, valid_to=note.new_from)
    _state(new, note, reading, valid_from=note.new_from)


def _state(
    prices: Sequence[_Price],
    note: Note,
    reading: PageReading,
    *,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> None:
    for price in prices:
        key = RateKey(price.meter, schedule=note.peak_hours if price.period == _PEAK else "")
        try:
            if not (line := Amount()(price.cell.text)):
                continue
            _check_half(price, prices)
            line = within(line, valid_from, valid_to)
        except InvalidClaim as error:
            reading.hold(price.ident, key.field, price.cell, error)
            continue
        reading.state(price.ident, key.field, line, price.cell)
        if valid_from or price.period == _PEAK:
            reading.state(price.ident, key.field, line, note.evidence)


def _check_half(price: _Price, prices: Sequence[_Price]) -> None:
    """Raises InvalidClaim for prices that are not, as the page says, half of and twice the other."""
    if price.period:
        (other,) = (p for p in prices if (p.ident, p.meter) == (price.ident, price.meter) and p.period != price.period)
        low, high = (price, other) if price.period == _OFF_PEAK else (other, price)
        lines = Amount()(low.cell.text), Amount()(high.cell.text)
        amounts = [line[0].amount for line in lines if line and line[0].amount]
        if len(amounts) != 2 or amounts[1] != 2 * amounts[0]:
            raise InvalidClaim(f"{low.cell.text} is not half of {high.cell.text}")


def _rows(table: Table) -> list[Row]:
    """The rows with the header, which copies of the page leave empty."""
    return [row for row in (table.header, *table.rows) if any(row)]


def _heads(table: Table) -> list[str]:
    """What stands in the first row behind MODEL; nothing for a table of something else."""
    rows = _rows(table)
    is_one = bool(rows) and rows[0][0] == "MODEL"
    return [cell for cell in rows[0] if cell not in ("", "MODEL")] if is_one else []


def _has_models(table: Table) -> bool:
    return any(_IDENT.fullmatch(head) for head in _heads(table))


def _has_meters(table: Table) -> bool:
    return any(head in _METERS for head in _heads(table))


def _prices(table: Table) -> Iterator[_Price]:
    """The prices of the table of all models. Raises InvalidClaim."""
    models = [_IDENT.fullmatch(head) for head in _heads(table)]
    idents = [match[1] for match in models if match]
    if len(idents) != len(models) or len(set(idents)) != len(idents):
        raise InvalidClaim(f"the heads of the columns are {' | '.join(_heads(table))[:200]!r}")
    periods: dict[str, list[str]] = {}
    for row in _rows(table)[1:]:
        label, cells = _name(row[: -len(idents)]), row[-len(idents) :]
        match = _LABEL.fullmatch(label)
        if match:
            periods.setdefault(match[2], []).append(match[3] or "")
            for ident, text in zip(idents, cells, strict=True):
                yield _Price(ident, _METERS[match[2]], match[3] or "", Evidence(table.path, label, ident, text))
        elif any("$" in cell for cell in row):
            raise InvalidClaim(f"a price of {label[:80]!r}")
    if periods.keys() != _METERS.keys() or any(p not in ([""], [_OFF_PEAK, _PEAK]) for p in periods.values()):
        raise InvalidClaim("not one price of each kind, or one off-peak and one peak")


def _new_prices(table: Table) -> Iterator[_Price]:
    """The prices of a table whose rows are models, which stand off-peak and peak. Raises InvalidClaim."""
    heads = _heads(table)
    if sorted(heads) != sorted(_METERS):
        raise InvalidClaim(f"the heads of the new prices are {' | '.join(heads)[:200]!r}")
    ident = ""
    periods: dict[str, list[str]] = {}
    for row in _rows(table)[1:]:
        *names, period = dict.fromkeys(filter(None, row[: -len(heads)])) or [""]
        if (ident := names[0] if names else ident) not in periods:
            periods[ident] = []
        periods[ident].append(period)
        if len(names) > 1 or not _IDENT.fullmatch(ident):
            raise InvalidClaim(f"new prices of {' '.join(names)[:80]!r}")
        for head, text in zip(heads, row[-len(heads) :], strict=True):
            yield _Price(ident, _METERS[head], period, Evidence(table.path, f"{ident} {period}", head, text))
    if any(listed != [_OFF_PEAK, _PEAK] for listed in periods.values()):
        raise InvalidClaim("new prices of a model that are not one off-peak and one peak")


def _name(cells: Row) -> str:
    """What cells name together; a cell over several columns is one."""
    return " ".join(dict.fromkeys(filter(None, cells)))
