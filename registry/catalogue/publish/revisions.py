"""The lock of the one writer, the numbers of revisions, and the signal that one was published."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.dispatch import Signal

from registry.models import Revision

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

published: Final = Signal()
"""Sent once for each publication, after it was committed."""


@contextmanager
def sole_writer() -> Iterator[None]:
    """A transaction that holds the publication lock: nobody else publishes while it is open.

    Nested ones do nothing.
    """
    if _is_sole_writer.get():
        yield
        return
    with transaction.atomic():
        if Revision.objects.select_for_update().filter(number=0).first() is None:
            _make_empty_catalogue()
        token = _is_sole_writer.set(True)
        try:
            yield
        finally:
            _is_sole_writer.reset(token)


def is_sole_writer() -> bool:
    """Whether nobody else publishes until the present transaction ends."""
    return _is_sole_writer.get()


_is_sole_writer: ContextVar[bool] = ContextVar("is_sole_writer", default=False)


def _make_empty_catalogue() -> None:
    """Writes revision 0, which is the lock, and takes it."""
    empty = {"created_at": _EPOCH, "actor": "registry", "batch": UUID(int=0), "reason": "the empty catalogue"}
    Revision.objects.get_or_create(number=0, defaults=empty)
    Revision.objects.select_for_update().get(number=0)


def announce() -> None:
    """Sends `published` once the present transaction is committed."""
    transaction.on_commit(lambda: published.send(sender=None))


def newest_revision() -> Revision:
    """The newest revision, revision 0 included."""
    return Revision.objects.order_by("-number")[0]


def next_revision(*, actor: str, reason: str, batch: UUID, at: datetime, entries: int) -> Revision:
    """Makes the next revision. `entries` counts the values that it changes."""
    newest = newest_revision()
    return Revision.objects.create(
        number=newest.number + 1,
        serial=newest.serial + 1,
        created_at=at,
        actor=actor,
        reason=reason[:500],
        batch=batch,
        entries_count=entries,
    )
