"""Notifications about sources (see `curation.notifications`): quarantined runs, failing sources."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.urls import reverse

from curation.models import Event, Notice, Source
from curation.notifications import wake
from syncers.models import Run
from syncers.monitoring.health import TROUBLED, SourceState, health

_LOOKED_BACK: Final = timedelta(days=7)
_SAYS: Final = {
    SourceState.FAILING: "fails",
    SourceState.STALE: "has had no good run for too long",
    SourceState.INSTALLED: "has not been reached",
    SourceState.STUCK: "has a run that does not end",
}


def run_ended(sender: Any, instance: Run, **signal: Any) -> None:
    """Receiver of `post_save`: notifications of a finished run are sent at once."""
    if instance.finished_at is not None:
        wake()


def quarantined(at: datetime) -> Iterator[Notice]:
    """One for each quarantined payload, however often it is sent again."""
    runs = Run.objects.filter(status=Run.Status.QUARANTINED, started_at__gte=at - _LOOKED_BACK)
    for run in runs.select_related("payload").defer("payload__body").order_by("started_at"):
        yield Notice(
            key=f"quarantine:{run.source_id}:{run.payload.digest if run.payload else run.pk}",
            event=Event.QUARANTINE,
            title=f"{run.source_id}: {run.error}"[:400],
            path=reverse("admin:syncers_run_change", args=[run.pk]),
        )


def failing(at: datetime) -> Iterator[Notice]:
    """One each time a source starts to fail, until its next good run."""
    sources = list(Source.objects.filter(enabled=True))
    states = health(sources, now=at)
    for source in sources:
        source_health = states[source.slug]
        if source_health.state not in TROUBLED:  # without a network too: the message leaves when there is one again
            continue
        error = source_health.error
        since = source.last_good_at.isoformat() if source.last_good_at else "never"
        yield Notice(
            key=f"failing:{source.slug}:{since}",
            event=Event.FAILING,
            title=f"{source.slug} {_SAYS[source_health.state]}{': ' if error else ''}{error}"[:400],
            path=reverse("admin:curation_source_change", args=[source.pk]),
            weight=1 if source.last_good_at is None else 0,
        )
