"""Rollback: a confirmation that shows what would go back and what would stay, and the rollback itself."""

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

from curation.admin.base import actor, back_to, came_from, chosen_ids, list_url
from curation.admin.confirm import Confirmation, Reason, seal, unseal
from curation.admin.rollback import person_form, words
from curation.admin.severity import ChangeSummary, describe
from curation.review.decisions import Refused
from curation.rollback.plan import plan
from curation.rollback.selection import Selection
from curation.rollback.steps import Plan
from curation.rollback.undo import Outcome, preview, roll_back
from registry.models import Revision

MOST_AT_ONCE: Final = 20_000
_SALT: Final = "curation.rollback"
_SHOWN: Final = 100


def urls(model_admin: Any) -> list[Any]:
    """The rollback page of the revisions' admin: `?revision=`, `?batch=`, `?person=&since=`."""
    inner = model_admin.admin_site.admin_view(lambda request: view(model_admin, request))
    return [path("roll-back/", inner, name="registry_revision_roll_back"), *person_form.urls(model_admin)]


def allowed(request: HttpRequest) -> bool:
    return request.user.has_perm("curation.decide_change")


def view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    if not allowed(request):
        raise PermissionDenied
    if request.method == "POST":
        return _do(model_admin, request)
    if numbers := chosen_ids(request, "revision"):
        return ask(model_admin, request, {"revision": numbers[0]})
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
    """The confirmation with the rollback plan. `chosen`: a `Selection` as JSON."""
    selection = _selection(chosen)
    entries = list(selection.ledger()[: MOST_AT_ONCE + 1])
    if len(entries) > MOST_AT_ONCE:
        limit = _("At most %(count)s entries can be rolled back at once here.")
        messages.error(request, limit % {"count": f"{MOST_AT_ONCE:,}"})
        return back_to(request, list_url("registry_ledgerentry"))
    rollback = plan(entries, selection.pin_acts(), at=timezone.now(), whole=selection.revisions())
    others = _of_others(request, selection)
    allowed_here = request.user.has_perm("curation.undo_of_others") or not others
    back = came_from(request, list_url("registry_revision"))
    context = words.whose(selection.actor_name, selection.since, others)
    rows = _rows(rollback)
    return Confirmation(
        title=_("Roll back"),
        button=_("Roll back") if allowed_here else "",
        count=len(rollback.steps),
        action=reverse("admin:registry_revision_roll_back"),
        back=back,
        lines=[*words.lines(rollback, rows), *context],
        alarms=[] if allowed_here else [_("Undoing edits of other people needs the permission of a senior curator.")],
        nothing="" if rollback.steps else " ".join([*context, _("Nothing here can be rolled back.")]),
        reason=Reason.REQUIRED if allowed_here else Reason.NONE,
        hint=_(
            "The rollback is a new revision; nothing is erased. The values of sources that it undoes count as rejected "
            "until the sources state other values."
        ),
        is_danger=True,
        hidden=[("token", seal(_SALT, {**chosen, "shown": rollback.fingerprint})), ("next", back)],
        tables=words.tables(rollback, entries, rows),
    ).page(model_admin, request, error=error)


def _do(model_admin: Any, request: HttpRequest) -> HttpResponse:
    try:
        chosen = unseal(_SALT, request.POST.get("token", ""))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return back_to(request, list_url("registry_revision"))
    fingerprint, selection = chosen.pop("shown", ""), _selection(chosen)
    if not _may_do(request, selection):
        raise PermissionDenied
    try:
        done = roll_back(selection, actor=actor(request), reason=request.POST.get("reason", ""), shown=fingerprint)
    except Refused as refusal:
        return ask(model_admin, request, chosen, error=str(refusal))
    _tell(request, done)
    return back_to(request, list_url("registry_revision"))


def _tell(request: HttpRequest, done: Outcome) -> None:
    if done.revision is not None and done.done:
        message = ngettext("%(count)s change rolled back.", "%(count)s changes rolled back.", len(done.done))
        link = list_url("registry_ledgerentry", revision__number__exact=done.revision)
        text = format_html('{} <a href="{}">{}</a>', message % {"count": f"{len(done.done):,}"}, link, _("Show them"))
        messages.success(request, text)
    if done.behind:
        message = ngettext(
            "%(count)s value put back behind its pin.", "%(count)s values put back behind their pins.", len(done.behind)
        )
        messages.success(request, message % {"count": f"{len(done.behind):,}"})
    if done.pins:
        message = ngettext("%(count)s pin put back without moving a value.", "%(count)s pins put back.", len(done.pins))
        messages.success(request, message % {"count": f"{len(done.pins):,}"})
    skipped = [why for _pk, why in (*done.skipped, *done.skipped_pins)]
    for reason, count in Counter(skipped).most_common():
        left = ngettext("%(count)s change left as it is", "%(count)s changes left as they are", count)
        messages.warning(request, f"{left % {'count': f'{count:,}'}}: {reason}")


# -- who may ---------------------------------------------------------------------------------------


def _may_do(request: HttpRequest, selection: Selection) -> bool:
    return request.user.has_perm("curation.undo_of_others") or not _of_others(request, selection)


def _of_others(request: HttpRequest, selection: Selection) -> list[str]:
    """The other people whose edits these are, also behind pins; syncs and the registry do not count."""
    whole = Revision.objects.filter(number__in=selection.revisions())
    names = {selection.actor_name, *whole.values_list("actor", flat=True)}
    names |= set(selection.ledger().order_by().values_list("actor", flat=True).distinct())
    mine = {"", "registry", request.user.get_username()}
    return sorted(name for name in names - mine if not name.startswith("sync:"))


# -- what is shown ---------------------------------------------------------------------------------


def _selection(chosen: dict[str, Any]) -> Selection:
    if "batch" in chosen:
        return Selection(batch=UUID(chosen["batch"]))
    return Selection(**{**chosen, "since": datetime.fromisoformat(chosen["since"])} if "since" in chosen else chosen)


def _rows(rollback: Plan) -> list[ChangeSummary]:
    """The changes as text, the largest moves first."""
    today = timezone.now().date()
    rows = [describe(change) for change in preview(rollback, on=today)]
    return sorted(rows, key=lambda row: row.factor, reverse=True)
