"""Undoing from the admin: a page that shows what would go back and what would stay, asks why, and then does it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from curation.admin import rollback_person
from curation.admin.base import actor, back_to, list_url, offering_url
from curation.admin.weight import Shown, weigh
from curation.apply.ledger_state import pin_acts
from curation.models import Pin
from curation.review.decisions import Refused
from curation.rollback.plan import plan
from curation.rollback.selection import revisions, select
from curation.rollback.steps import Plan
from curation.rollback.undo import Outcome, preview, roll_back
from registry import display
from registry.models import LedgerEntry, Revision

MOST_AT_ONCE: Final = 20_000
_SALT: Final = "curation.rollback"
_SHOWN: Final = 100


def urls(model_admin: Any) -> list[Any]:
    """The page of the revisions' admin that asks and does: `?revision=`, `?batch=`, `?person=&since=`."""
    inner = model_admin.admin_site.admin_view(lambda request: view(model_admin, request))
    return [path("roll-back/", inner, name="registry_revision_roll_back"), *rollback_person.urls(model_admin)]


def allowed(request: HttpRequest) -> bool:
    return request.user.has_perm("curation.decide_change")


def view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    if not allowed(request):
        raise PermissionDenied
    if request.method == "POST":
        return _do(model_admin, request)
    if (number := request.GET.get("revision", "")).isdecimal():
        return ask(model_admin, request, {"revision": int(number)})
    if "person" in request.GET:
        form = rollback_person.PersonForm(request.GET)
        if form.is_valid():
            return ask(model_admin, request, form.chosen)
        return rollback_person.page(model_admin, request, form)
    try:
        return ask(model_admin, request, {"batch": str(UUID(request.GET.get("batch", "")))})
    except ValueError as error:
        raise Http404(str(error)) from error


def ask(model_admin: Any, request: HttpRequest, chosen: dict[str, Any], *, error: str = "") -> HttpResponse:
    """The page that shows what undoing would come to. `chosen`: what `roll_back` takes, as JSON."""
    asked = _selection(chosen)
    entries = list(select(**asked)[: MOST_AT_ONCE + 1])
    if len(entries) > MOST_AT_ONCE:
        limit = _("At most %(count)s entries can be rolled back at once here.")
        messages.error(request, limit % {"count": f"{MOST_AT_ONCE:,}"})
        return back_to(request, list_url("registry_ledgerentry"))
    made = plan(entries, pin_acts(**_pins_asked(asked)), at=timezone.now(), whole=revisions(**asked))
    rows = _rows(made)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Roll back"),
        "person": chosen.get("actor_name", ""),
        "since": asked.get("since"),
        "count": len(made.steps),
        "rows": rows[:_SHOWN],
        "left_over": max(0, len(rows) - _SHOWN),
        "pins": [_pin(pin) for pin in made.pins[:_SHOWN]],
        "worst": rows[0] if rows and rows[0].movement else None,
        "releases": sum(step.release is not None for step in made.steps),
        "holds_again": sum(step.hold_again is not None for step in made.steps),
        "skipped": _skipped(made, entries),
        "skipped_count": len(made.skipped) + len(made.skipped_pins),
        "of_others": _of_others(request, chosen, asked),
        "may_do": _may_do(request, chosen, asked),
        "token": signing.dumps({**chosen, "shown": made.fingerprint}, salt=_SALT, compress=True),
        "next": request.POST.get("next") or request.META.get("HTTP_REFERER", ""),
        "error": error,
    }
    return TemplateResponse(request, "curation/admin/rollback.html", context, status=400 if error else 200)


def _do(model_admin: Any, request: HttpRequest) -> HttpResponse:
    try:
        chosen = signing.loads(request.POST.get("token", ""), salt=_SALT, max_age=86_400)
    except signing.BadSignature:
        messages.error(request, _("That page is too old; please choose again."))
        return back_to(request, list_url("registry_revision"))
    shown, asked = chosen.pop("shown", ""), _selection(chosen)
    if not _may_do(request, chosen, asked):
        raise PermissionDenied
    try:
        done = roll_back(**asked, actor=actor(request), reason=request.POST.get("reason", ""), shown=shown)
    except Refused as refusal:
        return ask(model_admin, request, chosen, error=str(refusal))
    _tell(request, done)
    return back_to(request, list_url("registry_revision"))


