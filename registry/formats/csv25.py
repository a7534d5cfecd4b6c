"""The CSV of 25 columns, UTF-8, lines ended by LF, quotes only where a cell needs them.

The reader accepts columns in any order (the header row decides), any column left out except `id`, a byte order mark,
CRLF, blank lines, and comment lines that begin with `#`. An empty cell is unknown, like `-`.

A spreadsheet runs a cell that begins with one of = + - @ as a formula. Such a cell (unless it is a plain number or a
single `-`) is written with a leading apostrophe: `=A1` as `'=A1`. A text that already has apostrophes there gets one
more (`'=A1` as `''=A1`), and the reader removes one, so texts survive a round trip unchanged. The same apostrophe
distinguishes a text that is just a hyphen (`'-`) from unknown (`-`). Other leading apostrophes are kept. A cell that
begins with = without an apostrophe is a formula, and `#REF!` is a spreadsheet error: both are refused, since their
value was not stated by anybody.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Final

from registry.formats import Format, FormatError
from registry.formats.columns import COLUMNS
from registry.formats.row import InvalidRow, Row, RowError, from_cells

UNKNOWN: Final = "-"
REQUIRED: Final = ("id",)
MOST_BROKEN: Final = 100
"""After this many rows with broken quotes reading stops, since each may need a scan to the end."""

_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001 (spreadsheets take the wide signs as well)
_GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
_SHEET_ERROR = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!)")
_SEPARATORS: Final = {";": "semicolons (;)", "\t": "tabs", "|": "pipes (|)"}


def write(rows: Iterable[Row]) -> Iterator[str]:
    """The header and one line per row, columns in their fixed order."""
    yield ",".join(COLUMNS) + "\n"
    for row in rows:
        yield ",".join(quote(guard(cell)) for cell in row.cells().values()) + "\n"


def read(text: str) -> Iterator[Row | RowError]:
    """Rows in order, and a RowError for each invalid one.

    Raises FormatError when the text is empty or its header has other columns than these 25.
    """
    records = _records(list(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    columns: tuple[str, ...] = ()
    for line, record in records:
        if isinstance(record, RowError):
            if not columns:
                raise FormatError(f"the header cannot be read; {record}")
            yield record
        elif not columns:
            columns = () if _is_comment(record) else _header(line, record)
        elif not _is_comment(record) or (columns[0] != "id" and len(record) == len(columns)):
            yield _row(line, columns, record)
    if not columns:
        raise FormatError("the text is empty: a header row with the names of the columns is needed")


def guard(cell: str | None) -> str:
    """The text of a cell, with an apostrophe before what a spreadsheet would run; `-` for unknown."""
    if cell is None:
        return UNKNOWN
    if cell == UNKNOWN or (_FORMULA.match(cell) and not _PLAIN_NUMBER.fullmatch(cell)):
        return f"'{cell}"
    return cell


def unguard(cell: str) -> str | None:
    """Undoes `guard`."""
    if cell in ("", UNKNOWN):
        return None
    return cell[1:] if _GUARDED.match(cell) else cell


def quote(cell: str) -> str:
    """The cell, in quotes where it needs them."""
    # By hand: the csv module of Python 3.11 leaves a lone CR unquoted when lines end with LF.
    return '"' + cell.replace('"', '""') + '"' if re.search(r'[",\r\n]', cell) else cell


def refused(cell: str) -> str:
    """Why a cell is invalid in any column; "" where it is not."""
    if cell.startswith(("=", "＝")):  # noqa: RUF001
        return "a formula; write the value itself (before a text that begins with =, write an apostrophe)"
    return f"the sheet shows an error here ({cell})" if _SHEET_ERROR.fullmatch(cell) else ""


def _is_comment(record: list[str]) -> bool:
    return record[0].lstrip().startswith("#")


def _header(line: int, record: list[str]) -> tuple[str, ...]:
    names = tuple(cell.strip().lower() for cell in record)
    if unknown := [name for name in names if name not in COLUMNS]:
        _check_separator(line, record)
        listed = ", ".join(repr(name[:40]) for name in unknown[:5])
        raise FormatError(f"line {line}: the header names unknown columns: {listed}; known: {', '.join(COLUMNS)}")
    if missing := [name for name in REQUIRED if name not in names]:
        raise FormatError(f"line {line}: the header lacks the column {', '.join(missing)}")
    if twice := [name for name in COLUMNS if names.count(name) > 1]:
        raise FormatError(f"line {line}: the header names a column twice: {', '.join(twice)}")
    return names


def _check_separator(line: int, record: list[str]) -> None:
    """Raises FormatError for a header with another separator than a comma."""
    for sign, called in _SEPARATORS.items():
        names = [name.strip().lower() for name in ",".join(record).split(sign)]
        if len(names) > 1 and "id" in names:
            raise FormatError(
                f"line {line}: the cells are separated by {called}, where commas are expected. "
                "Save the file as CSV with commas (and decimal points), or as XLSX"
            )


def _row(line: int, columns: tuple[str, ...], record: list[str]) -> Row | RowError:
    row_text = _quoted(record)
    if len(record) != len(columns):
        reason = f"{len(record)} cells, while the header has {len(columns)} columns"
        return RowError(line, (reason,), row_text)
    texts = {name: cell.strip() for name, cell in zip(columns, record, strict=True)}
    problems = {name: f"{name}: {why}" for name, text in texts.items() if (why := refused(text))}
    cells = {name: unguard(text) for name, text in texts.items() if name not in problems}
    try:
        return from_cells(cells, line=line, problems=problems.values())
    except InvalidRow as error:
        return RowError(line, error.problems, row_text, cells)


def _quoted(record: list[str]) -> str:
    return ",".join(map(quote, record))[:500]


def _records(lines: list[str]) -> Iterator[tuple[int, list[str] | RowError]]:
    """The records that are not blank, each with the number of its first line.

    A record with broken quotes is one error, and reading continues with the next line: an unclosed quote must not
    swallow the rows after it.
    """
    start = broken = 0
    while start < len(lines):
        reader = csv.reader(lines[start:], strict=True)
        base, done = start, 0
        try:
            for record in reader:
                if any(map(str.strip, record)):
                    yield base + done + 1, record
                done = reader.line_num
            return
        except csv.Error as error:
            start, broken = base + done + 1, broken + 1
            problems = [f"the quotes of this row are broken ({error})"]
            if broken == MOST_BROKEN:
                problems.append(f"{broken} such rows are enough: nothing after this one is read")
            yield start, RowError(start, tuple(problems), lines[start - 1][:500])
            if broken == MOST_BROKEN:
                return


FORMAT: Final = Format[Row](
    name="csv",
    label="CSV, 25 columns",
    content_type="text/csv; charset=utf-8",
    suffix=".csv",
    write=write,
    read=read,
)
