"""How long a process waits while another one writes to the database.

A person who waits for a page is told after seconds that the database is busy; a sync or a worker has time, and queues.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

WAIT_MS: Final = 2000
"""For how long a request waits for another writer, each time that it is tried."""
_NOTE_MS: Final = 50
"""For how long a note on the way, which may be lost, waits for it."""
_BUSY: Final = ("database is locked", "database table is locked", "lock timeout", "deadlock detected")


def is_busy(error: BaseException | None) -> bool:
    """Whether a database error only says that another writer is at work."""
    return isinstance(error, OperationalError) and any(words in str(error) for words in _BUSY)


def limit_waiting() -> None:
    """From now on, new connections of this process wait for two seconds. For processes that answer requests."""
    connection_created.connect(_limit, dispatch_uid=__name__)


def _limit(connection: BaseDatabaseWrapper, **sent: Any) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA busy_timeout = {WAIT_MS}")
        elif connection.vendor == "postgresql":
            cursor.execute(f"SET lock_timeout = {WAIT_MS}")


@contextmanager
def impatient() -> Iterator[None]:
    """SQLite has one writer; while that is a sync, this does not queue up behind it."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        usual = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {_NOTE_MS}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(usual)}")
