"""Reading from one state of the database: rows, headers and tags of one answer belong together.

On SQLite every `atomic()` of this project is a writer, so that writers queue instead of failing half-way; a reader must
not be one, or it would wait for every publication.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

_put_off: ContextVar[list[Callable[[], object]] | None] = ContextVar("put_off", default=None)


@contextmanager
def snapshot() -> Iterator[None]:
    """A transaction that only reads, and sees the database as it was at its first query. Inside another it is that one.

    What has to be written on the way is put off with `afterwards`.
    """
    if _put_off.get() is not None:
        yield
        return
    writes: list[Callable[[], object]] = []
    token = _put_off.set(writes)
    try:
        with _reading():
            yield
    finally:
        _put_off.reset(token)
    for write in writes:
        write()


def afterwards(write: Callable[[], object]) -> None:
    """Writes once the snapshot is over; at once where none is open."""
    writes = _put_off.get()
    if writes is None:
        write()
    else:
        writes.append(write)


@contextmanager
def _reading() -> Iterator[None]:
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with _deferred(), transaction.atomic():
            yield
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield


@contextmanager
def _deferred() -> Iterator[None]:
    """Transactions of this connection begin without the write lock."""
    connection.ensure_connection()
    usual = connection.transaction_mode  # type: ignore[attr-defined]
    connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]
    try:
        yield
    finally:
        connection.transaction_mode = usual  # type: ignore[attr-defined]
