"""Deciding many changes in the background: a stored preview, a confirmation, and a job that any worker runs.

All that a job publishes has one batch number, so that it can be undone as one. It works in slices. Each slice and the
progress are one transaction: after a crash another worker continues.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from curation.models import ReviewJob
from curation.review import decisions, postpone
from curation.review.stale_check import Refused, ReviewOutcome, reason_for

log = logging.getLogger(__name__)

MOST: Final = 10_000
SLICE: Final = 100
VERDICTS: Final = ("approve", "reject", "postpone")
_DRAFTS_KEPT: Final = timedelta(days=1)
_REFUSALS_KEPT: Final = 1000


def draft(verdict: str, fingerprints: Mapping[int, str], *, person: User, at: datetime | None = None) -> ReviewJob:
    """Stores a preview of a decision about many changes. `fingerprints`: by change id, as shown. Raises Refused."""
    at = at or timezone.now()
    if verdict not in VERDICTS:
        raise Refused(_("This is decided one by one."))
    if len(fingerprints) > MOST:
        raise Refused(_("At most %(most)s changes at once; narrow the list down.") % {"most": f"{MOST:,}"})
    ReviewJob.objects.filter(state=ReviewJob.State.DRAFT, created_at__lt=at - _DRAFTS_KEPT).delete()
    return ReviewJob.objects.create(
        verdict=verdict,
        shown={str(pk): fingerprint for pk, fingerprint in fingerprints.items()},
        person=person,
        created_at=at,
    )


def confirm(batch: UUID, *, person: User, reason: str, until: datetime | None = None) -> ReviewJob:
    """Queues a draft for the workers. Raises Refused when it is not this person's draft, or the reason is missing."""
    with transaction.atomic():
        job = ReviewJob.objects.select_for_update().filter(batch=batch, person=person).first()
        if job is None or job.state != ReviewJob.State.DRAFT:
            raise Refused(_("That page is too old; please choose again."))
        if job.verdict == "reject":
            reason = reason_for(reason)
        if job.verdict == "postpone" and (until is None or until <= timezone.now()):
            raise Refused(_("Choose a day that is still to come."))
        job.reason, job.until, job.state = reason.strip()[:500], until, ReviewJob.State.QUEUED
        job.save(update_fields=["reason", "until", "state"])
    return job


def run(batch: UUID) -> ReviewJob:
    """Runs a job to its end; continues where another worker stopped."""
    while (job := _slice(batch)).state == ReviewJob.State.RUNNING:
        log.info("review job %s: %s of %s", batch, job.position, len(job.shown))
    return job


def fail(batch: UUID, why: str) -> None:
    """Marks a job as failed. What it has decided so far stays, under its batch number."""
    going = ReviewJob.objects.filter(batch=batch).exclude(state=ReviewJob.State.DONE)
    going.update(state=ReviewJob.State.FAILED, error=why[:500], finished_at=timezone.now())


def _slice(batch: UUID) -> ReviewJob:
    """Decides and counts the next changes of a job in one transaction."""
    with transaction.atomic():
        job = ReviewJob.objects.select_for_update().select_related("person").get(batch=batch)
        if job.state not in (ReviewJob.State.QUEUED, ReviewJob.State.RUNNING):
            return job
        if not (job.person.is_active and job.person.has_perm("curation.decide_change")):
            fail(batch, _("%(person)s may not decide changes any more.") % {"person": job.person})
            return ReviewJob.objects.get(batch=batch)
        job.started_at = job.started_at or timezone.now()
        items = sorted((int(pk), fingerprint) for pk, fingerprint in job.shown.items())
        part = dict(items[job.position : job.position + SLICE])
        outcome = _decide(job, part)
        job.position += len(part)
        job.done += len(outcome.done)
        job.waiting += len(outcome.waiting)
        job.refused = [*job.refused, *([pk, why] for pk, why in outcome.refused)][:_REFUSALS_KEPT]
        over = job.position >= len(items)
        job.state = ReviewJob.State.DONE if over else ReviewJob.State.RUNNING
        job.finished_at = timezone.now() if over else None
        job.save(update_fields=["started_at", "position", "done", "waiting", "refused", "state", "finished_at"])
    return job


def _decide(job: ReviewJob, part: Mapping[int, str]) -> ReviewOutcome:
    if job.verdict == "approve":
        return decisions.approve(part, actor=job.person, reason=job.reason, batch=job.batch)
    if job.verdict == "reject":
        return decisions.reject(part, actor=job.person, reason=job.reason)
    if job.until is None:
        raise Refused(_("Choose a day that is still to come."))
    return postpone.postpone(part, until=job.until, actor=job.person)
