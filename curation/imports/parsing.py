"""Parses a file into rows of 25 columns: CSV, XLSX, JSON or DSL (13 or 10 fields).

A bad row does not lose the others: it becomes a RowError with its line and its columns. Limits are checked first, to
bound the memory that a file can take.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from registry.domain import strict_json
from registry.formats import FormatError, csv25, dsl
from registry.formats.columns import COLUMNS
from registry.formats.row import InvalidRow, Row, RowError, from_cells

MOST_BYTES: Final = 10_000_000
MOST_ROWS: Final = 20_000
_MOST_UNPACKED: Final = 60_000_000
_MOST_LINES: Final = 1_048_576
FORMATS: Final = ("csv", "xlsx", "json", "dsl")
_ENDINGS: Final = {"csv": "csv", "xlsx": "xlsx", "json": "json", "dsl": "dsl", "txt": "dsl", "psv": "dsl"}


class Unreadable(ValueError):
    """A file that cannot be read at all. The message is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """What a file holds, in order."""

    format: str
    rows: list[Row | RowError]


def read(name: str, body: bytes) -> ParsedFile:
    """The rows of a file. Its name or else its first characters tell the format. Raises Unreadable."""
    if not body.strip():
        raise Unreadable(_("The file is empty."))
    if len(body) > MOST_BYTES:
        limit = {"bytes": f"{len(body):,}", "most": f"{MOST_BYTES:,}"}
        raise Unreadable(_("The file has %(bytes)s bytes; at most %(most)s are taken. Split it.") % limit)
    kind = _format(name, body)
    try:
        parsed = {"csv": _csv, "xlsx": _xlsx, "json": _json, "dsl": _dsl}[kind](body)
        rows = []
        for row in parsed:
            rows.append(row)
            if len(rows) > MOST_ROWS:
                limit = {"most": f"{MOST_ROWS:,}"}
                raise Unreadable(_("The file has more than %(most)s rows. Split it.") % limit)
    except FormatError as error:
        raise Unreadable(_("The file cannot be read: %(error)s") % {"error": error}) from error
    if not rows:
        raise Unreadable(_("The file has a header and no rows."))
    return ParsedFile(kind, rows)


def _format(name: str, body: bytes) -> str:
    ending = name.rpartition(".")[2].lower()
    if body.startswith(b"PK\x03\x04"):
        return "xlsx"
    if ending in ("xls", "ods"):
        raise Unreadable(_("A sheet has to be saved as XLSX or CSV."))
    if ending in _ENDINGS and _ENDINGS[ending] != "xlsx":
        return _ENDINGS[ending]
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"{", b"[")):
        return "json"
    line = next(
        (text_line for text_line in start.splitlines() if text_line.strip() and not text_line.startswith(b"#")), start
    )
    return "dsl" if line.count(b"|") >= dsl.OLDER - 1 else "csv"


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = {"place": f"{error.start:,}"}
        raise Unreadable(_("The file is not UTF-8 text (at byte %(place)s). Save it as UTF-8.") % place) from error


def _csv(body: bytes) -> Iterator[Row | RowError]:
    return csv25.read(_text(body))


def _dsl(body: bytes) -> Iterator[Row | RowError]:
    return dsl.read(_text(body))


def _header(names: list[str], line: int) -> None:
    """Raises FormatError for a header that is not one of these 25 columns."""
    if unknown := [name for name in names if name not in COLUMNS]:
        listed = ", ".join(repr(name[:40]) for name in unknown[:5])
        raise FormatError(f"line {line}: unknown columns: {listed}; known: {', '.join(COLUMNS)}")
    if "id" not in names:
        raise FormatError(f"line {line}: the column id is missing")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise FormatError(f"line {line}: a column stands there twice: {', '.join(twice)}")


# -- spreadsheets ----------------------------------------------------------------------------------