def _tell(request: HttpRequest, done: Outcome) -> None:
    if done.revision is not None and done.done:
        said = ngettext("%(count)s change rolled back.", "%(count)s changes rolled back.", len(done.done))
        link = list_url("registry_ledgerentry", revision__number__exact=done.revision)
        text = format_html('{} <a href="{}">{}</a>', said % {"count": f"{len(done.done):,}"}, link, _("Show them"))
        messages.success(request, text)
    if done.behind:
        said = ngettext(
            "%(count)s value put back behind its pin.", "%(count)s values put back behind their pins.", len(done.behind)
        )
        messages.success(request, said % {"count": f"{len(done.behind):,}"})
    if done.pins:
        said = ngettext("%(count)s pin put back without moving a value.", "%(count)s pins put back.", len(done.pins))
        messages.success(request, said % {"count": f"{len(done.pins):,}"})
    skipped = [why for _pk, why in (*done.skipped, *done.skipped_pins)]
    for reason, count in Counter(skipped).most_common():
        left = ngettext("%(count)s change left as it is", "%(count)s changes left as they are", count)
        messages.warning(request, f"{left % {'count': f'{count:,}'}}: {reason}")


# -- who may ---------------------------------------------------------------------------------------


def _may_do(request: HttpRequest, chosen: dict[str, Any], asked: dict[str, Any]) -> bool:
    return request.user.has_perm("curation.undo_of_others") or not _of_others(request, chosen, asked)


def _of_others(request: HttpRequest, chosen: dict[str, Any], asked: dict[str, Any]) -> list[str]:
    """The other people whose edits these are, behind pins too; syncs and the registry itself are nobody."""
    whole = Revision.objects.filter(number__in=revisions(**asked))
    names = {chosen.get("actor_name", ""), *whole.values_list("actor", flat=True)}
    names |= set(select(**asked).order_by().values_list("actor", flat=True).distinct())
    mine = {"", "registry", request.user.get_username()}
    return sorted(name for name in names - mine if not name.startswith("sync:"))


# -- what is shown ---------------------------------------------------------------------------------


def _selection(chosen: dict[str, Any]) -> dict[str, Any]:
    if "batch" in chosen:
        return {**chosen, "batch": UUID(chosen["batch"])}
    return {**chosen, "since": datetime.fromisoformat(chosen["since"])} if "since" in chosen else chosen


def _pins_asked(asked: dict[str, Any]) -> dict[str, Any]:
    return {name: asked[name] for name in ("actor_name", "since", "batch") if name in asked}


def _rows(made: Plan) -> list[Shown]:
    """The moves in words, those that move furthest first."""
    today = timezone.now().date()
    rows = [weigh(change) for change in preview(made, on=today)]
    return sorted(rows, key=lambda row: row.factor, reverse=True)


def _pin(pin: Pin) -> dict[str, Any]:
    said = display.text(pin.field, pin.value)
    return {"pin": pin, "url": offering_url(pin.offering_key), "label": display.label(pin.field), "text": said}


def _skipped(made: Plan, entries: list[LedgerEntry]) -> list[dict[str, Any]]:
    """What stays, by reason, the most frequent first, each with a few examples."""
    by_id: dict[int, Any] = {entry.pk: entry for entry in entries}
    told = [*((by_id[pk], why) for pk, why in made.skipped), *made.skipped_pins]
    shown = []
    for reason, count in Counter(why for _one, why in told).most_common():
        few = [one for one, why in told if why == reason][:10]
        which = [
            {"url": offering_url(one.offering_key), "offering": one.offering_key, "label": display.label(one.field)}
            for one in few
        ]
        shown.append({"reason": reason, "count": count, "which": which, "more": count - len(which)})
    return shown
