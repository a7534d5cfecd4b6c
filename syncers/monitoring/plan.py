"""A source's schedule: its next run, its freshness objective, and who paused it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils.timesince import timeuntil

from curation.models import Source
from syncers.monitoring.health import Health


@dataclass(frozen=True, slots=True)
class Plan:
    """A source's freshness for a page."""

    hours: str
    """Its interval, which is its objective: it should never be older than that."""
    next_run: datetime | None
    ahead: str
    """The time until then, in words."""
    is_due: bool
    share: int | None
    """Age in per cent of the interval, at most 200; None when it was never read or is not scheduled."""
    tone: str

    @classmethod
    def of(cls, source: Source, health: Health, next_run: datetime | None, *, now: datetime) -> Plan:
        every = timedelta(seconds=max(source.every_seconds, 1))
        reads = source.enabled and not source.nothing_fetched
        share = min(200, round(100 * health.age / every)) if health.age is not None and reads else None
        tone = "" if share is None else "good" if share <= 100 else "late" if share < 200 else "bad"
        planned = next_run if reads else None
        ahead = timeuntil(planned, now, depth=1) if planned else ""
        is_due = planned is not None and planned <= now
        return cls(f"{source.every_seconds / 3600:g}", planned, ahead, is_due, share, tone)


@dataclass(frozen=True, slots=True)
class Pause:
    """Who paused a source, when, and the log message."""

    by: str
    at: datetime
    words: str


def last_paused(sources: Iterable[Source]) -> dict[str, Pause]:
    """The last entry in the admin's log about paused sources, by slug. No query when none is paused."""
    paused = [source.slug for source in sources if not source.enabled]
    if not paused:
        return {}
    kind = ContentType.objects.get_for_model(Source)
    entries = LogEntry.objects.filter(content_type=kind, object_id__in=paused).select_related("user")
    return {
        str(entry.object_id): Pause(entry.user.get_username(), entry.action_time, entry.get_change_message())
        for entry in entries.order_by("action_time")
    }
