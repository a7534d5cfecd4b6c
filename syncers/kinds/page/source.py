"""Base of sources that are pages with tables: a declaration of the tables, and a reading of the first cell of a row.

    class ExamplePricing(PageSource):
        slug, label, speaks_for = "example-pricing", "Example AI prices", "example"
        url = "https://docs.example.com/pricing.md"
        expected = (5, 100)
        shapes = (
            Shape(("Model pricing",), {"Model": LABEL, "Input": Price(RateKey("input"), Amount("/ 1M tokens"))}),
        )

What is not understood is held, and never read in part as something else:

* a table is taken by the titles above it and all of its headers, never by its position. One whose headers have changed,
  that is gone or that stands there twice is held;
* a row whose first cell is not understood is held; a table with a row of more or fewer cells than the header is held;
* a cell is matched completely; else it is held.

Of an offering with something held, the earlier statements stay; nothing counts as no longer listed while a table or a
row is held.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, ClassVar, Final

from curation.core.authority import SourceType
from curation.core.claim import ANY_FIELD, Claim, InvalidClaim, claim
from curation.core.evidence import Evidence
from registry.domain.fields import Value
from syncers.errors import BadPayload
from syncers.kinds.page import html, installed, markdown
from syncers.kinds.page.cells import StatesNothing, within
from syncers.kinds.page.document import Page, Row, Table, plain
from syncers.kinds.page.installed import Installed
from syncers.kinds.page.reading import PageReading, combined
from syncers.kinds.page.shapes import Labelled, Price, Shape, Stated
from syncers.kinds.record import Parsed, Record, Rejected
from syncers.kinds.source import Source
from syncers.payload.fetch import absent_parts, open_envelope
from syncers.payload.parse import read_json, read_page

MAIN: Final = ""
"""Name of the part that is the page itself."""
_MOST_NAMED: Final = 20
INSTALLED: Final = Path(__file__).resolve().parents[2] / "data" / "prices"
Parts = Mapping[str, Page]


class PageSource(Source):
    """Base of such sources; see the module's text."""

    source_type = SourceType.OFFICIAL
    authority: ClassVar[tuple[str, ...]] = ("price",)
    preference = 5
    """Before catalogues also where an old copy of the page ranks with them."""
    every = timedelta(days=1)
    enabled_at_first = False
    prices_in = "as the page prints them; see the table's header"
    optional_parts = True
    """A held table is an absent part: its offerings are not missing."""
    also: ClassVar[Mapping[str, str]] = {}
    """Other pages that are needed to read this one: name of the part → address."""
    shapes: ClassVar[tuple[Shape, ...]] = ()
    not_read: ClassVar[frozenset[str]] = frozenset()
    """Last titles of tables with amounts of money that are known and not read, as `plain` writes them."""
    line_titles: ClassVar[Mapping[str, int]] = {}
    """Lines that are titles; see `markdown.read`."""

    # -- what a source may override -------------------------------------------------------------------------------

    def labelled(self, label: str, table: Table, pages: Parts) -> Iterable[Labelled]:
        """The offerings that the first cell of a row names. Raises InvalidClaim for a cell that is not understood."""
        return [Labelled(label)]

    def statements(self, pages: Parts, reading: PageReading) -> None:
        """Reads the tables of the page, and whatever else states something. By default the declared shapes."""
        for shape in self.shapes:
            if table := self.table_of(pages[MAIN], shape, reading):
                self.read_table(table, shape, pages, reading)

    def knows(self, table: Table) -> bool:
        """Whether a table is read, or is known and not read. By default by the titles of `shapes` and `not_read`."""
        titles = tuple(map(plain, table.path))
        if titles and titles[-1] in self.not_read:
            return True
        return any(titles[-len(shape.path) :] == tuple(map(plain, shape.path)) for shape in self.shapes)

    def page(self, text: str) -> Page:
        """A body as a page: HTML or Markdown by its beginning."""
        if text.lstrip()[:200].lower().startswith(("<!doctype", "<html")):
            return html.read(text)
        return markdown.read(text, line_titles=self.line_titles)

    # -- the reading ----------------------------------------------------------------------------------------------

    def table_of(self, page: Page, shape: Shape, reading: PageReading) -> Table | None:
        """The one table of a shape; None and held when it is gone, changed or there twice."""
        below = list(page.below(*shape.path))
        fitting = [table for table in below if shape.fits(table)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            reading.hold_table(shape.path, f"{len(fitting)} tables with the same titles and headers")
        elif below:
            headers = " | ".join(below[0].header)
            reading.hold_table(shape.path, f"its headers are {headers[:300]!r}")
        elif shape.required:
            reading.hold_table(shape.path, "it is not on the page")
        return None

    def read_every(self, tables: Iterable[Table], shapes: Iterable[Shape], pages: Parts, reading: PageReading) -> None:
        """All of some tables, each by the shape that fits it, whatever its titles; one that no shape fits is held."""
        for table in tables:
            shape = next((shape for shape in shapes if shape.fits(table)), None)
            if shape is not None:
                self.read_table(table, shape, pages, reading)
            elif not table.path or plain(table.path[-1]) not in self.not_read:
                reading.hold_table(table.path, f"its headers are {' | '.join(table.header)[:300]!r}")

    def read_table(self, table: Table, shape: Shape, pages: Parts, reading: PageReading) -> None:
        """All rows of a table of that shape."""
        if any(table.is_ragged(row) for row in table.rows):
            reading.hold_table(table.path, "a row has more or fewer cells than the header")
            return
        for row in table.rows:
            reading.rows += 1
            self.read_row(table, row, shape, pages, reading)

    def read_row(self, table: Table, row: Row, shape: Shape, pages: Parts, reading: PageReading) -> None:
        """What a row states, of each offering that it names."""
        cells = table.by_column(row)
        label = shape.label(cells)
        try:
            conditions = shape.conditions(cells)
            offerings = [
                replace(labelled, conditions={**labelled.conditions, **conditions})
                for labelled in self.labelled(label, table, pages)
            ]
        except InvalidClaim as error:
            reading.hold_row(Evidence(table.path, label, "", " | ".join(row)), error)
            return
        for labelled in offerings:
            reading.listed.add(labelled.ident)
            for name, value in labelled.stated.items():
                reading.state(labelled.ident, name, value, Evidence(table.path, label, "", table.path[-1]))
            for header, text in cells.items():
                evidence = Evidence(table.path, label, header, text)
                match shape.column(header):
                    case Price() as column:
                        self.read_price(column, labelled, evidence, reading)
                    case Stated() as column:
                        self.read_field(column, labelled.ident, evidence, reading)

    def read_price(self, column: Price, labelled: Labelled, evidence: Evidence, reading: PageReading) -> None:
        """The price in one cell, for one offering."""
        name = column.key.field
        try:
            name = replace(column.key, **labelled.conditions).field
            line = column.read(evidence.text)
            if line:
                reading.state(labelled.ident, name, within(line, labelled.valid_from, labelled.valid_to), evidence)
        except (InvalidClaim, ValueError) as error:
            reading.hold(labelled.ident, name, evidence, error)

    def read_field(self, column: Stated, ident: str, evidence: Evidence, reading: PageReading) -> None:
        """What one cell states of a field, for one offering."""
        try:
            value = column.read(evidence.text)
        except StatesNothing as reason:
            reading.notices[f"{column.field}: {reason}"] += 1
        except InvalidClaim as error:
            reading.hold(ident, column.field, evidence, error)
        else:
            if column.field == "successor" and isinstance(value, str):
                reading.successors.append((ident, value, evidence))
            elif value is not None:
                reading.state(ident, column.field, value, evidence)

    # -- for the framework ----------------------------------------------------------------------------------------

    def urls(self) -> Mapping[str, str]:
        return {MAIN: self.url, **self.also}

    def embedded(self) -> bytes | None:
        """The prices of its newest dated copy, of sources that have such a file."""
        path = INSTALLED / f"{self.slug}.csv"
        return path.read_bytes() if path.exists() else None

    def embedded_at(self) -> datetime | None:
        body = self.embedded()
        return datetime.combine(installed.read(body).on, time(), UTC) if body else None

    def part_lists(self, part: str, offering: str) -> bool:
        """While a table is held it is not known what it lists: nothing is missing."""
        return True

    def stored(self, body: bytes) -> bytes:
        return json.dumps(read_page(body)).encode()

    def count(self, document: Parts | Installed) -> int:
        """Pages are no pages of a list."""
        return 1

    def read(self, body: bytes) -> Parts | Installed:
        """The pages of a payload, by the name of their part, or the installed prices. Raises BadPayload."""
        if installed.is_installed(body):
            return installed.read(body)
        document: Any = None
        if body.lstrip().startswith(b"{"):
            with suppress(BadPayload):
                document = read_json(body)
        parts = open_envelope(document)
        if parts is None:
            return {MAIN: self.page(read_page(body))}
        return {name: self.page(texts[0]) for name, texts in parts.items() if texts and isinstance(texts[0], str)}

    def records(self, document: Parts | Installed) -> Iterator[Record]:
        """The offerings of a page, as records; for the excerpt of one."""
        reading = self.reading(document)
        for ident, fields in reading.stated.items():
            lines = {name: [evidence.as_json() for _, evidence in stated] for name, stated in fields.items()}
            yield Record(ident, {"id": ident, "lines": lines})

    def claims(self, record: Record) -> Iterable[Claim]:
        """Names the offering of a record, for the excerpt; the claims of a page are made by `parse`."""
        yield claim(f"{self.speaks_for}/{record.text('id')}", {})

    def reading(self, document: Parts | Installed) -> PageReading:
        """Everything that a payload states, and what is held. Raises BadPayload."""
        reading = PageReading()
        if isinstance(document, Installed):
            document.state(reading)
            return reading
        if MAIN not in document:
            raise BadPayload(f"{self.slug}: the payload has no page")
        self.statements(document, reading)
        reading.state_successors(self.speaks_for)
        return reading

    def parse(self, body: bytes) -> Parsed:
        """The claims of a page, with its held tables, rows and cells. Raises BadPayload when nothing can be read."""
        document = self.read(body)
        reading = self.reading(document)
        page, as_of = (Page(), document.on) if isinstance(document, Installed) else (document[MAIN], None)
        if not reading.stated:
            first = next(iter(reading.held_tables.items()), ("", "it has no table that is known"))
            raise BadPayload(f"{self.slug}: nothing of the page can be read: {' '.join(first)}")
        parsed = Parsed(seen=len(reading.stated) + len(reading.held_rows), shape=page.outline())
        parsed.absent = (*absent_parts(body), *(f"table: {title}" for title in reading.held_tables))
        for title, reason in reading.held_tables.items():
            parsed.notices[f"table held: {title}: {reason}"[:300]] = 1
        parsed.notices |= self._unread_tables(page)
        parsed.notices |= reading.notices
        for evidence, reason in reading.held_rows:
            parsed.rejected.append(Rejected(_where(evidence), reason, evidence.text))
        for ident in reading.stated:
            self._take(ident, reading, parsed, as_of)
        return parsed

    def _take(self, ident: str, reading: PageReading, parsed: Parsed, as_of: date | None) -> None:
        """The claim of one offering. Of a field that is stated twice, neither statement is taken."""
        values: dict[str, Value] = {}
        evidence: dict[str, tuple[Evidence, ...]] = {}
        unreadable: dict[str, tuple[Evidence, str]] = {
            name: (cell, reason) for other, name, cell, reason in reading.held_cells if other == ident
        }
        for name, stated in reading.stated[ident].items():
            try:
                values[name] = combined(name, stated)
                evidence[name] = tuple(line for _, line in stated)
            except InvalidClaim as error:
                unreadable[name] = (stated[0][1], str(error))
        for name, (cell, reason) in unreadable.items():
            values.pop(name, None)
            evidence.pop(name, None)
            parsed.unreadable.append(Rejected(f"{ident}: {_where(cell)}", reason, cell.text, field=name))
        open_fields = unreadable.keys() | (set() if reading.is_whole else {ANY_FIELD})
        try:
            estimates = frozenset(name for name in values if (ident, name) in reading.estimates)
            checked = claim(f"{self.speaks_for}/{ident}", values, as_of=as_of, estimates=estimates)
        except InvalidClaim as error:
            parsed.rejected.append(Rejected(ident, str(error)))
            return
        parsed.claims.append(replace(checked, unreadable=frozenset(open_fields), evidence=evidence))

    def _unread_tables(self, page: Page) -> Counter[str]:
        """Tables with amounts of money that are not known: announced, not read. Many of them are only counted."""
        unread = [table for table in page.tables if not self.knows(table) and _has_money(table)]
        if len(unread) > _MOST_NAMED:
            return Counter({"tables with prices that are not read": len(unread)})
        return Counter(f"table not read: {' > '.join(table.path)}"[:300] for table in unread)


def _has_money(table: Table) -> bool:
    return any(sign in cell for row in table.rows for cell in row for sign in ("$", "¥", "元"))


def _where(evidence: Evidence) -> str:
    return " > ".join(filter(None, (*evidence.path, evidence.row, evidence.column)))[:300]
