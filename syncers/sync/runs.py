"""Runs in progress, and runs whose worker died, which would otherwise stay running for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from curation.review.decisions import Refused
from syncers.models import Run
from syncers.sync.locks import AlreadyRunning, only_one


def lock_name(source: str) -> str:
    """Name of the lock that is held while a source is read."""
    return f"sync:{source}"


def longest() -> timedelta:
    """The longest time a run may take: workers are stopped then."""
    return timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT)


def stuck(now: datetime) -> Q:
    """Runs that should have ended long ago."""
    return Q(status=Run.Status.RUNNING, started_at__lt=now - longest())


def is_stuck(run: Run, *, now: datetime) -> bool:
    """Whether a run should have ended long ago."""
    return run.status == Run.Status.RUNNING and run.started_at < now - longest()


def close_lost(source: str, *, at: datetime) -> int:
    """Closes runs whose worker is gone. To be called with the source's lock held, which proves that.

    Returns how many were closed.
    """
    return _close(Run.objects.filter(source=source, status=Run.Status.RUNNING), "", at=at)


def close(run: Run, *, by: str) -> None:
    """Closes one lost run on behalf of a person. Raises Refused while it is running, or when it has ended."""
    try:
        with only_one(lock_name(run.source_id)):
            still = Run.objects.filter(pk=run.pk, status=Run.Status.RUNNING)
            if not _close(still, f" Closed by {by}.", at=timezone.now()):
                raise Refused(_("This run has already ended."))
    except AlreadyRunning as error:
        raise Refused(_("The source is being read at this moment; it is not lost.")) from error


def _close(lost: QuerySet[Run], more: str, *, at: datetime) -> int:
    error = f"its worker ended before the run did; nothing of it was kept.{more}"
    return lost.update(status=Run.Status.FAILED, finished_at=at, error=error)