def _xlsx(body: bytes) -> Iterator[Row | RowError]:
    """The sheet of a workbook that has our header. Formulas are refused: only their text is read, not their result."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            if sum(part.file_size for part in packed.infolist()) > _MOST_UNPACKED:
                raise Unreadable(_("The workbook is too large once it is unpacked. Split it."))
        book = load_workbook(io.BytesIO(body), read_only=True, data_only=False, keep_links=False)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(_("This is no workbook that can be read; save it as XLSX or CSV.")) from error
    rows = _lines(_sheet(book))
    line, held = next(rows)
    columns = _names(held)
    _header(columns, line)
    for line, held in rows:
        yield _sheet_row(line, columns, held)


def _sheet(book: Any) -> Any:
    """The one sheet whose first row is our header; where none is, the first that holds anything. Raises FormatError."""
    firsts = {
        sheet.title: (sheet, _names(first[1])) for sheet in book.worksheets if (first := next(_lines(sheet), None))
    }
    ours = [title for title, (_sheet, names) in firsts.items() if "id" in names]
    if len(ours) > 1:
        listed = ", ".join(repr(title) for title in ours)
        raise FormatError(f"several sheets have a column id ({listed}); leave the one that is meant")
    if not firsts:
        raise FormatError("the workbook is empty: a header row with the names of the columns is needed")
    title = ours[0] if ours else next(iter(firsts))
    return firsts[title][0]


def _lines(sheet: Any) -> Iterator[tuple[int, list[tuple[Any, str]]]]:
    """The rows of a sheet that hold anything and are no comment, each as value and kind of its cells."""
    sheet.reset_dimensions()  # some programs write a wrong size: rows beyond it would be lost
    for line, cells in enumerate(sheet.iter_rows(), start=1):
        if line > _MOST_LINES:
            raise FormatError(f"a row beyond line {_MOST_LINES:,}, where sheets end")
        held = [(cell.value, getattr(cell, "data_type", "")) for cell in cells]
        while held and held[-1][0] in (None, ""):
            held.pop()
        if held and not str(held[0][0]).lstrip().startswith("#"):
            yield line, held


def _names(held: list[tuple[Any, str]]) -> list[str]:
    return [str(value or "").strip().lower() for value, _kind in held]


def _sheet_row(line: int, columns: list[str], held: list[tuple[Any, str]]) -> Row | RowError:
    text = ",".join("" if value is None else str(value) for value, _kind in held)[:500]
    if len(held) > len(columns):
        return RowError(line, (f"{len(held)} cells, while the header has {len(columns)} columns",), text)
    cells: dict[str, str | None] = {}
    problems = []
    for name, (value, kind) in zip(columns, held, strict=False):
        if kind == "f":
            problems.append(f"{name}: a formula; write the value itself")
        elif kind == "e":
            problems.append(f"{name}: the sheet shows an error here ({value})")
        else:
            cells[name] = _cell(value)
    return _row(line, cells, problems, text)


def _cell(value: Any) -> str | None:
    """The text of a cell. A number keeps the digits that the sheet shows; no arithmetic is done on it."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}".removesuffix(".0")
    if hasattr(value, "date"):  # a cell that the sheet keeps as a date
        return str(value.date().isoformat())
    return csv25.unguard(str(value).strip())


def _row(line: int, cells: dict[str, str | None], problems: list[str], text: str) -> Row | RowError:
    try:
        return from_cells(cells, line=line, problems=problems)
    except InvalidRow as error:
        return RowError(line, error.problems, text)


# -- JSON ------------------------------------------------------------------------------------------


def _json(body: bytes) -> Iterator[Row | RowError]:
    """A list of objects whose keys are the columns, alone or under `offerings`; null and "-" are unknown."""
    try:
        document = strict_json.loads(_text(body), whole=str, fraction=str)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"no JSON: {error}") from error
    records = document.get("offerings") if isinstance(document, dict) else document
    if not isinstance(records, list):
        raise FormatError("a list of objects is expected, alone or under the key `offerings`")
    for number, record in enumerate(records, start=1):
        yield _json_row(number, record)


def _json_row(number: int, record: Any) -> Row | RowError:
    text = json.dumps(record, ensure_ascii=False)[:500]
    if not isinstance(record, dict):
        return RowError(number, ("an object with the columns as its keys is expected",), text)
    cells: dict[str, str | None] = {}
    problems = [f"{name[:40]}: no such column; known: {', '.join(COLUMNS)}" for name in record if name not in COLUMNS]
    for name, value in record.items():
        if name not in COLUMNS:
            continue
        if isinstance(value, list) and name == "alias" and all(isinstance(item, str) for item in value):
            value = COLUMNS[name].show(tuple(value))
        if isinstance(value, bool):
            value = "Y" if value else "N"
        if value is not None and not isinstance(value, str):
            problems.append(f"{name}: text, a number, Y, N or null is expected")
        else:
            cells[name] = None if value in (None, "", csv25.UNKNOWN) else value
    return _row(number, cells, problems, text)
