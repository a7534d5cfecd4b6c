"""Compares the rows of a file with what is published, cell by cell.

Rows are compared in the form in which they are exported, so that importing an exported file changes nothing, even
where the 25 columns cannot hold everything. An unknown cell (`-`, or empty) states nothing. `source`, `quality` and
`updated` are provenance of the row: where they differ from the published provenance, they give the origin of the new
values, whether they are estimates, and the day for which they were read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from curation.core.claim import InvalidClaim, claim
from curation.imports import plausibility
from curation.models import Source
from registry.catalogue import cache
from registry.database.chunks import chunks
from registry.domain import fields
from registry.domain.offering_ids import OfferingId
from registry.formats.columns import CAPS, COLUMNS, PRICES
from registry.formats.row import PLAIN, Row, RowError, from_offering, to_values
from registry.identity.names import provider
from registry.models import Offering

ACCOUNTS: Final = ("source", "quality", "updated")
FIELD_OF: Final[Mapping[str, str]] = {**PLAIN, **PRICES, "status": "status"}
"""Column → field, of those columns that hold one field."""


@dataclass(slots=True)
class Cell:
    """One cell that differs from what is published."""

    column: str
    field: str
    """The field it states, "" for another name of the offering."""
    old: fields.Json
    new: fields.Json
    """Published and stated value in canonical JSON form; for another name nothing, and the name."""
    was_published: bool = True
    outcome: str = ""
    """A `CellOutcome`, of the preview or of the import; see `curation.imports.applying`."""
    by: str = ""
    """The policy or the source that decides it."""


@dataclass(slots=True)
class Line:
    """One row of the file, compared."""

    line: int
    offering: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)
    """Column → its text, without unknown cells."""
    changes: list[Cell] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    is_new: bool = False
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    text: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    """Field → value in its Python form, of the cells that differ."""
    estimates: frozenset[str] = frozenset()
    origin: str = ""
    as_of: date | None = None


def compare(rows: Iterable[Row | RowError], *, on: date) -> list[Line]:
    """The rows in order, each against what is published now. Three queries for every 500 offerings."""
    rows = list(rows)
    keys = {row.line: _key(row) for row in rows if isinstance(row, Row)}
    published = _published({key for key in keys.values() if key}, on)
    sources = set(Source.objects.values_list("slug", flat=True))
    lines: list[Line] = []
    first_lines: dict[str, int] = {}
    names = _Names(key for key in keys.values())
    twins = plausibility.twins({key for key in keys.values() if key not in published})
    for row in rows:
        if isinstance(row, RowError):
            lines.append(Line(row.line, problems=list(row.problems), text=row.text))
            continue
        key = keys[row.line]
        line = Line(row.line, key, {name: text for name, text in row.cells().items() if text is not None})
        lines.append(line)
        if key in first_lines:
            place = {"id": key, "line": first_lines[key]}
            line.problems.append(_("id: %(id)s stands in line %(line)s already") % place)
            continue
        first_lines[key] = row.line
        if key not in published and (doubt := plausibility.of_case(key, twins, first_lines)):
            line.problems.append(doubt)
        _compare(line, row, published.get(key), sources, names, on)
    return lines


def _key(row: Row) -> str:
    """The offering's id; another name of a provider is replaced by its slug, as lookups do."""
    served_by, own_id = OfferingId.of(row.id)
    return str(OfferingId(provider(served_by), own_id))


def _published(keys: set[str], on: date) -> dict[str, tuple[Row, dict[str, Any]]]:
    """Offering → its row as it would be exported on that day, and its facts."""
    rows = {}
    for chunk in chunks(sorted(keys)):
        for offering in Offering.objects.filter(key__in=chunk).prefetch_related("aliases"):
            names = [alias.name for alias in offering.aliases.all()]
            rows[offering.key] = (
                from_offering(offering.key, offering.facts, offering.provenance, names, on=on),
                offering.facts,
            )
    return rows


