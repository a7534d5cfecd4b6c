"""Pending changes are re-evaluated by the policies as they are now, after a page that shows the result."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from curation.admin.base import actor, list_url
from curation.admin.confirm import Confirmation, Table, two_lines
from curation.admin.severity import Shown, describe, moved_cells
from curation.policies import re_evaluate


def judge_again(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """GET shows what would come of it, POST does it."""
    if request.method != "POST":
        return _ask(model_admin, request)
    done = re_evaluate.judge_again(actor=actor(request))
    said = ngettext("%(count)s change applied", "%(count)s changes applied", done.applied) % {"count": done.applied}
    rejected = ngettext("%(count)s rejected", "%(count)s rejected", done.rejected) % {"count": done.rejected}
    stay = done.stay + done.held_otherwise + done.timed
    messages.success(request, _("Re-evaluated: %s.") % f"{said}, {rejected}, {_('%s still wait') % stay}")
    return HttpResponseRedirect(list_url("curation_policy"))


def _ask(model_admin: Any, request: HttpRequest) -> HttpResponse:
    found = re_evaluate.preview()
    left = _("%(count)s more wait; re-evaluate again to reach them.") % {"count": f"{found.left:,}"}
    button = ngettext("Re-evaluate %(count)s change", "Re-evaluate %(count)s changes", found.looked_at)
    decided = [_row(describe(change)) for change in found.examples]
    return Confirmation(
        title=_("Re-evaluate pending changes"),
        button=button % {"count": f"{found.looked_at:,}"},
        back=list_url("curation_policy"),
        lines=[
            _(
                "Editing a policy changes no earlier decision. Pending changes are re-evaluated when their source is "
                "next read, or now. This would be the result:"
            )
        ],
        alarms=[left] if found.left else [],
        nothing="" if found.looked_at else _("Nothing waits for a decision."),
        tables=[
            Table(title=_("Result"), rows=_counts(found) if found.looked_at else []),
            Table(
                title=_("What would be decided, the largest moves first"),
                columns=[_("Offering, what moves"), _("Old → new"), _("Decided")],
                rows=decided,
            ),
        ],
    ).page(model_admin, request)


def _counts(found: Any) -> list[list[Any]]:
    counts = [
        (_("applied and published"), found.applied),
        (_("rejected"), found.rejected),
        (_("applied after a time, unless somebody objects"), found.timed),
        (_("held by another policy than now"), found.held_otherwise),
        (_("closed: their values have moved"), found.gone),
        (_("wait on as they are"), found.stay),
    ]
    return [[words, f"{count:,}"] for words, count in counts]


def _row(row: Shown) -> list[Any]:
    return [*moved_cells(row), two_lines(row.change.get_state_display(), row.change.reason, quiet=True)]
