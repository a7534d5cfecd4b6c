"""Source comparison of one offering: fields × sources with their values, verdicts and dates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from curation.core.authority import SourceType
from curation.explanation.explain import FieldStory, Statement, explain
from registry.catalogue.explanation import by_group
from registry.models import Offering

ONLY: Final = {"conflicts": _("Conflicts"), "pins": _("Pins"), "waiting": _("Pending changes")}
_RANKS: Final = {source_type.value: source_type.rank for source_type in SourceType}


@dataclass(frozen=True, slots=True)
class Column:
    """One source: its source type for this offering, and the dates of its claim."""

    source: str
    source_type: str
    confirmed: datetime | None
    gone_since: datetime | None
    is_aged: bool
    won: int
    """How many values it has won."""


@dataclass(frozen=True, slots=True)
class Row:
    story: FieldStory
    cells: list[Statement | None]
    """In the order of the columns; None where a source states nothing."""


def context(request: HttpRequest, offering: Offering) -> dict[str, Any]:
    """The columns, and the rows by group. `?only=` filters the rows. Three queries."""
    stories = explain(offering)
    only = request.GET.get("only", "")
    source_columns = columns(stories)
    order = {column.source: place for place, column in enumerate(source_columns)}
    left = _only(only, stories)
    rows_by_group = {title: [_row(story, order) for story in group] for title, group in by_group(left).items()}
    counts = {name: len(_only(name, stories)) for name in ONLY}
    return {
        "columns": source_columns,
        "rows_by_group": rows_by_group,
        "width": len(source_columns) + 2,
        "filters": [
            {"title": _("All fields"), "count": len(stories), "url": "?tab=matrix", "is_current": only not in ONLY},
            *(
                {"title": title, "count": counts[name], "url": f"?tab=matrix&only={name}", "is_current": name == only}
                for name, title in ONLY.items()
            ),
        ],
    }


def columns(stories: Iterable[FieldStory]) -> list[Column]:
    """The sources that state a value, the best source type first."""
    statements: dict[str, list[Statement]] = {}
    for story in stories:
        for statement in story.statements:
            statements.setdefault(statement.source, []).append(statement)
    return sorted((_column(source, of_source) for source, of_source in statements.items()), key=_by_source_type)


def _column(source: str, statements: list[Statement]) -> Column:
    best = min(statements, key=lambda statement: _RANKS.get(statement.source_type, len(_RANKS)))
    won = sum(statement.verdict.value == "won" for statement in statements)
    return Column(source, best.source_type, best.confirmed, best.gone_since, best.is_aged, won)


def _by_source_type(column: Column) -> tuple[int, str]:
    return _RANKS.get(column.source_type, len(_RANKS)), column.source


def _row(story: FieldStory, order: dict[str, int]) -> Row:
    cells: list[Statement | None] = [None] * len(order)
    for statement in story.statements:
        cells[order[statement.source]] = statement
    return Row(story, cells)


def _only(name: str, stories: list[FieldStory]) -> list[FieldStory]:
    match name:
        case "conflicts":  # the same count as in the list of offerings and the API
            return [story for story in stories if story.account.is_disputed]
        case "pins":
            return [story for story in stories if story.pin]
        case "waiting":
            return [story for story in stories if story.waiting]
    return stories
