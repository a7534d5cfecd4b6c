"""What is read of a page: statements with the lines that state them, and what is held with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from curation.core.claim import InvalidClaim
from curation.core.evidence import Evidence
from registry.domain import rates
from registry.domain.fields import Value
from registry.domain.rates import PREFIX
from syncers.kinds.page.shapes import UnknownName


@dataclass(slots=True)
class PageReading:
    """What is read of a page: statements with their evidence, and what is held with its reason."""

    stated: dict[str, dict[str, list[tuple[Value, Evidence]]]] = field(default_factory=dict)
    """Id → field → values with their evidence."""
    held_cells: list[tuple[str, str, Evidence, str]] = field(default_factory=list)
    """(id, field, cell, reason)."""
    held_rows: list[tuple[Evidence, str]] = field(default_factory=list)
    held_tables: dict[str, str] = field(default_factory=dict)
    """Titles → reason."""
    rows: int = 0
    is_whole: bool = True
    """Whether every table and row was understood: only then is what is not stated not stated any more."""
    notices: Counter[str] = field(default_factory=Counter)
    listed: set[str] = field(default_factory=set)
    """Ids of the rows that were read."""
    successors: list[tuple[str, str, Evidence]] = field(default_factory=list)
    """(id, id of its successor, cell)."""
    estimates: set[tuple[str, str]] = field(default_factory=set)
    """(id, field) of what the page itself calls an estimate."""

    def state(self, ident: str, name: str, value: Value, evidence: Evidence) -> None:
        """Adds a statement about a field of an offering."""
        self.stated.setdefault(ident, {}).setdefault(name, []).append((value, evidence))

    def state_successors(self, provider: str) -> None:
        """States the successors that the page lists; the others are counted."""
        for ident, successor, evidence in self.successors:
            if successor in self.listed:
                self.state(ident, "successor", f"{provider}/{successor}", evidence)
            else:
                self.notices["successor: not listed on the page"] += 1

    def hold(self, ident: str, name: str, evidence: Evidence, reason: object) -> None:
        """Holds a cell: what was stated of this field before stays."""
        self.stated.setdefault(ident, {})
        self.held_cells.append((ident, name, evidence, str(reason)))

    def hold_row(self, evidence: Evidence, reason: Exception) -> None:
        """Holds a row. One that names a model of which no id is known is about none that is known."""
        self.held_rows.append((evidence, str(reason)))
        self.is_whole = self.is_whole and isinstance(reason, UnknownName)

    def hold_table(self, path: Iterable[str], reason: object) -> None:
        self.held_tables[" > ".join(path) or "the page"] = str(reason)
        self.is_whole = False


def combined(name: str, stated: Iterable[tuple[Value, Evidence]]) -> Value:
    """The one value of several statements: points of different spans of time make one line. Raises InvalidClaim."""
    values: list[Value] = []
    for value, _ in stated:
        if value not in values:
            values.append(value)
    if len(values) == 1:
        return values[0]
    if not name.startswith(PREFIX):
        raise InvalidClaim(f"stated differently in {len(values)} places of the page")
    try:
        return rates.line(point for line in values for point in line)
    except ValueError as error:
        raise InvalidClaim(f"two prices for one rate: {error}") from error
