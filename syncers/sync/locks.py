"""A named lock across processes, released when its holder dies."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection


class AlreadyRunning(Exception):
    """Somebody else holds the lock."""


@contextmanager
def only_one(name: str) -> Iterator[None]:
    """Holds the lock of that name, or raises AlreadyRunning at once.

    On PostgreSQL a session-level advisory lock, shared by all machines; elsewhere a lock file in `var/`. Both are
    released when the process ends.
    """
    if connection.vendor == "postgresql":
        with _advisory(name):
            yield
    else:
        with _lock_file(name):
            yield


@contextmanager
def _advisory(name: str) -> Iterator[None]:
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        if not cursor.fetchone()[0]:
            raise AlreadyRunning(name)
    try:
        yield
    finally:
        # A lost connection has released the lock, and the error inside the block is the one to report.
        with suppress(OperationalError, InterfaceError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


@contextmanager
def _lock_file(name: str) -> Iterator[None]:
    folder = settings.VAR_DIR / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / hashlib.sha256(name.encode()).hexdigest()[:24]).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AlreadyRunning(name) from error
        yield
