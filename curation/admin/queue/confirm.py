"""The confirmation of decisions, for a few changes and for bulk decisions."""

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
from curation.admin.queue.review_actions import ReviewAction, bounds
from curation.admin.severity import ChangeSummary, change_cells, largest_move
from curation.models import ReviewJob


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The changes to decide."""

    rows: Sequence[ChangeSummary]
    """The listed changes, the largest moves first."""
    count: int
    fields: int
    """How many fields move in them."""
    left_over: int
    alarming: int
    """How many move by a factor of ten or more."""
    token: str = ""
    job: ReviewJob | None = None
    """Instead of a token, where the changes are decided in the background."""


def page(
    model_admin: Any, request: HttpRequest, action: ReviewAction, preview: Preview, *, error: str = ""
) -> HttpResponse:
    """Asks for the inputs that the action needs."""
    back, job = came_from(request, list_url("curation_change")), preview.job
    reference = ("job", str(job.batch)) if job else ("token", preview.token)
    asks = Reason.REQUIRED if action.needs_reason else Reason.OPTIONAL
    return Confirmation(
        title=action.title,
        button=action.button,
        count=preview.count,
        action=reverse("admin:curation_change_decide_many" if job else "admin:curation_change_decide"),
        back=back,
        lines=_lines(preview),
        alarms=_alarms(preview),
        reason=asks if action.asks_reason else Reason.NONE,
        days=bounds() if action.asks_until else {},
        hint=action.hint,
        is_danger=action.colour == "no",
        hidden=[reference, ("next", back)],
        tables=[_table(preview)],
    ).page(model_admin, request, error=error)


def _lines(preview: Preview) -> list[str]:
    numbers = {"count": f"{preview.count:,}", "fields": f"{preview.fields:,}"}
    changes = ngettext("%(count)s change, %(fields)s rates.", "%(count)s changes, %(fields)s fields.", preview.count)
    exactly = ngettext(
        "%(count)s change, exactly as shown here. If its values change before you confirm, it is refused.",
        "%(count)s changes, exactly as shown here. Those whose values change before you confirm are refused.",
        preview.count,
    )
    lines = [changes % numbers] if preview.fields > preview.count else []
    lines.append(exactly % numbers)
    if preview.job:
        lines.append(_("They are decided in the background as one batch, which can be undone as a whole."))
    if preview.left_over:
        left = ngettext("%(count)s more is not included.", "%(count)s more are not included.", preview.left_over)
        lines.append(left % {"count": preview.left_over})
    if worst := largest_move(preview.rows):
        lines.append(worst)
    return lines


def _alarms(preview: Preview) -> list[str]:
    if not preview.alarming:
        return []
    alarm = ngettext(
        "%(count)s value moves by a factor of ten or more.",
        "%(count)s values move by a factor of ten or more.",
        preview.alarming,
    )
    return [alarm % {"count": preview.alarming}]


def _table(preview: Preview) -> Table:
    title = _("The %(count)s largest moves") % {"count": len(preview.rows)} if preview.job else ""
    columns = [_("Offering, what moves"), _("Published → proposed"), _("Source, held by")]
    rows = [[*change_cells(row), two_lines(row.change.source, row.change.policy, quiet=True)] for row in preview.rows]
    return Table(title=title, columns=columns, rows=rows)
