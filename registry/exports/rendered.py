"""Export files as finished bytes, served from memory whatever the traffic.

They are made when they are asked for, since many are never asked for, and like the catalogue document never inside of a
request: a child of the web process makes the one that is asked for, with those that were asked for before. The database
keeps them. Until the newest is there, the last one is served, with its own revision and tag.

What they show can change with the published catalogue, with the day (prices in force) and with the names of providers,
so all three say which file it is.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import subprocess
import threading
import time
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from registry.catalogue import queries
from registry.catalogue.snapshot import snapshot
from registry.exports import documents, exporting, lease, rendering
from registry.models import Document, Offering

log = logging.getLogger(__name__)

LEASE: Final = "render exports"
"""Held while one of them is made."""
AGAIN_AFTER_SECONDS: Final = 30.0
"""After what time a process is started again for a file."""
_GZIP_LEVEL: Final = 6
_DIGITS: Final = 12


class Version(NamedTuple):
    """Which file of a format it is."""

    serial: int
    """`Revision.serial` of what it shows."""
    row: str
    """The name of its row: the format, the day, and a digest of the providers."""


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """One export as it is served. `etag` is the quoted digest of the content; `length` counts bytes before gzip."""

    body_gzip: bytes
    etag: str
    length: int
    revision: int
    version: Version

    def body(self) -> bytes:
        """The content itself, for the few clients that do not take gzip."""
        return gzip.decompress(self.body_gzip)


def current(name: str, on: date) -> RenderedFile:
    """The file of one format with the prices of a day, or the last one while it is behind. Two small queries when
    nothing changed.

    Raises registry.exports.exporting.NothingPublished, and registry.exports.documents.NotRendered where none is there
    and none is made within two seconds.
    """
    wanted = _wanted(name, on)
    held = _held.get(name)
    if held and held.version == wanted:
        return held
    file = _newest(name, held) or _first(name)
    if file.version != wanted and _see_to_it(name):
        file = _newest(name, file) or file
    _held[name] = file
    return file


def forget() -> None:
    """Drops what this process holds, as tests need between databases."""
    _held.clear()
    _maker.forget()


_held: dict[str, RenderedFile] = {}


def _wanted(name: str, on: date) -> Version:
    """The version of a file that shows what is published now."""
    stamp = queries.latest()
    if stamp is None:
        raise exporting.NothingPublished(exporting.NO_CATALOGUE)
    return Version(stamp.serial, f"{name} {on} {queries.providers_digest()[:_DIGITS]}")


def _newest(name: str, held: RenderedFile | None) -> RenderedFile | None:
    """The file that is kept, from memory where that is the same one; None where there is none."""
    kept = Document.objects.filter(name__startswith=f"{name} ").order_by("-serial", "-name")
    newest = kept.values_list("serial", "name").first()
    if newest is None or (held and held.version == newest):
        return held
    row = kept.first()
    if row is None:
        return held
    return RenderedFile(bytes(row.body), f'"{row.digest}"', row.length, row.revision, Version(row.serial, row.name))


def _first(name: str) -> RenderedFile:
    """Waits a moment for a file that was never made."""
    if not Offering.objects.exists():
        raise exporting.NothingPublished(exporting.NO_CATALOGUE)
    _see_to_it(name, urgent=True)
    return documents.awaited(lambda: _newest(name, None), "this export")


def _see_to_it(name: str, *, urgent: bool = False) -> bool:
    """Has a file made. Returns whether that was done at once."""
    if not settings.RENDER_INLINE:
        _maker.ask(name)
        return False
    try:
        render(name, timezone.now().date())
    except Exception:
        if urgent:
            raise
        log.exception("the export %s could not be made; the last good one is served", name)
    return True


class _Maker:
    """The child process that makes exports: one at a time, and not again and again for what it cannot make."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._asked: dict[str, float] = {}

    def forget(self) -> None:
        """As tests need between databases."""
        self._asked.clear()

    def ask(self, name: str) -> None:
        """Starts the child for a file, unless one is at work here or elsewhere, or was started for it just now."""
        with self._lock:
            if self._child and self._child.poll() is None:
                return
            since = self._asked.get(name)
            if since is not None and time.monotonic() - since < AGAIN_AFTER_SECONDS:
                return
            if not lease.is_held(LEASE):
                self._asked[name] = time.monotonic()
                self._child = rendering.start_child("--export", name)


_maker: Final = _Maker()


# -- making them ------------------------------------------------------------------------------------------------------


def catch_up(name: str = "") -> None:
    """Makes the file of a format, if one is named, then those of others that were asked for before, as far as they are
    behind. Leaves it to whoever does so already.
    """
    kept = {row.partition(" ")[0] for row in Document.objects.values_list("name", flat=True)}
    others = sorted(kept.intersection(exporting.AT_ADDRESSES) - {name})
    for each in (*filter(None, [name]), *others):
        with lease.taken(LEASE, seconds=rendering.LEASE_SECONDS) as is_ours:
            if not is_ours:
                return
            on = timezone.now().date()
            wanted = _wanted(each, on)
            if not Document.objects.filter(name=wanted.row, serial__gte=wanted.serial).exists():
                render(each, on)


def render(name: str, on: date) -> None:
    """Makes the file of a format with the prices of a day and keeps it. Raises
    registry.exports.exporting.NothingPublished.
    """
    with snapshot():
        version, stamp = _wanted(name, on), queries.latest()
        content = b"".join(exporting.export(name, on=on))
    made = Document(
        name=version.row,
        revision=stamp.number if stamp else 0,
        serial=version.serial,
        content_type=exporting.content_type(name),
        body=gzip.compress(content, _GZIP_LEVEL, mtime=0),
        length=len(content),
        digest=hashlib.sha256(content).hexdigest(),
    )
    kept = Document.objects.filter(name__startswith=f"{name} ")
    with transaction.atomic():
        if not kept.filter(serial__gt=made.serial).exists():
            kept.delete()
            made.save(force_insert=True)
