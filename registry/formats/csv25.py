"""The CSV of 25 columns, UTF-8, lines ended by LF, quotes only where a cell needs them.

Read forgivingly: columns in any order (the header row decides), any of them left out but `id`, a
byte order mark, CRLF, blank lines, and comment lines that begin with `#`. An empty cell is
unknown, as `-` is.

A spreadsheet runs a cell that begins with one of = + - @ as a formula. Such a cell (unless it is
a plain number or the lone `-`) is written with an apostrophe before it: `=A1` as `'=A1`. A text
that has apostrophes there already gets one more (`'=A1` as `''=A1`), and reading takes one off
again, so that no text is ever changed by going out and coming back. The same apostrophe tells a
text that is just a hyphen (`'-`) from unknown (`-`). Apostrophes before anything else are left
alone. A cell that begins with = and has none is a formula, and `#REF!` is an error of a sheet: both
are refused, since what they come to is nothing that anybody stated.
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
"""So many rows with broken quotes end the reading: each may have to be looked for to the end."""

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
    """Rows in order, and a RowError for each that cannot be taken.

    Raises FormatError when the text is empty or its header is not one of these 25 columns.
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
    """The text of a cell, with an apostrophe before what a spreadsheet would run; `-` unknown."""
    if cell is None:
        return UNKNOWN
    if cell == UNKNOWN or (_FORMULA.match(cell) and not _PLAIN_NUMBER.fullmatch(cell)):
        return f"'{cell}"
    return cell


def unguard(cell: str) -> str | None:
    """Takes back what `guard` did."""
    if cell in ("", UNKNOWN):
        return None
    return cell[1:] if _GUARDED.match(cell) else cell


def quote(cell: str) -> str:
    """A cell between quotes where it needs them."""
    # By hand: the csv module of Python 3.11 leaves a lone CR unquoted when lines end with LF.
    return '"' + cell.replace('"', '""') + '"' if re.search(r'[",\r\n]', cell) else cell


def refused(cell: str) -> str:
    """Why a cell cannot be taken, whatever its column is; "" where it can."""
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
    """Raises FormatError for a header whose names are parted by another sign than a comma."""
    for sign, called in _SEPARATORS.items():
        names = [name.strip().lower() for name in ",".join(record).split(sign)]
        if len(names) > 1 and "id" in names:
            raise FormatError(
                f"line {line}: the cells are separated by {called}, where commas are expected. "
                "Save the file as CSV with commas (and decimal points), or as XLSX"
            )


def _row(line: int, columns: tuple[str, ...], record: list[str]) -> Row | RowError:
    shown = _quoted(record)
    if len(record) != len(columns):
        reason = f"{len(record)} cells, while the header has {len(columns)} columns"
        return RowError(line, (reason,), shown)
    texts = {name: cell.strip() for name, cell in zip(columns, record, strict=True)}
    problems = {name: f"{name}: {why}" for name, text in texts.items() if (why := refused(text))}
    cells = {name: unguard(text) for name, text in texts.items() if name not in problems}
    try:
        return from_cells(cells, line=line, problems=problems.values())
    except InvalidRow as error:
        return RowError(line, error.problems, shown, cells)


def _quoted(record: list[str]) -> str:
    return ",".join(map(quote, record))[:500]


def _records(lines: list[str]) -> Iterator[tuple[int, list[str] | RowError]]:
    """The records that are not blank, each with the number of its first line.

    A record with broken quotes is one error, and reading goes on with the very next line: a quote
    that was never closed must not swallow the rows after it.
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
