"""Leases: one process does a task, and other processes see that it is being done.

A lease expires when its holder dies. It is a row and not a session lock, so it also works behind a connection pooler,
and on SQLite.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import uuid4

from django.db.models import Q
from django.utils import timezone

from registry.models import Lease

_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


def is_held(name: str) -> bool:
    """Whether some process holds the lease. One small query."""
    return Lease.objects.filter(name=name, until__gt=timezone.now()).exists()


class RenewedLease:
    """The lease of a long-running process: renewed regularly, released at its end."""

    def __init__(self, name: str, *, seconds: int) -> None:
        self._name, self._seconds, self._holder = name, seconds, _holder()
        self._renewed: datetime | None = None

    def renew(self) -> None:
        """Takes or renews it, once in a third of its duration. It may also be held by another process."""
        now = timezone.now()
        if self._renewed is None or now - self._renewed > timedelta(seconds=self._seconds / 3):
            _take(self._name, self._holder, self._seconds)
            self._renewed = now

    def end(self) -> None:
        """Releases it."""
        Lease.objects.filter(name=self._name, holder=self._holder).update(until=_NEVER)


@contextmanager
def taken(name: str, *, seconds: int) -> Iterator[bool]:
    """Holds the lease while the block runs, for at most `seconds`. Yields False where another process holds it."""
    holder = _holder()
    if not (is_ours := _take(name, holder, seconds)):
        yield False
        return
    try:
        yield is_ours
    finally:
        Lease.objects.filter(name=name, holder=holder).update(until=_NEVER)


def _holder() -> str:
    return f"{socket.gethostname()[:60]} {os.getpid()} {uuid4().hex[:8]}"


def _take(name: str, holder: str, seconds: int) -> bool:
    now = timezone.now()
    Lease.objects.get_or_create(name=name, defaults={"holder": "", "until": _NEVER})
    free = Lease.objects.filter(Q(until__lte=now) | Q(holder=holder), name=name)
    return bool(free.update(holder=holder, until=now + timedelta(seconds=seconds)))
