"""Undoing rejections: rejected changes go back to the queue after a confirmation with a reason."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from curation.admin.base import actor, back_to, chosen_ids, list_url, need
from curation.admin.confirm import Confirmation, Reason, Table, inputs, two_lines
from curation.admin.queue.decide import MOST_AT_ONCE
from curation.admin.severity import ChangeSummary, change_cells, describe
from curation.models import Change
from curation.review import decisions


def view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """POST `change=<id>` as often as there are changes, and `reason`."""
    need(request, "curation.decide_change")
    chosen = chosen_ids(request, "change")
    try:
        outcome = decisions.reconsider(chosen, actor=actor(request), reason=request.POST.get("reason", ""))
    except decisions.Refused as refusal:
        return ask(model_admin, request, Change.objects.filter(pk__in=chosen), error=str(refusal))
    if not outcome.done and not outcome.refused:
        return ask(model_admin, request, Change.objects.none())
    if outcome.done:
        waiting = Change.objects.filter(pk__in=outcome.done, state=Change.State.PROPOSED).count()
        taken_back = ngettext("%(count)s rejection undone.", "%(count)s rejections undone.", len(outcome.done))
        again = ngettext("%(count)s is pending again.", "%(count)s are pending again.", waiting)
        text = f"{taken_back % {'count': len(outcome.done)}} {again % {'count': waiting}}"
        link = list_url("curation_change")
        messages.success(request, format_html('{} <a href="{}">{}</a>', text, link, _("See the queue")))
    for pk, why in outcome.refused:
        messages.warning(request, f"{pk}: {why}")
    return HttpResponseRedirect(list_url("curation_change", state=Change.State.REJECTED.value))


def ask(model_admin: Any, request: HttpRequest, changes: QuerySet[Change], *, error: str = "") -> HttpResponse:
    rejected = changes.filter(state=Change.State.REJECTED).order_by("offering_key", "unit")
    rows = [describe(change) for change in rejected[:MOST_AT_ONCE]]
    if not rows:
        messages.warning(request, _("None of the chosen changes is rejected."))
        return back_to(request, list_url("curation_change"))
    columns = [_("Offering, what moves"), _("Published → proposed"), _("Source"), _("Rejected by")]
    return Confirmation(
        title=_("Undo rejections"),
        button=_("Back to the queue"),
        count=len(rows),
        action=reverse("admin:curation_change_reconsider"),
        back=list_url("curation_change", state=Change.State.REJECTED.value),
        lines=[
            _(
                "These changes go back to the queue if they are still stated, and are closed otherwise. "
                "Nothing is published."
            )
        ],
        reason=Reason.REQUIRED,
        hidden=inputs("change", [row.change.pk for row in rows]),
        tables=[Table(columns=columns, rows=list(map(_cells, rows)))],
    ).page(model_admin, request, error=error)


def _cells(row: ChangeSummary) -> list[Any]:
    rejected = two_lines(row.change.decided_by, row.change.reason, quiet=True)
    return [*change_cells(row), row.change.source, rejected]
