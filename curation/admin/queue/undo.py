"""Undoing the last decision, by key, or by link and confirmation."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from curation.admin import badges
from curation.admin.base import actor, back_to, list_url
from curation.admin.confirm import Confirmation, seal, unseal
from curation.review.stale_check import Refused
from curation.rollback import undo_decision

_SALT: Final = "curation.rollback.undo_decision"


def token(decision: undo_decision.Decision, person: User) -> str:
    """The signed token that undoes a decision, valid for this person only."""
    return seal(_SALT, {"person": person.pk, "decision": decision.as_json()})


def address(back: str) -> str:
    """The address that undoes a decision without a script."""
    return f"{reverse('admin:curation_change_retract')}?{urlencode({'back': back})}"


def view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """GET shows the confirmation, POST undoes the decision of `back`. JSON on request."""
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    sent = request.POST.get("back") or request.GET.get("back", "")
    if request.method != "POST":
        queue = list_url("curation_change")
        return Confirmation(
            title=_("Undo the last decision"),
            button=_("Undo"),
            back=queue,
            lines=[_("The changes are pending again. Values with a newer change stay, and are named.")],
            hidden=[("back", sent), ("next", queue)],
        ).page(model_admin, request)
    try:
        outcome = undo_decision.retract(_read(sent, actor(request)), actor=actor(request))
    except Refused as refusal:
        if wants_json:
            return JsonResponse({"error": str(refusal)}, status=400)
        messages.error(request, str(refusal))
        return back_to(request, list_url("curation_change"))
    count = len(outcome.done)
    text = ngettext("%(count)s change is pending again.", "%(count)s changes are pending again.", count) % {
        "count": count
    }
    why = "; ".join(sorted({reason for _pk, reason in outcome.refused}))
    if wants_json:
        message = f"{text} {why}".strip()
        return JsonResponse({"done": outcome.done, "message": message, "left": badges.waiting(request)})
    messages.success(request, text)
    if why:
        messages.warning(request, why)
    return back_to(request, list_url("curation_change"))


def _read(sent: str, person: User) -> undo_decision.Decision:
    content = unseal(_SALT, sent, refusal=_("This can no longer be undone here; see the ledger."))
    if content["person"] != person.pk:
        raise Refused(_("Only the person who decided it can undo it here; see the ledger."))
    return undo_decision.Decision(**content["decision"])
