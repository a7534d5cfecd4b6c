"""The scheduler behind `celery -A config beat`: what is due stands in the database, where curators change it."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django_celery_beat.schedulers import DatabaseScheduler

from registry.database import readiness
from registry.domain import heartbeat


class Scheduler(DatabaseScheduler):
    def __init__(self, *args: Any, **options: Any) -> None:
        refuse_unusable_database()
        super().__init__(*args, **options)  # type: ignore[no-untyped-call]

    def tick(self, *args: Any, **options: Any) -> Any:
        interval = super().tick(*args, **options)
        heartbeat.beat()
        return interval


def refuse_unusable_database() -> None:
    """Ends a process that could do nothing. Raises SystemExit with the reason and what to do."""
    if reason := readiness.why_not():
        raise SystemExit(reason)
    connection.close()  # processes that are made from this one must not share it
