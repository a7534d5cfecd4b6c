"""What is read of a page: its tables, each under the titles above it, and its texts.

The text of a cell keeps what has a meaning: struck-through text is `~~$2~~`, raised text is `^1^`, a line break is a
line break. Everything else that only looks is gone: links, bold type, white space.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

Path = tuple[str, ...]
"""Titles above a place on a page, the outermost first."""
Row = tuple[str, ...]

_MOST_CELLS: Final = 100_000
"""Of one table, with its spans expanded: the longest real one has a few thousand."""
_SPACES: Final = str.maketrans(dict.fromkeys("\u00a0\u2007\u2009\u202f\u3000", " ") | dict.fromkeys("\u200b\ufeff", ""))


@dataclass(frozen=True, slots=True)
class Table:
    """A table with spans expanded: a cell over several rows or columns is repeated in each of them."""

    path: Path
    header: Row
    rows: tuple[Row, ...]
    """Rows below the header. One with more or fewer cells than the header is kept as it is: see `is_ragged`."""

    def is_ragged(self, row: Row) -> bool:
        """Whether a row has another number of cells than the header, so that its columns are not known."""
        return len(row) != len(self.header)

    def by_column(self, row: Row) -> dict[str, str]:
        """The cells of a row by the header of their column."""
        return dict(zip(self.header, row, strict=True))


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph or a list item."""

    path: Path
    text: str


@dataclass(slots=True)
class Page:
    """A page, in order."""

    tables: list[Table] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

    def below(self, *path: str) -> Iterator[Table]:
        """The tables whose titles end with `path`, compared by `plain`."""
        wanted = tuple(map(plain, path))
        yield from (table for table in self.tables if tuple(map(plain, table.path))[-len(wanted) :] == wanted)

    def outline(self) -> dict[str, list[str]]:
        """Titles of each table → the headers of its columns: what is announced when it changes."""
        shape: dict[str, list[str]] = {}
        for table in self.tables:
            title = " > ".join(table.path)
            shape[title] = [*shape.get(title, []), " | ".join(map(plain, table.header))]
        return shape


class Titles:
    """The titles above the place that is read, by their level."""

    def __init__(self) -> None:
        self._levels: dict[int, str] = {}

    def put(self, level: int, title: str) -> None:
        """A title of a level ends all titles of the same and of deeper levels."""
        self._levels = {other: text for other, text in self._levels.items() if other < level} | {level: title}

    def end(self, level: int) -> None:
        """Ends the titles of a level and of deeper ones."""
        self._levels = {other: text for other, text in self._levels.items() if other < level}

    @property
    def path(self) -> Path:
        return tuple(self._levels[level] for level in sorted(self._levels))


def squeezed(text: str) -> str:
    """A text with single spaces, and one line break where it has any."""
    lines = (" ".join(line.split()) for line in text.translate(_SPACES).split("\n"))
    return "\n".join(line for line in lines if line)


def plain(text: str) -> str:
    """A title or a header as it is compared: lower case, single spaces, `and` for `&`."""
    return " ".join(text.translate(_SPACES).replace("&", " and ").lower().split())


def expanded(cells: Iterable[Iterable[tuple[str, int, int]]]) -> list[Row]:
    """Rows of (text, rowspan, colspan) with every span repeated. Raises ValueError for spans that overlap or that make
    an absurd number of cells.

    A row in which a cell is missing before a span from above gets shorter, and is not filled up.
    """
    grid: list[dict[int, str]] = []
    size = 0
    for number, row in enumerate(cells):
        _room(grid, number)
        column = 0
        for text, rowspan, colspan in row:
            size += max(rowspan, 1) * max(colspan, 1)
            if size > _MOST_CELLS:
                raise ValueError(f"more than {_MOST_CELLS:,} cells")
            while column in grid[number]:
                column += 1
            for down in range(max(rowspan, 1)):
                _room(grid, number + down)
                for right in range(max(colspan, 1)):
                    if column + right in grid[number + down]:
                        raise ValueError(f"two cells at row {number + down + 1}, column {column + right + 1}")
                    grid[number + down][column + right] = text
            column += max(colspan, 1)
    return [tuple(text for _, text in sorted(row.items())) for row in grid]


def _room(grid: list[dict[int, str]], number: int) -> None:
    while len(grid) <= number:
        grid.append({})