def _compare(
    line: Line, row: Row, published: tuple[Row, dict[str, Any]] | None, sources: set[str], names: _Names, on: date
) -> None:
    base, facts = published or (Row(line.offering or row.id), {})
    row, noise = plausibility.without_noise(row, base)
    line.notes += noise
    line.is_new = published is None
    if line.offering != row.id:
        line.notes.append(_("%(written)s is %(id)s here") % {"written": row.id, "id": line.offering})
    values, estimates = to_values(row)
    own = {name: values[of] for name, of in FIELD_OF.items() if of in values}
    for column in COLUMNS.values():
        new, old = getattr(row, column.attribute), getattr(base, column.attribute)
        if column.name in ("id", "alias", "caps", *ACCOUNTS) or new is None:
            continue
        if new == old:
            line.same.append(column.name)
        else:
            _differs(line, column.name, FIELD_OF[column.name], own[column.name], facts)
    for letter in sorted(row.caps - base.caps, key=list(CAPS).index):
        _differs(line, "caps", CAPS[letter], True, facts)
    if row.caps and row.caps <= base.caps:
        line.same.append("caps")
    names.read(line, row, base)
    texts = [(cell.column, line.cells[cell.column] if cell.field else str(cell.new)) for cell in line.changes]
    line.problems += filter(None, (plausibility.of_cell(name, text) for name, text in texts))
    _account(line, row, base, estimates, sources, on)
    line.values = {cell.field: values[cell.field] for cell in line.changes if cell.field}
    try:
        claim(line.offering, line.values)
    except InvalidClaim as error:
        concerns_a_cell = str(error).partition(": ")[0] in line.values
        line.problems.append(str(error) if concerns_a_cell else f"id: {error}")
    if line.is_new and not line.values:
        line.problems.append(_("id: nothing is published under this id, and the row states nothing about it"))


def _differs(line: Line, column: str, name: str, value: Any, facts: Mapping[str, fields.Json]) -> None:
    new = fields.field(name).encode(value)
    line.changes.append(Cell(column, name, facts.get(name), new, name in facts))


class _Names:
    """The aliases that a file states. Known ones change nothing; one that means, or might mean, something else is left
    out, with a note on the row.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        self._ids = {name.lower() for key in keys for name in (key, OfferingId.of(key).native_id)}
        self._given: dict[str, str] = {}
        self._current = cache.current()

    def read(self, line: Line, row: Row, base: Row) -> None:
        own = (line.offering, OfferingId.of(line.offering).native_id)
        fresh = [name for name in row.aliases if name not in base.aliases and name not in own]
        if row.aliases and not fresh:
            line.same.append("alias")
        for name in fresh:
            meaning = self._meaning(name)
            if meaning is None:
                self._given[name.lower()] = line.offering
                line.changes.append(Cell("alias", "", None, name, False))
            elif meaning != line.offering:
                params = {"name": name, "meaning": meaning}
                line.notes.append(_("the alias %(name)s is left out: it means %(meaning)s already") % params)

    def _meaning(self, name: str) -> str | None:
        """What a name means, in the catalogue or in the file; None when it is free."""
        if name.lower() in self._ids:
            return _("an offering of this file")
        if owner := self._given.get(name.lower()):
            return owner
        answer = self._current.lookup(name, suggest=False)
        if answer.matched_by == "ambiguous":
            return _("several things")
        return answer.offering or answer.model


def _account(line: Line, row: Row, base: Row, estimates: frozenset[str], sources: set[str], on: date) -> None:
    """Reads the provenance columns of a row, where they differ from the published provenance."""
    if row.updated and row.updated != base.updated:
        line.as_of = row.updated
        if row.updated > on:
            line.problems.append(_("updated: %(day)s is still to come") % {"day": row.updated})
    if row.source and row.source != base.source and row.source in sources:
        line.origin = row.source
    accounts = {name for name in ACCOUNTS if getattr(row, name) is not None}
    differing = {name for name in accounts if getattr(row, name) != getattr(base, name)}
    if "estimated" in {getattr(row, name) for name in differing}:
        line.estimates = frozenset(cell.field for cell in line.changes if cell.field in estimates)
    line.same += sorted(accounts - differing)
