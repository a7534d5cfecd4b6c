"""The two answers to a payload in quarantine, on the pages of its run and of its source."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.html import format_html
from django.utils.translation import gettext as _

from curation.admin.base import actor, back_to, list_url
from curation.models import Source
from curation.review.decisions import Refused
from syncers.models import Run
from syncers.sync import quarantine
from syncers.sync.record import Report


def view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """POST `release=<slug>` or `discard=<slug>`, with the `digest` of the payload that was seen."""
    if not request.user.has_perm("curation.release_quarantine"):
        raise PermissionDenied
    released, discarded = request.POST.get("release"), request.POST.get("discard")
    if not (slug := released or discarded):
        return back_to(request, list_url("curation_source"))
    source, digest = get_object_or_404(Source, slug=slug), request.POST.get("digest", "")
    try:
        if released:
            _tell(request, quarantine.release(slug, actor=actor(request), digest=digest))
        else:
            quarantine.discard(slug, actor=actor(request), digest=digest)
            messages.success(request, _("The payload is discarded; nothing was read from it."))
        model_admin.log_change(
            request, source, _("Released from quarantine.") if released else _("Discarded from quarantine.")
        )
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return back_to(request, list_url("curation_source"))


def _tell(request: HttpRequest, report: Report) -> None:
    if report.status not in (Run.Status.OK, Run.Status.UNCHANGED):
        messages.error(request, _("The payload could not be read: %(error)s") % {"error": report.error})
        return
    said = _("The payload is read: %(seen)s seen, %(applied)s changes applied, %(held)s held.") % {
        "seen": f"{report.seen:,}",
        "applied": f"{report.applied:,}",
        "held": f"{report.held:,}",
    }
    link = list_url("syncers_run", source=report.source)
    messages.success(request, format_html('{} <a href="{}">{}</a>', said, link, _("See the runs")))
