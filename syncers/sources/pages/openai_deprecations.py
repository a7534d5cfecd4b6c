"""OpenAI's page of deprecations, as Markdown: one table for each announcement, below a title that begins with its day.

The page says that a model is deprecated from the announcement on, and that it is not served any more from the shutdown
date on. The stage follows from these two days, so that no `status` is stated, which would be wrong one day later. "At
earliest" is a floor and states no day. A successor is stated where one single id is recommended.

Left out: endpoints and products; announcements in prose; fine-tuned models (`ft-…`) and fine-tuning; models that are
called legacy, not deprecated; the day of announcements with titles of their own inside. A row with more or fewer cells
than the header is held. Of `day | id | other ids of it | replacement` the days are read: the other ids differ from the
first in nothing but a day and `-completions`, so that they prove which model ends; the successor is held. So is all
that is said of a model that two announcements date differently.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from curation.core.claim import InvalidClaim
from curation.core.evidence import Evidence
from syncers.kinds.page.cells import NOTHING, day
from syncers.kinds.page.document import Page, Path, Row, Table, plain
from syncers.kinds.page.reading import PageReading
from syncers.kinds.page.source import MAIN, PageSource, Parts

_DAY, _MODEL, _SUCCESSOR = "day", "model", "successor"
_ROLES: Final[Mapping[str, str]] = {
    "shutdown date": _DAY,
    "model / system": _MODEL,
    "model snapshot": _MODEL,
    "deprecated model": _MODEL,
    "recommended replacement": _SUCCESSOR,
    "substitute model": _SUCCESSOR,
}
_IN_ORDER: Final = [_DAY, _MODEL, _SUCCESSOR]
_EACH_ONCE: Final = sorted(_IN_ORDER)
_PRICE: Final = "deprecated model price"
_BESIDE: Final = frozenset({"legacy model", "recommended replacement base model"})
"""Headers of a second table of an announcement."""
_NOT_READ: Final = _BESIDE | {"update", "system", "training price"}
"""Headers of tables that are not about models, or not about their end."""
_ID: Final = r"[a-z0-9]+(?:[.-][a-z0-9]+)*"
_IDS: Final = re.compile(rf"{_ID}\*?(?:(?:, (?:and |or )?| and | or ){_ID}\*?)+")
_WITH_NAMES: Final = re.compile(r"(?P<first>\S+) \(including (?P<others>[^()]+), which points? to this snapshot\)")
_SUFFIX: Final = re.compile(r"(-\d{4}(-\d\d-\d\d)?)?(-completions)?\Z")
"""What tells apart the ids of one model."""
_SYSTEM: Final = re.compile(r"/v1/\S+|OpenAI-Beta: \S+|(?:\w+ )+API|New fine-tuning training on \S+")
_DATED: Final = re.compile(r"(?P<day>\d{4}\W\d{2}\W\d{2}): .+", re.DOTALL)
_FLOOR: Final = "at earliest "


class OpenAIDeprecations(PageSource):
    slug, label, speaks_for = "openai-deprecations", "OpenAI deprecations page", "openai"
    url = "https://developers.openai.com/api/docs/deprecations.md"
    homepage = "https://developers.openai.com/api/docs/deprecations"
    authority = ("lifecycle",)
    expected = (5, 500)
    confidence = "high"
    prices_in = ""

    def knows(self, table: Table) -> bool:
        """Its amounts of money are those of what is shut down."""
        return True

    def statements(self, pages: Parts, reading: PageReading) -> None:
        tables = [(table, [plain(header) for header in table.header]) for table in pages[MAIN].tables]
        below = Counter(title for table, headers in tables if _BESIDE.isdisjoint(headers) for title in _titles(table))
        unread = _rows_without_header(pages[MAIN], reading)
        for table, headers in tables:
            if not _NOT_READ.isdisjoint(headers):
                continue
            if sorted(_ROLES.get(header, "") for header in headers if header != _PRICE) != _EACH_ONCE:
                reading.hold_table(table.path, f"its headers are {' | '.join(table.header)[:300]!r}")
                unread += table.rows
                continue
            for row in table.rows:
                reading.rows += 1
                try:
                    _read_row(table, row, below[table.path] == 1, reading)
                except InvalidClaim as error:
                    reading.hold_row(Evidence(table.path, (*row, "", "")[1], "", " | ".join(row)), error)
                    unread.append(row[: max(2, len(row) - 1)])  # the last cell is that of the successor
        _hold_doubtful(unread, reading)


def _rows_without_header(page: Page, reading: PageReading) -> list[Row]:
    """The rows of tables that have lost their header, which are texts."""
    broken = [text for text in page.texts if text.text.startswith("|")]
    for text in broken:
        reading.hold_table(text.path, "rows without a header")
    return [tuple(cell.strip() for text in broken for cell in text.text.split("|"))]


def _read_row(table: Table, row: Row, is_single: bool, reading: PageReading) -> None:
    """The statements of a row, about each model that it names. Raises InvalidClaim for a row that is not understood."""
    if table.is_ragged(row):
        row = _with_other_ids(table, row)
    columns = {_ROLES.get(plain(header), ""): (header, text) for header, text in table.by_column(row).items()}
    label = columns[_MODEL][1]
    idents = _idents(label)
    if idents and "fine-tun" in plain(" ".join(table.path)):
        raise InvalidClaim("below a title about fine-tuning: it is not said whether the model itself ends")
    shutdown, announced = _shutdown(columns[_DAY][1]), _announced(table)
    if shutdown and announced and shutdown < announced:
        raise InvalidClaim(f"shut down on {shutdown}, before it was announced on {announced}")
    cells = {role: Evidence(table.path, label, *cell) for role, cell in columns.items()}
    title = Evidence(table.path, label, "", table.path[-1] if table.path else "")
    for ident in idents:
        if shutdown:
            reading.state(ident, "retires_on", shutdown, cells[_DAY])
        if announced and is_single:
            reading.state(ident, "deprecated_on", announced, title)
        elif not (is_single and _has_date_above(table)):
            reading.hold(ident, "deprecated_on", title, "the title does not tell the day of this announcement alone")
        _state_successor(ident, cells[_SUCCESSOR], reading)


def _with_other_ids(table: Table, row: Row) -> Row:
    """A row with a cell too many, of other ids of the model, joined to that of the successor: no header tells the two
    apart. Raises InvalidClaim for any other row.
    """
    if len(row) == len(table.header) + 1 and [_ROLES.get(plain(header)) for header in table.header] == _IN_ORDER:
        names = [row[1], *row[2].split(", ")]
        are_ids = len(set(names)) == len(names) and all(re.fullmatch(_ID, name) for name in names)
        if are_ids and len({_SUFFIX.sub("", name) for name in names}) == 1:
            return (row[0], row[1], f"{row[2]} | {row[3]}")
    raise InvalidClaim(f"{len(row)} cells below {len(table.header)} headers")


def _idents(label: str) -> list[str]:
    """The models of a cell, without fine-tuned ones; none for an endpoint or a product. Raises InvalidClaim."""
    if _SYSTEM.fullmatch(label):
        return []
    match = _WITH_NAMES.fullmatch(label)
    names = [match["first"], *re.split(r", (?:and )?| and ", match["others"])] if match else [label]
    if not all(re.fullmatch(_ID, name) for name in names):
        raise InvalidClaim(f"an id expected, not {label[:120]!r}")
    return [name for name in names if not name.startswith("ft-")]


def _shutdown(text: str) -> date | None:
    """The day of a cell; None where it gives the earliest one. Raises InvalidClaim."""
    written = day(text.removeprefix(_FLOOR))
    return None if text.startswith(_FLOOR) else written


def _announced(table: Table) -> date | None:
    """The day at the beginning of the title right above a table."""
    match = _DATED.fullmatch(table.path[-1]) if table.path else None
    return day(match["day"]) if match else None


def _has_date_above(table: Table) -> bool:
    """Whether a title that encloses the one right above the table has a day: it is one part of an announcement."""
    return any(_DATED.fullmatch(title) for title in table.path[:-1])


def _titles(table: Table) -> list[Path]:
    """The title right above a table, and those that enclose it, each with the titles above it."""
    return [table.path[:length] for length in range(1, len(table.path) + 1)]


def _hold_doubtful(unread: Iterable[Row], reading: PageReading) -> None:
    """Holds all that is said of a model that is announced twice with different days, or also in a row that is held."""
    held = {match[0] for row in unread for cell in row if (match := re.match(_ID, cell))}
    for ident, stated in reading.stated.items():
        days = {value for value, _ in stated.get("retires_on", ())}
        if len(days) > 1 or ident in held:
            for name, lines in stated.items():
                reading.hold(ident, name, lines[0][1], "announced twice, differently or in a row that is held")


def _state_successor(ident: str, cell: Evidence, reading: PageReading) -> None:
    if re.fullmatch(_ID, cell.text):
        reading.state(ident, "successor", f"openai/{cell.text}", cell)
    elif cell.text not in NOTHING and cell.text != "---" and not _IDS.fullmatch(cell.text):
        reading.hold(ident, "successor", cell, f"one or several ids expected, not {cell.text[:120]!r}")
