"""The page that shows what is about to be decided, and asks; for a few changes and for many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from curation.admin.base import came_from, list_url
from curation.admin.confirm import Confirmation, Reason, Table, two_lines
from curation.admin.queue.verdicts import Verdict, bounds
from curation.admin.severity import Shown, largest_move, moved_cells
from curation.models import ReviewJob


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would be decided."""

    rows: Sequence[Shown]
    """Those that are listed, the farthest moves first."""
    count: int
    moved: int
    """How many fields move in them."""
    left_over: int
    alarming: int
    """How many move ten times or more."""
    token: str = ""
    job: ReviewJob | None = None
    """Instead of a token where there are so many that they are decided in the background."""


def page(
    model_admin: Any, request: HttpRequest, verdict: Verdict, preview: Preview, *, error: str = ""
) -> HttpResponse:
    """Asks for what the verdict needs."""
    back, job = came_from(request, list_url("curation_change")), preview.job
    shown = ("job", str(job.batch)) if job else ("token", preview.token)
    asks = Reason.REQUIRED if verdict.needs_reason else Reason.OPTIONAL
    return Confirmation(
        title=verdict.title,
        button=verdict.button,
        count=preview.count,
        action=reverse("admin:curation_change_decide_many" if job else "admin:curation_change_decide"),
        back=back,
        lines=_lines(preview),
        alarms=_alarms(preview),
        reason=asks if verdict.asks_reason else Reason.NONE,
        days=bounds() if verdict.asks_until else {},
        hint=verdict.hint,
        is_danger=verdict.colour == "no",
        hidden=[shown, ("next", back)],
        tables=[_table(preview)],
    ).page(model_admin, request, error=error)


def _lines(preview: Preview) -> list[str]:
    numbers = {"count": f"{preview.count:,}", "moved": f"{preview.moved:,}"}
    changes = ngettext("%(count)s change, %(moved)s rates.", "%(count)s changes, %(moved)s fields.", preview.count)
    exactly = ngettext(
        "%(count)s change, exactly as shown here. If its values move before you answer, it is refused.",
        "%(count)s changes, exactly as shown here. Those whose values move before you answer are refused.",
        preview.count,
    )
    lines = [changes % numbers] if preview.moved > preview.count else []
    lines.append(exactly % numbers)
    if preview.job:
        lines.append(_("So many are decided in the background, under one batch number, and can be taken back as one."))
    if preview.left_over:
        left = ngettext(
            "%(count)s more is left for the next time.", "%(count)s more are left for the next time.", preview.left_over
        )
        lines.append(left % {"count": preview.left_over})
    if worst := largest_move(preview.rows):
        lines.append(worst)
    return lines


def _alarms(preview: Preview) -> list[str]:
    if not preview.alarming:
        return []
    alarm = ngettext(
        "%(count)s value moves ten times or more.", "%(count)s values move ten times or more.", preview.alarming
    )
    return [alarm % {"count": preview.alarming}]


def _table(preview: Preview) -> Table:
    title = _("The %(count)s that move farthest") % {"count": len(preview.rows)} if preview.job else ""
    columns = [_("Offering, what moves"), _("Published → proposed"), _("Source, held by")]
    rows = [[*moved_cells(row), two_lines(row.change.source, row.change.policy, quiet=True)] for row in preview.rows]
    return Table(title=title, columns=columns, rows=rows)
