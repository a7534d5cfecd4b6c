"""Undoing from the admin: a page that shows what would go back and what would stay, asks why, and then does it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from curation.admin.base import actor, back_to, came_from, list_url
from curation.admin.confirm import Confirmation, Reason, seal, unseal
from curation.admin.rollback import person_form, words
from curation.admin.severity import Shown, describe
from curation.apply.ledger_state import pin_acts
from curation.review.decisions import Refused
from curation.rollback.plan import plan
from curation.rollback.selection import revisions, select
from curation.rollback.steps import Plan
from curation.rollback.undo import Outcome, preview, roll_back
from registry.models import Revision

MOST_AT_ONCE: Final = 20_000
_SALT: Final = "curation.rollback"
_SHOWN: Final = 100


def urls(model_admin: Any) -> list[Any]:
    """The page of the revisions' admin that asks and does: `?revision=`, `?batch=`, `?person=&since=`."""
    inner = model_admin.admin_site.admin_view(lambda request: view(model_admin, request))
    return [path("roll-back/", inner, name="registry_revision_roll_back"), *person_form.urls(model_admin)]


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
        form = person_form.PersonForm(request.GET)
        if form.is_valid():
            return ask(model_admin, request, form.chosen)
        return person_form.page(model_admin, request, form)
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
    others = _of_others(request, chosen, asked)
    allowed_here = request.user.has_perm("curation.undo_of_others") or not others
    back = came_from(request, list_url("registry_revision"))
    context = words.whose(chosen.get("actor_name", ""), asked.get("since"), others)
    rows = _rows(made)
    return Confirmation(
        title=_("Roll back"),
        button=_("Roll back") if allowed_here else "",
        count=len(made.steps),
        action=reverse("admin:registry_revision_roll_back"),
        back=back,
        lines=[*words.lines(made, rows), *context],
        alarms=[] if allowed_here else [_("Undoing what other people did takes the permission of a senior curator.")],
        nothing="" if made.steps else " ".join([*context, _("There is nothing here that can be rolled back.")]),
        reason=Reason.REQUIRED if allowed_here else Reason.NONE,
        hint=_(
            "It is done as a new revision; nothing is erased. What sources said and is undone counts as rejected until "
            "they say something else."
        ),
        is_danger=True,
        hidden=[("token", seal(_SALT, {**chosen, "shown": made.fingerprint})), ("next", back)],
        tables=words.tables(made, entries, rows),
    ).page(model_admin, request, error=error)


def _do(model_admin: Any, request: HttpRequest) -> HttpResponse:
    try:
        chosen = unseal(_SALT, request.POST.get("token", ""))
    except Refused as refusal:
        messages.error(request, str(refusal))
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
    rows = [describe(change) for change in preview(made, on=today)]
    return sorted(rows, key=lambda row: row.factor, reverse=True)
