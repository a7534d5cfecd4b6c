"""The whole catalogue as finished bytes: rendered once per revision, then served from memory whatever the traffic.

The database keeps the bytes as the truth for all processes; each process holds the newest ones and notices with one
small query that there are newer. The same revision gives the same bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from registry import published, representation
from registry.models import Document, Revision
from registry.published import Stamp

log = logging.getLogger(__name__)

CATALOGUE: Final = "catalogue.json"
JSON: Final = "application/json"
_GZIP_LEVEL: Final = 6
_ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True)
class CachedDocument:
    """A document as it is served. `etag` is the quoted digest of the content; `length` counts bytes before gzip."""

    body_gzip: bytes
    etag: str
    length: int
    revision: int
    content_type: str
    published_at: datetime

    def body(self) -> bytes:
        """The content itself, for the few clients that do not take gzip."""
        return gzip.decompress(self.body_gzip)


def render(revision: int) -> None:
    """Renders all documents of the newest revision, which is at least this one, unless they are there already."""
    stamp = published.latest()
    if stamp is None or stamp.number < revision:
        log.error("asked to render revision %s, but %s is the newest", revision, stamp)
        return
    for name in RENDERERS:
        if not Document.objects.filter(name=name, revision__gte=stamp.number).exists():
            _render(name)


def current(name: str) -> CachedDocument | None:
    """The newest state of a document; None when nothing was published yet. One small query when nothing changed.

    When a document cannot be rendered, the last one that could stays: older, whole, and saying so by its revision.
    """
    stamp = published.latest()
    if stamp is None:
        return None
    if (held := _held.get(name)) and held[0] == stamp:
        return held[1]
    with _lock:
        if (held := _held.get(name)) and held[0] == stamp:
            return held[1]
        stored = Document.objects.filter(name=name).first()
        if stored is None or stored.revision < stamp.number:
            stored = _render_or_keep(name, stored)
        if stored.revision < stamp.number:
            return _cached(stored, Revision.objects.get(number=stored.revision).created_at)
        cached = _cached(stored, stamp.at)
        _held[name] = (stamp, cached)
        return cached


def forget() -> None:
    """Drops what this process holds, as tests need between databases."""
    _held.clear()


_lock = threading.Lock()
_held: dict[str, tuple[Stamp, CachedDocument]] = {}


def _cached(document: Document, published_at: datetime) -> CachedDocument:
    return CachedDocument(
        bytes(document.body),
        f'"{document.digest}"',
        document.length,
        document.revision,
        document.content_type,
        published_at,
    )


def _render_or_keep(name: str, stored: Document | None) -> Document:
    try:
        return _render(name)
    except Exception:
        if stored is None:
            raise
        log.exception("%s could not be rendered; serving revision %s", name, stored.revision)
        return stored


def _render(name: str) -> Document:
    """Renders one document and keeps it, unless a newer one is there already."""
    for _ in range(_ATTEMPTS):
        before = published.latest()
        if before is None:
            raise LookupError("nothing is published yet")
        content = RENDERERS[name](before)
        # Nobody published while it was read, so all of it is of one revision.
        if published.latest() == before:
            break
    else:
        raise RuntimeError(f"the catalogue kept changing while {name} was rendered")
    document = Document(
        name=name,
        revision=before.number,
        content_type=JSON,
        body=gzip.compress(content, _GZIP_LEVEL, mtime=0),
        length=len(content),
        digest=hashlib.sha256(content).hexdigest(),
    )
    _keep(document)
    return document


def _keep(document: Document) -> None:
    values = {
        field.attname: getattr(document, field.attname)
        for field in Document._meta.concrete_fields
        if not field.primary_key
    }
    older = Document.objects.filter(name=document.name, revision__lte=document.revision)
    if not older.update(**values):
        Document.objects.bulk_create([document], ignore_conflicts=True)
        # For the case that another process kept an older one just now.
        older.exclude(digest=document.digest).update(**values)


def _catalogue(stamp: Stamp) -> bytes:
    """All offerings with provenance, all models and providers. Prices are those in force on the day of publication."""
    content: dict[str, Any] = {
        "revision": stamp.number,
        "published_at": representation.instant(stamp.at),
        # Written one by one: thousands of offerings as Python objects at once would be ten times the bytes.
        "offerings": [orjson.Fragment(_dump(one)) for one in published.all_offerings_json(stamp.at.date())],
        "models": published.models_json(),
        "providers": published.providers_json(),
    }
    return _dump(content)


def _dump(data: Any) -> bytes:
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS)


RENDERERS: Final[Mapping[str, Callable[[Stamp], bytes]]] = {CATALOGUE: _catalogue}
