"""The rows of an import as text: per cell the published value, the value of the file, and the result."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from curation.admin.base import offering_url
from curation.admin.severity import PartSummary, describe_part
from curation.core import diff
from curation.core.merge import Decision
from curation.core.parts import Part
from curation.imports import CellOutcome
from curation.models import ImportRow
from registry import display
from registry.domain import fields
from registry.formats.columns import COLUMNS

OUTCOMES: Final[dict[CellOutcome, tuple[Any, str]]] = {
    CellOutcome.PUBLISHED: (gettext_lazy("published at once"), "success"),
    CellOutcome.WAITS: (gettext_lazy("waits for review"), "warning"),
    CellOutcome.REJECTED: (gettext_lazy("rejected by a policy"), "danger"),
    CellOutcome.OUTWEIGHED: (gettext_lazy("another source has precedence"), ""),
    CellOutcome.NAMED: (gettext_lazy("an alias of the offering"), "info"),
}
"""Words and colour of a badge."""


def described_rows(rows: Iterable[ImportRow]) -> list[dict[str, Any]]:
    """The context of each row for the template."""
    return [_row(row, timezone.now().date()) for row in rows]


def _row(row: ImportRow, on: date) -> dict[str, Any]:
    below = bool(row.problems or row.notes or row.same)
    return {
        "row": row,
        "url": "" if row.is_new or not row.offering_key else offering_url(row.offering_key),
        "cells": [_cell(row.offering_key, cell, on) for cell in row.plan],
        "same": [(name, row.cells.get(name, "")) for name in row.same],
        "problems": [_problem(problem) for problem in row.problems],
        "below": below,
        "span": len(row.plan) + below or 1,
    }


def _cell(offering: str, cell: dict[str, Any], on: date) -> dict[str, Any]:
    words, colour = OUTCOMES.get(cell["outcome"], ("", ""))
    context = {"words": words, "colour": colour, "by": cell["by"], "known": cell["was_published"]}
    if not cell["field"]:
        return context | {"label": _("Alias"), "old": "", "new": str(cell["new"])}
    return context | {
        "label": display.label(cell["field"]),
        "old": display.text(cell["field"], cell["old"]) if cell["was_published"] else str(display.UNKNOWN),
        "new": display.text(cell["field"], cell["new"]),
        "severity": _severity(offering, cell, on),
    }


def _severity(offering: str, cell: dict[str, Any], on: date) -> PartSummary | None:
    """How far the value moves, with a warning when that is very far."""
    name, value = cell["field"], fields.field(cell["field"]).decode(cell["new"])
    decided = {name: Decision.of_value(value)}
    for change in diff.diff(offering, {name: cell["old"]} if cell["was_published"] else {}, decided, on=on):
        return describe_part(Part.of(change))
    return None


def _problem(text: str) -> tuple[str, str]:
    """Column and problem; the column is "" where the problem concerns the whole row."""
    column, colon, reason = text.partition(": ")
    return (column, reason) if colon and column in COLUMNS else ("", text)
