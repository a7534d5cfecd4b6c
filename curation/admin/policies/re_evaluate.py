"""Re-evaluates pending changes by the present policies, after a page that shows the result."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from curation.admin.base import actor, list_url
from curation.admin.confirm import Confirmation, Table, two_lines
from curation.admin.severity import ChangeSummary, change_cells, describe
from curation.policies import re_evaluate


def view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """GET shows the result, POST applies it."""
    if request.method != "POST":
        return _ask(model_admin, request)
    done = re_evaluate.judge_again(actor=actor(request))
    applied = ngettext("%(count)s change applied", "%(count)s changes applied", done.applied) % {"count": done.applied}
    rejected = ngettext("%(count)s rejected", "%(count)s rejected", done.rejected) % {"count": done.rejected}
    stay = done.stay + done.held_otherwise + done.timed
    messages.success(request, _("Re-evaluated: %s.") % f"{applied}, {rejected}, {_('%s still wait') % stay}")
    return HttpResponseRedirect(list_url("curation_policy"))


def _ask(model_admin: Any, request: HttpRequest) -> HttpResponse:
    preview = re_evaluate.preview()
    left = _("%(count)s more wait; re-evaluate again to reach them.") % {"count": f"{preview.left:,}"}
    button = ngettext("Re-evaluate %(count)s change", "Re-evaluate %(count)s changes", preview.looked_at)
    decided = [_row(describe(change)) for change in preview.examples]
    return Confirmation(
        title=_("Re-evaluate pending changes"),
        button=button % {"count": f"{preview.looked_at:,}"},
        back=list_url("curation_policy"),
        lines=[
            _(
                "Editing a policy changes no earlier decision. Pending changes are re-evaluated when their source is "
                "next read, or now. This would be the result:"
            )
        ],
        alarms=[left] if preview.left else [],
        nothing="" if preview.looked_at else _("No change is pending."),
        tables=[
            Table(title=_("Result"), rows=_counts(preview) if preview.looked_at else []),
            Table(
                title=_("What would be decided, the largest moves first"),
                columns=[_("Offering, what moves"), _("Old → new"), _("Decided")],
                rows=decided,
            ),
        ],
    ).page(model_admin, request)


def _counts(preview: Any) -> list[list[Any]]:
    counts = [
        (_("applied and published"), preview.applied),
        (_("rejected"), preview.rejected),
        (_("applied after a delay, unless a person decides before"), preview.timed),
        (_("held by another policy"), preview.held_otherwise),
        (_("closed: their values have changed"), preview.gone),
        (_("still pending"), preview.stay),
    ]
    return [[words, f"{count:,}"] for words, count in counts]


def _row(row: ChangeSummary) -> list[Any]:
    return [*change_cells(row), two_lines(row.change.get_state_display(), row.change.reason, quiet=True)]
