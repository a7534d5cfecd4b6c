"""Rendered documents, served from memory.

The database stores the bytes for all processes; each process caches the newest ones and checks with a small query for
newer ones. They are rendered after a publication, never inside a request: until then the last ones are served, with
their own revision.
"""

from __future__ import annotations

import gzip
import logging
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from registry.catalogue.per_revision import PerRevision
from registry.catalogue.queries import Stamp
from registry.models import Document, Revision

log = logging.getLogger(__name__)

FIRST_WAIT_SECONDS: Final = 2.0
"""How long the first reader waits where nothing was ever rendered."""
_LOOK_EVERY_SECONDS: Final = 0.1


class NotRendered(Exception):
    """Something is published, but its document is not rendered yet."""


@dataclass(frozen=True, slots=True)
class File:
    """A document as it is served. `etag` is the quoted digest of the content; `length` counts bytes before gzip."""

    body_gzip: bytes
    etag: str
    length: int
    content_type: str
    revision: int
    serial: int
    """`Revision.serial` of its content."""
    row: str
    """The name of its row: that of the document, with what else it depends on besides the serial."""
    published_at: datetime

    def body(self) -> bytes:
        """The uncompressed content, for the few clients that do not accept gzip."""
        return gzip.decompress(self.body_gzip)


class Served(ABC):
    """Documents of one kind: how they are rendered, and the newest one of each name."""

    what: str
    """What is being rendered, for messages to those who wait for the first one."""

    def __init__(self) -> None:
        self._held = PerRevision[File]()

    @abstractmethod
    def make(self, name: str) -> None:
        """Renders a document in this process."""

    @abstractmethod
    def call(self, name: str, stamp: Stamp, *, urgent: bool) -> None:
        """Has another process render it, unless one does already."""

    def current(self, name: str, stamp: Stamp, row: str) -> File:
        """The document of a revision, stored in that row, or the last one while it is outdated.

        Raises NotRendered where there is none and none is rendered within two seconds.
        """
        state, cached = (stamp, row, timezone.now().date()), self._held.last(name)
        if cached and cached[0] == state:
            return cached[1]
        file = _newest(name, stamp, cached[1] if cached else None) or self._first(name, stamp)
        is_behind = self._is_behind(file, name, stamp, row)
        if is_behind and self._see_to_it(name, stamp):
            file = _newest(name, stamp, file) or file
            is_behind = self._is_behind(file, name, stamp, row)
        self._held.put(None if is_behind else state, file, name)
        return file

    def is_of_earlier_day(self, name: str) -> bool:
        """Whether the stored document reads differently today, though nothing was published."""
        return False

    def _is_behind(self, file: File, name: str, stamp: Stamp, row: str) -> bool:
        return file.serial < stamp.serial or file.row != row or self.is_of_earlier_day(name)

    def _first(self, name: str, stamp: Stamp) -> File:
        """Waits briefly for a document that was never rendered."""
        self._see_to_it(name, stamp, urgent=True)
        until = time.monotonic() + FIRST_WAIT_SECONDS
        while (file := _newest(name, stamp, None)) is None:
            if time.monotonic() > until:
                raise NotRendered(f"{self.what} is being rendered for the first time; ask again in a few seconds")
            time.sleep(_LOOK_EVERY_SECONDS)
        return file

    def _see_to_it(self, name: str, stamp: Stamp, *, urgent: bool = False) -> bool:
        """Has a document rendered. Returns whether that was done at once."""
        if not settings.RENDER_INLINE:
            self.call(name, stamp, urgent=urgent)
            return False
        try:
            self.make(name)
        except Exception:
            if urgent:
                raise
            log.exception("%s could not be rendered; the last good one is served", name)
        return True


def _newest(name: str, stamp: Stamp, cached: File | None) -> File | None:
    """The stored document, from the cache where that is the same one; None where there is none."""
    documents = Document.objects.filter(Q(name=name) | Q(name__startswith=f"{name} ")).order_by("-serial", "-name")
    if cached and documents.values_list("serial", "name", "digest").first() == (
        cached.serial,
        cached.row,
        cached.etag.strip('"'),
    ):
        return cached
    row = documents.first()
    if row is None:
        return None
    is_newest = row.serial == stamp.serial
    return File(
        bytes(row.body),
        f'"{row.digest}"',
        row.length,
        row.content_type,
        row.revision,
        row.serial,
        row.name,
        stamp.at if is_newest else Revision.objects.get(number=row.revision).created_at,
    )
