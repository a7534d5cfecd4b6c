"""Actions on a run: list its offerings, download or re-read its payload, close it when its worker is gone."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.urls import path, reverse
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from curation.admin.base import actor, list_url, need, offering_url, page
from curation.admin.confirm import Confirmation
from curation.review.decisions import Refused
from syncers.admin import progress, run_page
from syncers.models import Run
from syncers.payload import store
from syncers.sync import replay, runs
from syncers.tasks import read_again

_KINDS: Final = ("new", "changed", "missing")


def urls(model_admin: Any) -> list[Any]:
    """The pages of one run, besides its own."""

    def guarded(view: Any) -> Any:
        return model_admin.admin_site.admin_view(lambda request, **more: view(model_admin, request, **more))

    return [
        path("<int:pk>/payload/", guarded(download), name="syncers_run_payload"),
        path("<int:pk>/read-again/", guarded(again), name="syncers_run_again"),
        path("<int:pk>/close/", guarded(close), name="syncers_run_close"),
        path("<int:pk>/offerings/<str:which>/", guarded(offerings), name="syncers_run_offerings"),
    ]


def download(model_admin: Any, request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The payload as the provider sent it, as a download that the browser never renders."""
    if not request.user.has_perms(("syncers.view_run", "syncers.view_storedpayload")):
        raise PermissionDenied
    run = get_object_or_404(Run.objects.select_related("payload"), pk=pk)
    if run.payload is None:
        raise Http404(_("The payload of this run is no longer stored."))
    answer = StreamingHttpResponse(store.unpacked(run.payload), content_type="application/octet-stream")
    name = f"{run.source_id}-{run.payload.fetched_at:%Y%m%dT%H%M%SZ}-{run.payload.digest[:8]}.payload"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Content-Length"] = str(run.payload.length)
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def offerings(model_admin: Any, request: HttpRequest, pk: int, which: str) -> HttpResponse:
    """The new, changed or missing offerings of a run."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    run = get_object_or_404(Run, pk=pk)
    if which not in _KINDS:
        raise Http404
    keys = run.offerings.get(which, [])
    return page(
        model_admin,
        request,
        "syncers/admin/run_offerings.html",
        _("%(run)s: %(what)s") % {"run": run, "what": run_page.NUMBERS[which]},
        run=run,
        which=which,
        rows=[(key, offering_url(key)) for key in keys],
        all=max(getattr(run, which), len(keys)),
        ledger=run_page.number_url(run, "applied"),
        claims=list_url("curation_storedclaim", source=run.source_id),
    )


def again(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """The confirmation (GET), and re-reading the payload by the worker (POST)."""
    need(request, "curation.change_source")
    run = get_object_or_404(Run.objects.select_related("source"), pk=pk)
    home = reverse("admin:syncers_run_change", args=[pk])
    try:
        payload = replay.check(run)
        if request.method == "POST" and request.POST.get("digest") != payload.digest:
            raise Refused(_("The source has been synced since; please check again."))
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return HttpResponseRedirect(home)
    if request.method == "POST":
        token = uuid4()
        number = progress.number(token, run.source_id)
        try:
            read_again.delay(run.source_id, payload.digest, actor(request).get_username(), str(number))
        except (OperationalError, OSError) as error:
            messages.error(request, _("The task queue cannot be reached: %(error)s") % {"error": error})
            return HttpResponseRedirect(home)
        return HttpResponseRedirect(progress.address(token, [run.source_id]))
    payload_words = {
        "source": run.source_id,
        "day": f"{payload.fetched_at:%Y-%m-%d %H:%M}",
        "size": filesizeformat(payload.length),
    }
    return Confirmation(
        title=_("Re-read the payload"),
        button=_("Re-read the payload"),
        back=home,
        lines=[
            _(
                "The payload of %(source)s of %(day)s (%(size)s) is read again as a new run, by the present code of "
                "the source. No request is sent to the provider."
            )
            % payload_words,
            _(
                "Differences go through the policies like any other change. No value counts as confirmed by it: the "
                "source stays as old as its payload."
            ),
        ],
        hidden=[("digest", payload.digest)],
    ).page(model_admin, request)


def close(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """POST: records a run whose worker is gone as failed."""
    need(request, "curation.change_source")
    run = get_object_or_404(Run, pk=pk)
    if request.method == "POST":
        try:
            runs.close(run, by=actor(request).get_username())
            messages.success(request, _("The run is closed. The source can be read again."))
        except Refused as refusal:
            messages.warning(request, str(refusal))
    return HttpResponseRedirect(reverse("admin:syncers_run_change", args=[pk]))
