from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask
from django_celery_beat.schedulers import ModelEntry

from config.celery import app
from syncers.registry import all_sources
from syncers.schedule import JOBS, ensure_schedule

pytestmark = pytest.mark.django_db


def every(task: PeriodicTask) -> timedelta:
    assert task.interval
    interval: timedelta = task.interval.schedule.run_every
    return interval


def scheduled() -> list[str]:
    return [source.slug for source in all_sources() if not source.nothing_fetched]


def test_it_schedules_every_source_and_the_jobs_of_the_day() -> None:
    created = ensure_schedule()

    names = {f"sync: {slug}" for slug in scheduled()} | set(JOBS)
    assert set(PeriodicTask.objects.exclude(task__startswith="celery.").values_list("name", flat=True)) == names
    assert created == len(names)


def test_it_makes_nothing_the_second_time() -> None:
    ensure_schedule()
    before = list(PeriodicTask.objects.order_by("pk").values())
    intervals = IntervalSchedule.objects.count()

    assert ensure_schedule() == 0
    assert list(PeriodicTask.objects.order_by("pk").values()) == before
    assert IntervalSchedule.objects.count() == intervals


def test_it_makes_again_only_what_is_missing() -> None:
    ensure_schedule()
    PeriodicTask.objects.get(name="sync: curated").delete()

    assert ensure_schedule() == 1
    assert PeriodicTask.objects.filter(name="sync: curated").count() == 1


def test_it_keeps_what_people_made_of_a_task() -> None:
    ensure_schedule()
    weekly = IntervalSchedule.objects.create(every=7, period=IntervalSchedule.DAYS)
    PeriodicTask.objects.filter(name="sync: curated").update(enabled=False, interval=weekly, description="Not now.")

    assert ensure_schedule() == 0
    task = PeriodicTask.objects.get(name="sync: curated")
    assert (task.enabled, task.interval, task.description) == (False, weekly, "Not now.")


def test_it_knows_a_task_again_that_was_renamed() -> None:
    ensure_schedule()
    PeriodicTask.objects.filter(name="sync: curated").update(name="our own files, nightly")

    assert ensure_schedule() == 0
    assert PeriodicTask.objects.filter(args='["curated"]').count() == 1


def test_it_gives_each_source_the_interval_that_it_declares() -> None:
    ensure_schedule()

    for source in all_sources():
        if source.nothing_fetched:
            continue
        task = PeriodicTask.objects.get(name=f"sync: {source.slug}")
        assert every(task) == source.every
        assert (task.task, json.loads(task.args)) == ("syncers.sync_source", [source.slug])


def test_it_does_not_mind_that_someone_made_the_same_interval_twice() -> None:
    for _ in range(2):
        IntervalSchedule.objects.create(every=1440, period=IntervalSchedule.MINUTES)
        IntervalSchedule.objects.create(every=15, period=IntervalSchedule.MINUTES)

    assert ensure_schedule() > 0


def test_it_spreads_the_first_runs_over_the_interval() -> None:
    ensure_schedule()
    due = set()
    for task in PeriodicTask.objects.filter(task="syncers.sync_source"):
        assert task.last_run_at is not None
        first = task.last_run_at + every(task)
        assert timedelta(seconds=-60) < first - timezone.now() < every(task)
        due.add(round(first.timestamp()))

    assert len(due) > len(scheduled()) // 2


def test_it_lets_a_message_expire_before_the_next_one_comes() -> None:
    """After an outage of the workers at most one run of each source is waiting."""
    ensure_schedule()

    for task in PeriodicTask.objects.filter(task="syncers.sync_source"):
        assert (ModelEntry(task, app=app).options or {})["expires"] == every(task).total_seconds()


def test_it_names_only_tasks_that_workers_know() -> None:
    ensure_schedule()
    app.loader.import_default_modules()

    assert set(PeriodicTask.objects.values_list("task", flat=True)) <= set(app.tasks)
