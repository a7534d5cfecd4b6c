r"""The pipe format of 13 fields: one offering per line, `#` before a comment.

    id|alias|name|status|in,out[,cache]|max_ctx,max_out|caps|
    mmlu,humaneval,math,gpqa,swe,ifeval,mmmu,mgsm,ttft,tps|
    description|classify|source|quality|updated

(all in one line).

The older form of 10 fields (without source, quality and updated) is read as well. `-` is unknown,
for a field as a whole or for one number in it. In texts `\|` is a pipe, `\\` a backslash, `\n`
and `\r` are line ends, and `\-` is a text that is just a hyphen; a backslash before anything else
is literal, as in older files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from registry.formats import Format
from registry.formats.columns import BENCHMARKS, PRICES
from registry.formats.row import InvalidRow, Row, RowError, from_cells

UNKNOWN: Final = "-"
FIELDS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("id", ("id",)),
    ("alias", ("alias",)),
    ("name", ("name",)),
    ("status", ("status",)),
    ("in,out[,cache]", tuple(PRICES)),
    ("max_ctx,max_out", ("max_context", "max_output")),
    ("caps", ("caps",)),
    ("mmlu,humaneval,math,gpqa,swe,ifeval,mmmu,mgsm,ttft,tps", (*BENCHMARKS, "ttft_ms", "tps")),
    ("description", ("description",)),
    ("classify", ("can_classify",)),
    ("source", ("source",)),
    ("quality", ("quality",)),
    ("updated", ("updated",)),
)
"""Field → the columns in it."""
OLDER: Final = 10
"""Number of fields of the older form: the first of the same list."""

_OPTIONAL: Final = "cache_per_1m"
_ESCAPES: Final[Mapping[str, str]] = {"\\": r"\\", "|": r"\|", "\n": r"\n", "\r": r"\r"}
_UNESCAPES: Final[Mapping[str, str]] = {short: sign for sign, short in _ESCAPES.items()}
_PIECE = re.compile(r"\||(?:\\[\\|]|[^|])+")


def write(rows: Iterable[Row]) -> Iterator[str]:
    """A comment that names the fields, and one line per row."""
    yield "# " + "|".join(name for name, _ in FIELDS) + "\n"
    for row in rows:
        cells = row.cells()
        yield "|".join(_field(cells, columns) for _, columns in FIELDS) + "\n"


def read(text: str) -> Iterator[Row | RowError]:
    """Rows in order, and a RowError for each invalid line.

    The format has no header, so a text in another format gives only errors.
    """
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        if (line := line.strip()) and not line.startswith("#"):
            yield _row(number, line)


def escape(text: str | None) -> str:
    """The text of a field on one line, without unescaped pipes; `-` for unknown."""
    if text is None:
        return UNKNOWN
    if text == UNKNOWN:
        return r"\-"
    return re.sub(r"[\\|\n\r]", lambda match: _ESCAPES[match[0]], text)


def unescape(text: str) -> str | None:
    """Undoes `escape`."""
    if text in ("", UNKNOWN):
        return None
    if text == r"\-":
        return UNKNOWN
    return re.sub(r"\\[\\|nr]", lambda match: _UNESCAPES[match[0]], text)


def _field(cells: Mapping[str, str | None], columns: tuple[str, ...]) -> str:
    return ",".join(escape(cells[c]) for c in columns if c != _OPTIONAL or cells[c] is not None)


def _row(number: int, line: str) -> Row | RowError:
    parts = _split(line)
    if len(parts) not in (OLDER, len(FIELDS)):
        reason = f"{len(parts)} fields, while {len(FIELDS)} are needed, or {OLDER} in the older form"
        return RowError(number, (reason,), line[:500])
    cells: dict[str, str | None] = {}
    problems = []
    for (name, columns), part in zip(FIELDS, parts, strict=False):
        try:
            cells |= _cells(columns, part.strip())
        except ValueError as error:
            problems.append(f"{name}: {error}")
    try:
        return from_cells(cells, line=number, problems=problems)
    except InvalidRow as error:
        return RowError(number, error.problems, line[:500])


def _split(line: str) -> list[str]:
    """The fields between unescaped pipes, still escaped."""
    parts = [""]
    for piece in _PIECE.findall(line):
        if piece == "|":
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def _cells(columns: tuple[str, ...], part: str) -> dict[str, str | None]:
    if len(columns) == 1:
        return {columns[0]: unescape(part)}
    values = [None if value in ("", UNKNOWN) else value for value in map(str.strip, part.split(","))]
    if values == [None]:
        return {}
    least = len(columns) - (_OPTIONAL in columns)
    if not least <= len(values) <= len(columns):
        raise ValueError(f"{len(values)} numbers, while {len(columns)} are needed: {part[:80]!r}")
    return dict(zip(columns, values, strict=False))


FORMAT: Final = Format[Row](
    name="dsl",
    label="Pipe-delimited, 13 fields",
    content_type="text/plain; charset=utf-8",
    suffix=".dsl",
    write=write,
    read=read,
)
