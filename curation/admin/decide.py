"""Deciding changes from the queue: one at once, many after a page that shows the count and the worst of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.contrib import messages
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from curation import review
from curation.admin.base import actor, back_to, list_url
from curation.admin.weight import ASK_TWICE, weigh
from curation.models import Change

MOST_AT_ONCE: Final = 1000
_SALT: Final = "curation.decide"
_LONGEST_LIST: Final = 10


def view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """POST from a row's button (`approve=<id>` or `reject=<id>`), or from the page that asked (`shown`, `verdict`)."""
    if "token" in request.POST:
        return _decide_confirmed(model_admin, request)
    for verdict in ("approve", "reject"):
        if (pk := request.POST.get(verdict, "")).isdecimal():
            return _decide_row(model_admin, request, verdict, int(pk))
    return back_to(request, list_url("curation_change"))


def ask(
    model_admin: Any,
    request: HttpRequest,
    changes: QuerySet[Change],
    verdict: str,
    *,
    error: str = "",
) -> HttpResponse:
    """The page that shows what is about to be decided, and asks. What it shows is what is decided."""
    waiting = changes.filter(state=Change.State.PROPOSED)
    rows = [weigh(change) for change in waiting.order_by("offering_key", "field")[:MOST_AT_ONCE]]
    if not rows:
        messages.warning(request, _("None of the chosen changes waits for a decision."))
        return back_to(request, list_url("curation_change"))
    rows.sort(key=lambda row: row.factor, reverse=True)
    shown = {str(row.change.pk): row.change.fingerprint for row in rows}
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": Change._meta,
        "title": _("Approve changes") if verdict == "approve" else _("Reject changes"),
        "verdict": verdict,
        "rows": rows,
        "worst": rows[0] if rows[0].movement else None,
        "left_over": max(0, waiting.count() - len(rows)),
        "token": signing.dumps({"verdict": verdict, "shown": shown}, salt=_SALT, compress=True),
        "next": request.POST.get("next") or request.META.get("HTTP_REFERER", ""),
        "error": error,
        "alarming": sum(row.factor >= ASK_TWICE for row in rows),
    }
    return TemplateResponse(request, "curation/admin/decide.html", context, status=400 if error else 200)


def _decide_row(model_admin: Any, request: HttpRequest, verdict: str, pk: int) -> HttpResponse:
    """A small approval is immediate; a rejection asks for its reason, a large move asks twice."""
    change = Change.objects.filter(pk=pk).first()
    seen = request.POST.get(f"shown-{pk}", "")
    large = change is not None and weigh(change).factor >= ASK_TWICE
    if verdict == "reject" or (large and change is not None and change.fingerprint == seen):
        return ask(model_admin, request, Change.objects.filter(pk=pk), verdict)
    return _answer(request, review.approve({pk: seen}, actor=actor(request)), verdict)


def _decide_confirmed(model_admin: Any, request: HttpRequest) -> HttpResponse:
    try:
        asked = signing.loads(request.POST["token"], salt=_SALT, max_age=86_400)
    except signing.BadSignature:
        messages.error(request, _("That page is too old; please choose again."))
        return back_to(request, list_url("curation_change"))
    shown = {int(pk): seen for pk, seen in asked["shown"].items()}
    decide = review.approve if asked["verdict"] == "approve" else review.reject
    try:
        outcome = decide(shown, actor=actor(request), reason=request.POST.get("reason", ""))
    except review.Refused as refusal:
        changes = Change.objects.filter(pk__in=shown)
        return ask(model_admin, request, changes, asked["verdict"], error=str(refusal))
    return _answer(request, outcome, asked["verdict"])


def _answer(request: HttpRequest, outcome: review.Outcome, verdict: str) -> HttpResponse:
    """Says what was done and what was not, each with a link to its rows."""
    done = len(outcome.done)
    if done and verdict == "approve":
        said = ngettext("%(count)s change approved.", "%(count)s changes approved.", done)
        link = _ledger_url(outcome.revision)
        text = format_html('{} <a href="{}">{}</a>', said % {"count": done}, link, _("Show them"))
        messages.success(request, text)
    elif done:
        said = ngettext("%(count)s change rejected.", "%(count)s changes rejected.", done)
        link = list_url("curation_change", state="rejected")
        text = format_html('{} <a href="{}">{}</a>', said % {"count": done}, link, _("Rejected so far"))
        messages.success(request, text)
    _report_refused(request, outcome.refused)
    return back_to(request, list_url("curation_change"))


def _ledger_url(revision: int | None) -> str:
    if revision is None:
        return list_url("registry_ledgerentry")
    return list_url("registry_ledgerentry", revision__number__exact=revision)


def _report_refused(request: HttpRequest, refused: Iterable[tuple[int, str]]) -> None:
    by_reason: dict[str, list[int]] = {}
    for pk, reason in refused:
        by_reason.setdefault(reason, []).append(pk)
    for reason, pks in by_reason.items():
        said = ngettext("%(count)s change not decided", "%(count)s changes not decided", len(pks))
        names = Change.objects.filter(pk__in=pks[:_LONGEST_LIST])
        which = ", ".join(str(change) for change in names)
        messages.warning(request, f"{said % {'count': len(pks)}}: {reason} ({which})")
