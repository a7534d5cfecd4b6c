"""Prices of a page that come with the installation: facts of its newest dated copy, for a start without a network.

A CSV, one line for each point of a price: the fact, and where on the page it stands. `scripts/installed_prices.py`
writes it from a copy of the page. What it states is as old as the copy.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, DecimalException
from typing import Final

from curation.core.evidence import Evidence
from registry.domain.rates import Amounts, PricePoint
from syncers.errors import BadPayload
from syncers.kinds.page.reading import PageReading
from syncers.kinds.record import Parsed

COLUMNS: Final = ("id", "rate", "amount", "currency", "from", "to", "titles", "column", "day")
_FIRST_LINE: Final = ",".join(COLUMNS).encode()
_BETWEEN_TITLES: Final = " > "


def is_installed(body: bytes) -> bool:
    """Whether a payload is such a file, and no page."""
    return body.startswith(_FIRST_LINE)


@dataclass(frozen=True, slots=True)
class Installed:
    """Such a file, read."""

    on: date
    """The day of the page."""
    rows: tuple[Mapping[str, str], ...]

    def state(self, reading: PageReading) -> None:
        """Adds its statements to what is read. Raises BadPayload."""
        for row in self.rows:
            reading.rows += 1
            evidence = Evidence(tuple(row["titles"].split(_BETWEEN_TITLES)), "", row["column"], "")
            reading.state(row["id"], f"price.{row['rate']}", (_point(row),), evidence)


def read(body: bytes) -> Installed:
    """Reads such a file. Raises BadPayload."""
    rows = tuple(_rows(body))
    if not rows:
        raise BadPayload("the installed prices are empty")
    return Installed(_day(rows[0]["day"]), rows)


def written(parsed: Parsed, on: date) -> str:
    """The file for what was read of a copy of that day, without estimates and without fields other than prices."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for claim in sorted(parsed.claims, key=lambda claim: claim.offering):
        for name, points in claim.values.items():
            if name.startswith("price.") and name not in claim.estimates:
                line = claim.evidence[name][0]
                where = (_BETWEEN_TITLES.join(line.path), line.column, on.isoformat())
                own_id = claim.offering.partition("/")[2]
                table.writerows([own_id, name.removeprefix("price."), *_cells(point), *where] for point in points)
    return out.getvalue()


def _rows(body: bytes) -> Iterator[dict[str, str]]:
    try:
        yield from csv.DictReader(io.StringIO(body.decode("utf-8")), strict=True)
    except (csv.Error, UnicodeDecodeError) as error:
        raise BadPayload(f"the installed prices cannot be read: {error}") from error


def _cells(point: PricePoint) -> Iterable[str]:
    amount = f"{point.amount:f}" if point.amount is not None else point.state.value
    return amount, point.currency, *(day.isoformat() if day else "" for day in (point.valid_from, point.valid_to))


def _point(row: Mapping[str, str]) -> PricePoint:
    amount, word = None, row["amount"]
    try:
        state = Amounts(word) if word.isalpha() else Amounts.PRICED
        amount = None if word.isalpha() else Decimal(word)
        return PricePoint(
            amount, state, row["currency"], *(_day(row[end]) if row[end] else None for end in ("from", "to"))
        )
    except (ValueError, DecimalException) as error:
        raise BadPayload(f"the installed prices cannot be read: {row['id']} {row['rate']}: {error}") from error


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadPayload(f"the installed prices cannot be read: no day: {text!r}") from error
