"""Progress of requested runs: a page, and the JSON that it polls.

A request has one token, and the number of the run of each source is derived from the token and its slug. The page finds
the runs by these numbers; a run without a record is still queued.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID, uuid5

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from curation.admin import base
from curation.models import Source
from syncers.admin import run_page
from syncers.models import Run

MOST: Final = 300


def urls(model_admin: Any) -> list[Any]:
    """The page, and the JSON that it polls."""

    def page(view: Any) -> Any:
        return model_admin.admin_site.admin_view(lambda request: view(model_admin, request))

    return [
        path("progress/", page(watch), name="curation_source_progress"),
        path("progress/state/", page(state), name="curation_source_progress_state"),
    ]


def number(token: UUID, slug: str) -> UUID:
    """The number of the run of one source within a request."""
    return uuid5(token, slug)


def address(token: UUID, slugs: Iterable[str]) -> str:
    """The address of the progress page."""
    query = urlencode([("asked", token), *(("source", slug) for slug in slugs)])
    return f"{reverse('admin:curation_source_progress')}?{query}"


def watch(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """The page, which its script updates."""
    return base.page(
        model_admin,
        request,
        "syncers/admin/progress.html",
        _("Reading sources"),
        numbers=run_page.NUMBERS,
        state_url=f"{reverse('admin:curation_source_progress_state')}?{request.GET.urlencode()}",
        **_states(model_admin, request),
    )


def state(model_admin: Any, request: HttpRequest) -> JsonResponse:
    """The runs as JSON: `{"done": bool, "summary": str, "runs": [{source, state, words, …}]}`."""
    answer = JsonResponse(_states(model_admin, request))
    answer["Cache-Control"] = "no-store"
    return answer


def _states(model_admin: Any, request: HttpRequest) -> dict[str, Any]:
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    try:
        token = UUID(request.GET.get("asked", ""))
    except ValueError as error:
        raise Http404(str(error)) from error
    slugs = request.GET.getlist("source")[:MOST]
    found_slugs = sorted(Source.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    if not found_slugs:
        raise Http404
    wanted = {number(token, slug): slug for slug in found_slugs}
    runs = {run.batch: run for run in Run.objects.filter(batch__in=wanted).order_by("pk").defer(*_LARGE)}
    listed = [_state(slug, runs.get(batch)) for batch, slug in wanted.items()]
    done = sum(row["done"] for row in listed)
    summary = ngettext("%(done)s of %(all)s source is done.", "%(done)s of %(all)s sources are done.", len(listed))
    return {
        "done": done == len(listed),
        "waiting": all(row["state"] == "queued" for row in listed),
        "summary": summary % {"done": done, "all": len(listed)},
        "runs": listed,
    }


_LARGE: Final = ("offerings", "notices", "shape_changes")


def _state(slug: str, run: Run | None) -> dict[str, Any]:
    if run is None:
        words = _("waits for a worker")
        return {"source": slug, "state": "queued", "words": words, "done": False, "counts": {}, "url": "", "error": ""}
    going = run.status == Run.Status.RUNNING
    duration = run_page.seconds(run) if run.finished_at else (timezone.now() - run.started_at).total_seconds()
    return {
        "source": slug,
        "state": run.status,
        "words": _phase(run) if going else run.get_status_display(),
        "done": not going,
        "seconds": round(duration or 0, 1),
        "counts": {
            name: {"count": getattr(run, name), "url": run_page.number_url(run, name)} for name in run_page.NUMBERS
        },
        "url": reverse("admin:syncers_run_change", args=[run.pk]),
        "error": run.error,
    }


def _phase(run: Run) -> str:
    if run.parsed_at:
        return _("comparing and publishing")
    return _("parsing the payload") if run.fetched_at else _("fetching the payload")
