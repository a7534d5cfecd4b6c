"""The whole catalogue as finished bytes, served from memory whatever the traffic.

The database keeps the bytes as the truth for all processes; each process holds the newest ones and notices with one
small query that there are newer. `registry.exports.rendering` makes them after each publication: until that is done,
the last ones are served, and say by their revision how old they are.
"""

from __future__ import annotations

import gzip
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from django.conf import settings

from registry.catalogue import queries
from registry.catalogue.queries import Stamp
from registry.exports import rendering
from registry.exports.rendering import CATALOGUE, JSON
from registry.models import Document, Revision

log = logging.getLogger(__name__)

__all__ = ["CATALOGUE", "JSON", "CachedDocument", "NotRendered", "awaited", "current", "forget"]

Found = TypeVar("Found")

FIRST_WAIT_SECONDS: Final = 2.0
"""For how long the first reader waits where nothing was ever rendered."""
_LOOK_EVERY_SECONDS: Final = 0.1


class NotRendered(Exception):
    """Something is published, and no document of it is there yet. It is being made."""


@dataclass(frozen=True, slots=True)
class CachedDocument:
    """A document as it is served. `etag` is the quoted digest of the content; `length` counts bytes before gzip."""

    body_gzip: bytes
    etag: str
    length: int
    revision: int
    serial: int
    content_type: str
    published_at: datetime

    def body(self) -> bytes:
        """The content itself, for the few clients that do not take gzip."""
        return gzip.decompress(self.body_gzip)


def current(name: str) -> CachedDocument | None:
    """The newest rendering of a document; None when nothing was published yet. One small query when nothing changed.

    Raises NotRendered where none is there and none is made within two seconds.
    """
    stamp = queries.latest()
    if stamp is None:
        return None
    held = _held.get(name)
    if held and held[0] == stamp:
        return held[1]
    document = _newest(name, stamp, held[1] if held else None) or _first(name, stamp)
    if document.serial < stamp.serial and _see_to_it(name, stamp):
        document = _newest(name, stamp, document) or document
    _held[name] = (stamp if document.serial == stamp.serial else None, document)
    return document


def forget() -> None:
    """Drops what this process holds, as tests need between databases."""
    _held.clear()
    rendering.watch.forget()


_held: dict[str, tuple[Stamp | None, CachedDocument]] = {}
"""Name → the revision that the document was found to be of, None while it is behind; and the document."""


def _newest(name: str, stamp: Stamp, held: CachedDocument | None) -> CachedDocument | None:
    """The document that is kept, from memory where that is the same one; None where there is none."""
    kept = Document.objects.filter(name=name)
    if held and kept.filter(serial=held.serial, digest=held.etag.strip('"')).exists():
        return held
    document = kept.first()
    return _cached(document, stamp) if document else None


def _first(name: str, stamp: Stamp) -> CachedDocument:
    """Waits a moment for a document that was never rendered."""
    _see_to_it(name, stamp, urgent=True)
    return awaited(lambda: _newest(name, stamp, None), "the catalogue")


def awaited(look: Callable[[], Found | None], what: str) -> Found:
    """Waits a moment for what is being made. Raises NotRendered."""
    until = time.monotonic() + FIRST_WAIT_SECONDS
    while (found := look()) is None:
        if time.monotonic() > until:
            raise NotRendered(f"{what} is being rendered for the first time; ask again in a few seconds")
        time.sleep(_LOOK_EVERY_SECONDS)
    return found


def _see_to_it(name: str, stamp: Stamp, *, urgent: bool = False) -> bool:
    """Has a document rendered. Returns whether that was done at once."""
    if not settings.RENDER_INLINE:
        rendering.watch.noticed(stamp, urgent=urgent)
        return False
    try:
        rendering.render(name)
    except Exception:
        if urgent:
            raise
        log.exception("%s could not be rendered; the last good one is served", name)
    return True


def _cached(document: Document, stamp: Stamp) -> CachedDocument:
    is_newest = document.serial == stamp.serial
    published_at = stamp.at if is_newest else Revision.objects.get(number=document.revision).created_at
    return CachedDocument(
        bytes(document.body),
        f'"{document.digest}"',
        document.length,
        document.revision,
        document.serial,
        document.content_type,
        published_at,
    )
