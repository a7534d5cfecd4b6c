"""How long a process waits for another writer of the database.

A page request gives up after seconds and reports a busy database; a sync or a worker keeps waiting.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

WAIT_MS: Final = 2000
"""How long each attempt of a request waits for another writer."""
_NOTE_MS: Final = 50
"""How long an optional write, which may be lost, waits for it."""
_BUSY: Final = ("database is locked", "database table is locked", "lock timeout", "deadlock detected")


def is_busy(error: BaseException | None) -> bool:
    """Whether a database error only means that another process is writing."""
    return isinstance(error, OperationalError) and any(words in str(error) for words in _BUSY)


def limit_waiting() -> None:
    """Limits how long new connections of this process wait to two seconds. For processes that serve requests."""

    connection_created.connect(_limit, dispatch_uid=__name__)


def _limit(connection: BaseDatabaseWrapper, **sent: Any) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA busy_timeout = {WAIT_MS}")
        elif connection.vendor == "postgresql":
            cursor.execute(f"SET lock_timeout = {WAIT_MS}")


@contextmanager
def impatient() -> Iterator[None]:
    """Within the block, writes to SQLite do not wait for another writer, such as a sync."""
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
