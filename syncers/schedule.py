"""The beat schedule: one periodic task per source, created from its declaration and then edited by curators only."""

from __future__ import annotations

import json
import zlib
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from syncers.registry import all_sources

JOBS = {
    "expired pins": ("syncers.end_expired_pins", timedelta(minutes=15)),
    "changes nobody objected to": ("curation.apply_due", timedelta(minutes=15)),
    "matching queue": ("syncers.find_matches", timedelta(days=1)),
    "notifications": ("curation.tell", timedelta(minutes=5)),
}


def ensure_schedule() -> int:
    """Creates the missing tasks. Existing ones keep what people changed in them. Returns how many are new."""
    created = 0
    for source in all_sources():
        if source.nothing_fetched:
            continue
        # Spread the first runs over the interval, so that all sources do not start in the same second after a restart.
        offset = zlib.crc32(source.slug.encode()) % max(int(source.every.total_seconds()), 1)
        created += _ensure(
            f"sync: {source.slug}", "syncers.sync_source", source.every, [source.slug], f"Reads {source.label}.", offset
        )
    for name, (task, every) in JOBS.items():
        created += _ensure(name, task, every, [], "", 0)
    return created


def next_runs(now: datetime) -> dict[str, datetime]:
    """The next scheduled run of each source, by slug, in one query; sources without a schedule are left out."""
    tasks = PeriodicTask.objects.filter(task="syncers.sync_source", enabled=True)
    due_at: dict[str, datetime] = {}
    for task in tasks.select_related("interval", "crontab", "solar", "clocked"):
        try:
            slug = json.loads(task.args)[0]
            left = task.schedule.remaining_estimate(task.last_run_at or now)
        except (ValueError, LookupError, TypeError, AttributeError):
            continue  # people can write anything into a task
        due = max(now, now + left) if task.last_run_at else now
        due_at[slug] = min(due, due_at.get(slug, due))
    return due_at


def _ensure(name: str, task: str, every: timedelta, args: list[str], description: str, offset: int) -> int:
    existing = PeriodicTask.objects.filter(Q(name=name) | Q(task=task, args=json.dumps(args)))  # people rename them
    if existing.exists():
        return 0
    PeriodicTask.objects.create(
        name=name,
        task=task,
        interval=_interval(int(every.total_seconds() // 60)),
        args=json.dumps(args),
        description=description,
        last_run_at=timezone.now() - every + timedelta(seconds=offset),
        # A task that no worker took in time expires: after an outage there is one of each to do, not hundreds.
        expire_seconds=int(every.total_seconds()),
    )
    return 1


def _interval(minutes: int) -> IntervalSchedule:
    wanted = {"every": minutes, "period": IntervalSchedule.MINUTES}
    return IntervalSchedule.objects.filter(**wanted).first() or IntervalSchedule.objects.create(**wanted)
