"""Accepting or discarding a payload that is held in quarantine, from the pages of its run and of its source."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.translation import gettext as _

from curation.admin.base import actor, back_to, came_from, list_url
from curation.admin.confirm import Confirmation
from curation.models import Source
from curation.review.decisions import Refused
from syncers.models import Run
from syncers.sync import quarantine
from syncers.sync.record import Report


def view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """`release=<slug>` or `discard=<slug>`, with the `digest` of the payload that was seen: GET asks, POST does it."""
    if not request.user.has_perm("curation.release_quarantine"):
        raise PermissionDenied
    parameters = request.POST if request.method == "POST" else request.GET
    is_release, digest = "release" in parameters, parameters.get("digest", "")
    if not (slug := parameters.get("release") or parameters.get("discard")):
        return back_to(request, list_url("curation_source"))
    source = get_object_or_404(Source, slug=slug)
    try:
        if request.method != "POST":
            return _ask(model_admin, request, source, digest, is_release=is_release)
        if is_release:
            _report(request, quarantine.release(slug, actor=actor(request), digest=digest))
        else:
            quarantine.discard(slug, actor=actor(request), digest=digest)
            messages.success(request, _("The payload is discarded; nothing was read from it."))
        model_admin.log_change(
            request, source, _("Released from quarantine.") if is_release else _("Discarded from quarantine.")
        )
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return back_to(request, list_url("curation_source"))


def _ask(model_admin: Any, request: HttpRequest, source: Source, digest: str, *, is_release: bool) -> HttpResponse:
    payload = quarantine.payload_of(source.slug)
    if payload is None:
        raise Refused(_("%(source)s has no payload in quarantine.") % {"source": source.slug})
    names = {
        "source": source.slug,
        "day": f"{payload.fetched_at:%Y-%m-%d %H:%M}",
        "size": filesizeformat(payload.length),
    }
    run = quarantine.quarantined_runs(payload).first()
    effect = (
        _("If you accept, the payload is read now and its changes go through the policies like those of any other run.")
        if is_release
        else _("If you discard it, the payload is deleted and nothing is read from it. Its run stays on record.")
    )
    back = came_from(request, list_url("curation_source"))
    return Confirmation(
        title=_("Accept the run") if is_release else _("Discard the payload"),
        button=_("Accept the run") if is_release else _("Discard the payload"),
        back=back,
        lines=[_("The payload of %(source)s of %(day)s (%(size)s) is held in quarantine.") % names, effect],
        alarms=[run.error] if run and run.error else [],
        is_danger=not is_release,
        hidden=[
            ("release" if is_release else "discard", source.slug),
            ("digest", digest or payload.digest),
            ("next", back),
        ],
    ).page(model_admin, request)


def _report(request: HttpRequest, report: Report) -> None:
    if report.status not in (Run.Status.OK, Run.Status.UNCHANGED):
        messages.error(request, _("The payload could not be read: %(error)s") % {"error": report.error})
        return
    message = _("The payload is read: %(seen)s seen, %(applied)s changes applied, %(held)s held.") % {
        "seen": f"{report.seen:,}",
        "applied": f"{report.applied:,}",
        "held": f"{report.held:,}",
    }
    link = list_url("syncers_run", source=report.source)
    messages.success(request, format_html('{} <a href="{}">{}</a>', message, link, _("See the runs")))
