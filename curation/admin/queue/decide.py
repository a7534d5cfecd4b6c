"""Deciding changes from the queue: one directly, several after a confirmation.

The buttons of a row work without a script. For the script the same view responds in JSON.
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
from curation.admin.queue.review_actions import REVIEW_ACTIONS, ActionInput, ReviewAction, input_of, result_message
from curation.admin.severity import ASK_TWICE, describe
from curation.models import Change
from curation.review import jobs
from curation.review.stale_check import Refused, ReviewOutcome
from curation.rollback import undo_decision

MOST_AT_ONCE: Final = 200
"""More are decided in the background."""
_SALT: Final = "curation.decide"
_LONGEST_LIST: Final = 10


def view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """POST from a row's button (`approve=<id>`, `reject=<id>`, …), or from the confirmation (`token`)."""
    if "token" in request.POST:
        return _decide_confirmed(model_admin, request)
    for action in REVIEW_ACTIONS.values():
        if (pk := request.POST.get(action.name, "")).isdecimal() and len(pk) < 19:
            return _decide_row(model_admin, request, action, int(pk))
    return ask(model_admin, request, Change.objects.none(), "approve")


def ask(
    model_admin: Any, request: HttpRequest, changes: QuerySet[Change], name: str, *, error: str = ""
) -> HttpResponse:
    """The confirmation. Exactly what it shows is decided."""
    action, waiting = REVIEW_ACTIONS[name], changes.filter(state=Change.State.PROPOSED)
    if name in jobs.VERDICTS and waiting.count() > MOST_AT_ONCE:
        return bulk.ask(model_admin, request, waiting, action, error=error)
    rows = [describe(change) for change in waiting.order_by("offering_key", "unit")[:MOST_AT_ONCE]]
    if not rows:
        messages.warning(request, _("None of the chosen changes is pending."))
        return back_to(request, list_url("curation_change"))
    rows.sort(key=lambda row: row.factor, reverse=True)
    fingerprints = {str(row.change.pk): row.change.fingerprint for row in rows}
    preview = confirm.Preview(
        rows=rows,
        count=len(rows),
        fields=sum(len(row.parts) for row in rows),
        left_over=max(0, waiting.count() - len(rows)),
        alarming=sum(row.factor >= ASK_TWICE for row in rows),
        token=seal(_SALT, {"action": name, "shown": fingerprints}),
    )
    return confirm.page(model_admin, request, action, preview, error=error)


def _decide_row(model_admin: Any, request: HttpRequest, action: ReviewAction, pk: int) -> HttpResponse:
    """Approves a small move directly; asks for a missing reason or day, and twice about a large move."""
    change, fingerprint, entered = (
        Change.objects.filter(pk=pk).first(),
        request.POST.get(f"shown-{pk}", ""),
        input_of(request),
    )
    alarming = change is not None and change.fingerprint == fingerprint and describe(change).factor >= ASK_TWICE
    twice = action.name == "approve" and alarming and "confirmed" not in request.POST
    if twice or not action.is_complete(entered):
        if not _wants_json(request):
            return ask(model_admin, request, Change.objects.filter(pk=pk), action.name)
        return JsonResponse(
            {"ask": "twice" if twice else "more", "message": describe(change).movement if change else ""}
        )
    return _decide(model_admin, request, action, {pk: fingerprint}, entered)


def _decide_confirmed(model_admin: Any, request: HttpRequest) -> HttpResponse:
    try:
        content = unseal(_SALT, request.POST["token"])
    except Refused as refusal:
        messages.error(request, str(refusal))
        return back_to(request, list_url("curation_change"))
    fingerprints = {int(pk): fingerprint for pk, fingerprint in content["shown"].items()}
    return _decide(model_admin, request, REVIEW_ACTIONS[content["action"]], fingerprints, input_of(request))


def _decide(
    model_admin: Any, request: HttpRequest, action: ReviewAction, fingerprints: Mapping[int, str], entered: ActionInput
) -> HttpResponse:
    pinned = undo_decision.to_be_pinned(fingerprints) if action.name == "keep" else {}
    try:
        outcome = action.decide(fingerprints, actor(request), entered)
    except Refused as refusal:
        if _wants_json(request):
            return JsonResponse({"error": str(refusal)}, status=400)
        return ask(model_admin, request, Change.objects.filter(pk__in=fingerprints), action.name, error=str(refusal))
    decision = undo_decision.Decision(action.name, outcome.done, outcome.waiting, outcome.revision, pinned)
    back = undo.token(decision, actor(request)) if outcome.done or outcome.waiting else ""
    if _wants_json(request):
        return JsonResponse(
            {
                "done": outcome.done,
                "waiting": outcome.waiting,
                "refused": outcome.refused,
                "message": result_message(action, outcome),
                "undo": back,
                "left": badges.waiting(request),
            }
        )
    return _answer(request, outcome, action, back)


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _answer(request: HttpRequest, outcome: ReviewOutcome, action: ReviewAction, back: str) -> HttpResponse:
    """Reports what was decided and what was refused, with links to the rows."""
    if message := result_message(action, outcome):
        links = {"approve": _ledger_url(outcome.revision), "keep": list_url("curation_pin")}
        state = "rejected" if action.name == "reject" else "postponed"
        link = links.get(action.name) or list_url("curation_change", state=state)
        text = format_html(
            '{} <a href="{}">{}</a> · <a href="{}">{}</a>',
            message,
            link,
            _("Show"),
            undo.address(back),
            _("Undo…"),
        )
        messages.success(request, text)
    by_reason: dict[str, list[int]] = {}
    for pk, reason in outcome.refused:
        by_reason.setdefault(reason, []).append(pk)
    for reason, pks in by_reason.items():
        count = ngettext("%(count)s change not decided", "%(count)s changes not decided", len(pks))
        which = ", ".join(str(change) for change in Change.objects.filter(pk__in=pks[:_LONGEST_LIST]))
        messages.warning(request, f"{count % {'count': len(pks)}}: {reason}{which and f' ({which})'}")
    return back_to(request, list_url("curation_change"))


def _ledger_url(revision: int | None) -> str:
    if revision is None:
        return list_url("registry_ledgerentry")
    return list_url("registry_ledgerentry", revision__number__exact=revision)
