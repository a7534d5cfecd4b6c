"""Finished documents, served from memory whatever the traffic.

The database keeps the bytes as the truth for all processes; each process holds the newest ones and notices with a small
query that there are newer. They are made after a publication, and never inside of a request: until that is done, the
last ones are served, and say by their revision how old they are.
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

from registry.catalogue.per_revision import PerRevision
from registry.catalogue.queries import Stamp
from registry.models import Document, Revision

log = logging.getLogger(__name__)

FIRST_WAIT_SECONDS: Final = 2.0
"""For how long the first reader waits where nothing was ever made."""
_LOOK_EVERY_SECONDS: Final = 0.1


class NotRendered(Exception):
    """Something is published, and no document of it is there yet. It is being made."""


@dataclass(frozen=True, slots=True)
class File:
    """A document as it is served. `etag` is the quoted digest of the content; `length` counts bytes before gzip."""

    body_gzip: bytes
    etag: str
    length: int
    content_type: str
    revision: int
    serial: int
    """`Revision.serial` of what it shows."""
    row: str
    """The name of its row: that of the document and, where it depends on more than the serial, on what."""
    published_at: datetime

    def body(self) -> bytes:
        """The content itself, for the few clients that do not take gzip."""
        return gzip.decompress(self.body_gzip)


class Served(ABC):
    """Documents of one kind: how they are made, and the newest one of each name."""

    what: str
    """What is being made, for who has to wait for the first one."""

    def __init__(self) -> None:
        self._held = PerRevision[File]()

    @abstractmethod
    def make(self, name: str) -> None:
        """Makes a document here and now."""

    @abstractmethod
    def call(self, name: str, stamp: Stamp, *, urgent: bool) -> None:
        """Has another process make it, unless one is at it."""

    def current(self, name: str, stamp: Stamp, row: str) -> File:
        """The document that shows a revision, kept in that row, or the last one while it is behind. Raises NotRendered
        where none is there and none is made within two seconds.
        """
        state, held = (stamp, row), self._held.last(name)
        if held and held[0] == state:
            return held[1]
        file = _newest(name, stamp, held[1] if held else None) or self._first(name, stamp)
        if _is_behind(file, stamp, row) and self._see_to_it(name, stamp):
            file = _newest(name, stamp, file) or file
        self._held.put(None if _is_behind(file, stamp, row) else state, file, name)
        return file

    def _first(self, name: str, stamp: Stamp) -> File:
        """Waits a moment for a document that was never made."""
        self._see_to_it(name, stamp, urgent=True)
        until = time.monotonic() + FIRST_WAIT_SECONDS
        while (file := _newest(name, stamp, None)) is None:
            if time.monotonic() > until:
                raise NotRendered(f"{self.what} is being rendered for the first time; ask again in a few seconds")
            time.sleep(_LOOK_EVERY_SECONDS)
        return file

    def _see_to_it(self, name: str, stamp: Stamp, *, urgent: bool = False) -> bool:
        """Has a document made. Returns whether that was done at once."""
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


def _is_behind(file: File, stamp: Stamp, row: str) -> bool:
    return file.serial < stamp.serial or file.row != row


def _newest(name: str, stamp: Stamp, held: File | None) -> File | None:
    """The document that is kept, from memory where that is the same one; None where there is none."""
    kept = Document.objects.filter(Q(name=name) | Q(name__startswith=f"{name} ")).order_by("-serial", "-name")
    if held and kept.values_list("serial", "name", "digest").first() == (held.serial, held.row, held.etag.strip('"')):
        return held
    row = kept.first()
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
