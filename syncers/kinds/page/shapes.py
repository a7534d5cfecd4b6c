"""Declarations of a page: the tables that are read, their columns, and what the first cell of a row says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from curation.core.claim import InvalidClaim
from registry.domain.fields import Value
from registry.domain.rates import RateKey
from syncers.kinds.page.cells import FieldGrammar, Grammar
from syncers.kinds.page.document import Path, Table, plain


class UnknownName(InvalidClaim):
    """A name of a model to which no list of the vendor gives an id, or more than one."""


@dataclass(frozen=True, slots=True)
class Price:
    """A column of prices."""

    key: RateKey
    read: Grammar


@dataclass(frozen=True, slots=True)
class Stated:
    """A column of a field that is no price, such as `retires_on`.

    A `successor` is read as an id of this provider, and is stated where the page lists that id too.
    """

    field: str
    read: FieldGrammar


@dataclass(frozen=True, slots=True)
class Condition:
    """A column that says under which condition the prices of its row hold."""

    name: str
    words: Mapping[str, str]
    """What may stand in a cell, as `plain` writes it → the condition's value. Any other word holds the row."""


@dataclass(frozen=True, slots=True)
class Other:
    """A column that is not read here: the name of what a row is about (LABEL), or what states nothing for us."""

    is_label: bool = False


Column = Price | Stated | Condition | Other
LABEL: Final = Other(is_label=True)
NOT_READ: Final = Other()


@dataclass(frozen=True, slots=True)
class Shape:
    """A table that is read."""

    path: Path
    """The last titles above it."""
    columns: Mapping[str, Column]
    """Header → reading. The table has exactly these headers, in any order."""
    required: bool = True
    """Whether the page is incomplete without it."""

    def fits(self, table: Table) -> bool:
        """Whether a table has these headers."""
        return sorted(map(plain, table.header)) == sorted(map(plain, self.columns))

    def column(self, header: str) -> Column:
        return next(column for name, column in self.columns.items() if plain(name) == plain(header))

    def label(self, cells: Mapping[str, str]) -> str:
        """What a row is about; several cells of it in the order of the declaration, `gpt-4o | 2024-08-06`."""
        texts = {plain(header): text for header, text in cells.items()}
        return " | ".join(texts[plain(name)] for name, column in self.columns.items() if column is LABEL)

    def conditions(self, cells: Mapping[str, str]) -> dict[str, str]:
        """What the columns of conditions say of a row. Raises InvalidClaim for a word that is not declared."""
        conditions = {}
        for header, text in cells.items():
            if isinstance(column := self.column(header), Condition):
                if plain(text) not in column.words:
                    raise InvalidClaim(f"{header}: one of {', '.join(column.words)} expected, not {text[:60]!r}")
                conditions[column.name] = column.words[plain(text)]
        return conditions


@dataclass(frozen=True, slots=True)
class Labelled:
    """What the first cell of a row says."""

    ident: str
    """The model's id at the provider."""
    conditions: Mapping[str, Any] = field(default_factory=dict)
    """Conditions of all rates of the row."""
    valid_from: date | None = None
    valid_to: date | None = None
    stated: Mapping[str, Value] = field(default_factory=dict)
    """Fields that the title above says of it."""
