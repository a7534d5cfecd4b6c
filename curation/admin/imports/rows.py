"""The rows of an import in words: per cell what is published, what the file says, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from curation.admin.base import offering_url
from curation.admin.severity import PartShown, describe_part
from curation.core import diff
from curation.core.merge import Decision, Quality, Reason
from curation.core.parts import Part
from curation.imports import Outcome
from curation.models import ImportRow
from registry import display
from registry.domain import fields
from registry.formats.columns import COLUMNS

OUTCOMES: Final[dict[Outcome, tuple[Any, str]]] = {
    Outcome.PUBLISHED: (gettext_lazy("published at once"), "success"),
    Outcome.WAITS: (gettext_lazy("waits for review"), "warning"),
    Outcome.REJECTED: (gettext_lazy("rejected by a policy"), "danger"),
    Outcome.OUTWEIGHED: (gettext_lazy("another source is believed"), ""),
    Outcome.NAMED: (gettext_lazy("a name of the offering"), "info"),
}
"""Words and colour of a badge."""


def shown_rows(rows: Iterable[ImportRow]) -> list[dict[str, Any]]:
    """What the template shows of each row."""
    return [_row(row, timezone.now().date()) for row in rows]


def _row(row: ImportRow, on: date) -> dict[str, Any]:
    below = bool(row.problems or row.notes or row.same)
    return {
        "row": row,
        "url": "" if row.is_new or not row.offering_key else offering_url(row.offering_key),
        "cells": [_cell(row.offering_key, one, on) for one in row.plan],
        "same": [(name, row.cells.get(name, "")) for name in row.same],
        "problems": [_problem(one) for one in row.problems],
        "below": below,
        "span": len(row.plan) + below or 1,
    }


def _cell(offering: str, one: dict[str, Any], on: date) -> dict[str, Any]:
    words, colour = OUTCOMES.get(one["outcome"], ("", ""))
    shown = {"words": words, "colour": colour, "by": one["by"], "known": one["was_published"]}
    if not one["field"]:
        return shown | {"label": _("Another name"), "old": "", "new": str(one["new"])}
    return shown | {
        "label": display.label(one["field"]),
        "old": display.text(one["field"], one["old"]) if one["was_published"] else str(display.UNKNOWN),
        "new": display.text(one["field"], one["new"]),
        "weight": _weigh(offering, one, on),
    }


def _weigh(offering: str, one: dict[str, Any], on: date) -> PartShown | None:
    """How far the value moves, and a warning when that is very far."""
    name, value = one["field"], fields.field(one["field"]).decode(one["new"])
    decided = {name: Decision(value, "", Reason.ONLY_SOURCE, Quality.PARTIAL, None)}
    for found in diff.diff(offering, {name: one["old"]} if one["was_published"] else {}, decided, on=on):
        return describe_part(Part.of(found))
    return None


def _problem(text: str) -> tuple[str, str]:
    """Column and what is wrong with it; the column is "" where the row as a whole is meant."""
    column, colon, reason = text.partition(": ")
    return (column, reason) if colon and column in COLUMNS else ("", text)
