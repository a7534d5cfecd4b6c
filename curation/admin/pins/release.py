"""Releasing pins: after a confirmation, or directly where the sources agree."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from curation.admin.base import actor, back_to, cell, chosen_ids, list_url, offering_url
from curation.admin.confirm import Confirmation, Reason, Table, inputs, two_lines
from curation.models import Pin
from curation.pins import release
from curation.review.stale_check import ReviewOutcome
from registry import display


def view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """The confirmation (GET `?pin=`) and the release (POST)."""
    chosen = chosen_ids(request, "pin")
    if request.method != "POST":
        return ask(model_admin, request, Pin.objects.filter(pk__in=chosen))
    outcome = release.release_all(chosen, actor=actor(request), reason=request.POST.get("reason", ""))
    _tell(request, outcome)
    only = Pin.objects.filter(pk__in=chosen).first() if len(chosen) == 1 else None
    return HttpResponseRedirect(offering_url(only.offering_key) if only else list_url("curation_pin"))


def agreed(request: HttpRequest) -> HttpResponse:
    """POST `agreed=`: no value changes, so no confirmation is needed."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    _tell(request, release.release_agreed(chosen_ids(request, "agreed"), actor=actor(request)))
    return back_to(request, list_url("curation_pin"))


def ask(model_admin: Any, request: HttpRequest, pins: QuerySet[Pin]) -> HttpResponse:
    rows = list(pins.filter(released_at__isnull=True).select_related("author"))
    model_admin.prepare(rows)
    return Confirmation(
        title=_("Release pins"),
        button=_("Release"),
        count=len(rows),
        action=reverse("admin:curation_pin_release"),
        back=list_url("curation_pin"),
        lines=[_("These fields go back to the values of their sources.")],
        nothing="" if rows else _("None of the chosen pins is in force any more."),
        reason=Reason.OPTIONAL,
        hidden=inputs("pin", [pin.pk for pin in rows]),
        tables=[Table(columns=[_("Field"), _("Pinned to"), _("Without the pin")], rows=list(map(_row, rows)))],
    ).page(model_admin, request)


def _row(pin: Pin) -> list[Any]:
    story = pin.story  # type: ignore[attr-defined]
    return [
        two_lines(pin.offering_key, display.label(pin.field)),
        two_lines(story.text, f"{pin.author}: {pin.reason}", quiet=True),
        cell("curation/admin/pins/cells/drift", story=story),
    ]


def _tell(request: HttpRequest, outcome: ReviewOutcome) -> None:
    if outcome.done:
        message = ngettext("%(count)s pin released.", "%(count)s pins released.", len(outcome.done))
        messages.success(request, message % {"count": len(outcome.done)})
    elif not outcome.refused:
        messages.warning(request, _("None of the chosen pins is in force any more."))
    names = {pin.pk: str(pin) for pin in Pin.objects.filter(pk__in=[pk for pk, _why in outcome.refused])}
    for pk, why in outcome.refused:
        messages.warning(request, f"{names[pk]}: {why}")
