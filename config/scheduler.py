"""The scheduler behind `celery -A config beat`: schedules are in the database, where curators change them."""

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
    """Ends the process when the database is unusable. Raises SystemExit with the reason and what to do."""
    if reason := readiness.why_not():
        raise SystemExit(reason)
    connection.close()  # child processes must not share it
