"""Bulk decisions: a preview with the count and the largest moves, then a background job with a progress page."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from curation.admin import base
from curation.admin.base import actor, back_to, list_url
from curation.admin.queue import undo
from curation.admin.queue.confirm import Preview, page
from curation.admin.queue.review_actions import REVIEW_ACTIONS, ReviewAction, input_of
from curation.admin.severity import ASK_TWICE, describe
from curation.core.diff import distance, reach
from curation.models import Change, ReviewJob
from curation.review import jobs
from curation.review.stale_check import Refused
from curation.rollback import undo_decision
from curation.tasks import decide_many

_SHOWN: Final = 100
_TAKEN_BACK: Final = 1000


def ask(
    model_admin: Any, request: HttpRequest, waiting: QuerySet[Change], action: ReviewAction, *, error: str = ""
) -> HttpResponse:
    """The preview: the fingerprints of all selected changes are stored; the largest moves are listed."""
    selected = list(
        waiting.order_by("pk").values_list("pk", "fingerprint", "kind", "factor", "field_names")[: jobs.MOST]
    )
    fingerprints = {pk: fingerprint for pk, fingerprint, *_rest in selected}
    job = jobs.draft(action.name, fingerprints, person=actor(request))
    worst = sorted(selected, key=lambda row: reach(row[2], row[3]), reverse=True)[:_SHOWN]
    rows = Change.objects.in_bulk([row[0] for row in worst])
    preview = Preview(
        rows=[describe(rows[row[0]]) for row in worst if row[0] in rows],
        count=len(selected),
        fields=sum(names.count("|") - 1 for *_rest, names in selected),
        left_over=max(0, waiting.count() - len(selected)),
        alarming=sum(distance(factor) >= ASK_TWICE for *_rest, factor, _names in selected),
        job=job,
    )
    return page(model_admin, request, action, preview, error=error)


def confirm(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """POST `job`, and what the action asks for. Leads to the page of the job."""
    batch, entered = _number(request.POST.get("job", "")), input_of(request)
    try:
        job = jobs.confirm(batch, person=actor(request), reason=entered.reason, until=entered.until)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return back_to(request, list_url("curation_change"))
    transaction.on_commit(lambda: _hand_over(request, job))
    return HttpResponseRedirect(reverse("admin:curation_change_job", args=[job.batch]))


def _hand_over(request: HttpRequest, job: ReviewJob) -> None:
    try:
        decide_many.delay(str(job.batch))
    except (OperationalError, OSError) as error:
        jobs.fail(job.batch, _("The task queue cannot be reached: %(error)s") % {"error": error})


def watch(model_admin: Any, request: HttpRequest, batch: UUID) -> HttpResponse:
    """The page of a job, which its script updates."""
    job = _job(model_admin, request, batch)
    over = job.state in (ReviewJob.State.DONE, ReviewJob.State.FAILED)
    by_reason: dict[str, int] = {}
    for _pk, why in job.refused:
        by_reason[why] = by_reason.get(why, 0) + 1
    return base.page(
        model_admin,
        request,
        "curation/admin/queue/job.html",
        REVIEW_ACTIONS[job.verdict].title,
        job=job,
        over=over,
        refused=sorted(by_reason.items(), key=lambda row: -row[1]),
        ledger_url=list_url("registry_ledgerentry", revision__batch__exact=job.batch),
        undo_url=f"{reverse('admin:registry_revision_roll_back')}?batch={job.batch}",
        back=_back(request, job) if over else "",
        **_numbers(job),
    )


def state(model_admin: Any, request: HttpRequest, batch: UUID) -> JsonResponse:
    """How far a job is, as JSON."""
    answer = JsonResponse(_numbers(_job(model_admin, request, batch)))
    answer["Cache-Control"] = "no-store"
    return answer


def _numbers(job: ReviewJob) -> dict[str, Any]:
    total = len(job.shown)
    return {
        "state": job.state,
        "words": job.get_state_display(),
        "position": job.position,
        "total": total,
        "done": job.done,
        "waiting": job.waiting,
        "refused_count": max(0, job.position - job.done - job.waiting),
        "error": job.error,
    }


def _back(request: HttpRequest, job: ReviewJob) -> str:
    """The token that undoes a job that published nothing; what was published is rolled back by its batch."""
    if job.verdict == "approve" or job.done > _TAKEN_BACK or job.person_id != actor(request).pk or not job.done:
        return ""
    refused = {pk for pk, _why in job.refused}
    decided = [int(pk) for pk in job.shown if int(pk) not in refused]
    return undo.token(undo_decision.Decision(job.verdict, decided), actor(request))


def _job(model_admin: Any, request: HttpRequest, batch: UUID) -> ReviewJob:
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    job = ReviewJob.objects.filter(batch=batch).exclude(state=ReviewJob.State.DRAFT).first()
    if job is None:
        raise Http404
    return job


def _number(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error
