"""Deciding changes from the queue: one at once, many after a page that shows the count and the worst of them.

The buttons of a row work without a script. With one, the same address answers in JSON, and the page stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from curation.admin import badges
from curation.admin.base import actor, back_to, list_url
from curation.admin.confirm import seal, unseal
from curation.admin.queue import bulk, confirm, undo
from curation.admin.queue.verdicts import VERDICTS, Answer, Verdict, answer_of, done
from curation.admin.severity import ASK_TWICE, describe
from curation.models import Change
from curation.review.stale_check import Outcome, Refused
from curation.rollback import undo_decision

MOST_AT_ONCE: Final = 200
"""More are decided in the background."""
_SALT: Final = "curation.decide"
_LONGEST_LIST: Final = 10


def view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """POST from a row's button (`approve=<id>`, `reject=<id>`, …), or from the page that asked (`token`)."""
    if "token" in request.POST:
        return _decide_confirmed(model_admin, request)
    for verdict in VERDICTS.values():
        if (pk := request.POST.get(verdict.name, "")).isdecimal() and len(pk) < 19:
            return _decide_row(model_admin, request, verdict, int(pk))
    return back_to(request, list_url("curation_change"))


def ask(
    model_admin: Any, request: HttpRequest, changes: QuerySet[Change], name: str, *, error: str = ""
) -> HttpResponse:
    """The page that shows what is about to be decided, and asks. What it shows is what is decided."""
    verdict, waiting = VERDICTS[name], changes.filter(state=Change.State.PROPOSED)
    if name in bulk.VERDICTS and waiting.count() > MOST_AT_ONCE:
        return bulk.ask(model_admin, request, waiting, verdict, error=error)
    rows = [describe(change) for change in waiting.order_by("offering_key", "unit")[:MOST_AT_ONCE]]
    if not rows:
        messages.warning(request, _("None of the chosen changes waits for a decision."))
        return back_to(request, list_url("curation_change"))
    rows.sort(key=lambda row: row.factor, reverse=True)
    shown = {str(row.change.pk): row.change.fingerprint for row in rows}
    preview = confirm.Preview(
        rows=rows,
        count=len(rows),
        moved=sum(len(row.parts) for row in rows),
        left_over=max(0, waiting.count() - len(rows)),
        alarming=sum(row.factor >= ASK_TWICE for row in rows),
        token=seal(_SALT, {"verdict": name, "shown": shown}),
    )
    return confirm.page(model_admin, request, verdict, preview, error=error)


def _decide_row(model_admin: Any, request: HttpRequest, verdict: Verdict, pk: int) -> HttpResponse:
    """A small approval is immediate; what needs a reason or a day asks for it, a large move asks twice."""
    change, seen, answer = Change.objects.filter(pk=pk).first(), request.POST.get(f"shown-{pk}", ""), answer_of(request)
    alarming = change is not None and change.fingerprint == seen and describe(change).factor >= ASK_TWICE
    twice = verdict.name == "approve" and alarming and "confirmed" not in request.POST
    if twice or not verdict.is_complete(answer):
        if not _wants_json(request):
            return ask(model_admin, request, Change.objects.filter(pk=pk), verdict.name)
        return JsonResponse({"ask": "twice" if twice else "more", "said": describe(change).movement if change else ""})
    return _decide(model_admin, request, verdict, {pk: seen}, answer)


def _decide_confirmed(model_admin: Any, request: HttpRequest) -> HttpResponse:
    try:
        asked = unseal(_SALT, request.POST["token"])
    except Refused as refusal:
        messages.error(request, str(refusal))
        return back_to(request, list_url("curation_change"))
    shown = {int(pk): seen for pk, seen in asked["shown"].items()}
    return _decide(model_admin, request, VERDICTS[asked["verdict"]], shown, answer_of(request))


def _decide(
    model_admin: Any, request: HttpRequest, verdict: Verdict, shown: Mapping[int, str], answer: Answer
) -> HttpResponse:
    pinned = undo_decision.to_be_pinned(shown) if verdict.name == "keep" else {}
    try:
        outcome = verdict.decide(shown, actor(request), answer)
    except Refused as refusal:
        if _wants_json(request):
            return JsonResponse({"error": str(refusal)}, status=400)
        return ask(model_admin, request, Change.objects.filter(pk__in=shown), verdict.name, error=str(refusal))
    made = undo_decision.Decision(verdict.name, outcome.done, outcome.waiting, outcome.revision, pinned)
    back = undo.token(made, actor(request)) if outcome.done or outcome.waiting else ""
    if _wants_json(request):
        return JsonResponse(
            {
                "done": outcome.done,
                "waiting": outcome.waiting,
                "refused": outcome.refused,
                "said": done(verdict, outcome),
                "undo": back,
                "left": badges.waiting(request),
            }
        )
    return _answer(request, outcome, verdict, back)


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _answer(request: HttpRequest, outcome: Outcome, verdict: Verdict, back: str) -> HttpResponse:
    """Says what was done and what was not, each with a link to its rows."""
    if said := done(verdict, outcome):
        links = {"approve": _ledger_url(outcome.revision), "keep": list_url("curation_pin")}
        state = "rejected" if verdict.name == "reject" else "postponed"
        link = links.get(verdict.name) or list_url("curation_change", state=state)
        text = format_html(
            '{} <a href="{}">{}</a> · <a href="{}">{}</a>',
            said,
            link,
            _("Show them"),
            undo.address(back),
            _("Take it back…"),
        )
        messages.success(request, text)
    by_reason: dict[str, list[int]] = {}
    for pk, reason in outcome.refused:
        by_reason.setdefault(reason, []).append(pk)
    for reason, pks in by_reason.items():
        count = ngettext("%(count)s change not decided", "%(count)s changes not decided", len(pks))
        which = ", ".join(str(change) for change in Change.objects.filter(pk__in=pks[:_LONGEST_LIST]))
        messages.warning(request, f"{count % {'count': len(pks)}}: {reason} ({which})")
    return back_to(request, list_url("curation_change"))


def _ledger_url(revision: int | None) -> str:
    if revision is None:
        return list_url("registry_ledgerentry")
    return list_url("registry_ledgerentry", revision__number__exact=revision)
