"""Export files as rendered documents.

They are rendered on request, since many are never requested, and like the catalogue document never inside a request: a
child of the web process renders the requested one, and those requested before. The database stores them. Until the
newest is ready, the last one is served, with its own revision and ETag.

Their content depends on the published catalogue, the day (prices in force) and the names of providers, so these three
identify a file.
"""

from __future__ import annotations

import gzip
import hashlib
import subprocess
import threading
import time
from datetime import date
from typing import Final

from django.db import transaction
from django.utils import timezone

from registry.catalogue import queries
from registry.catalogue.per_revision import PerRevision
from registry.catalogue.queries import Stamp
from registry.catalogue.snapshot import snapshot
from registry.exports import exporting, lease, rendering
from registry.exports.served import File, Served
from registry.models import Document, Offering

LEASE: Final = "render exports"
"""Held while one of them is rendered."""
AGAIN_AFTER_SECONDS: Final = 30.0
"""Minimum time between two processes started for the same file."""
_GZIP_LEVEL: Final = 6
_DIGITS: Final = 12


class _Exports(Served):
    what = "this export"

    def make(self, name: str) -> None:
        render(name, timezone.now().date())

    def call(self, name: str, stamp: Stamp, *, urgent: bool) -> None:
        if urgent and not Offering.objects.exists():
            raise exporting.NothingPublished(exporting.NO_CATALOGUE)
        _maker.ask(name)


_exports: Final = _Exports()


def current(name: str, on: date) -> File:
    """The file of one format with the prices of a day, or the last one while it is outdated. Two small queries when
    nothing changed.

    Raises registry.exports.exporting.NothingPublished, and registry.exports.served.NotRendered where there is none and
    none is rendered within two seconds.
    """
    stamp, row = _wanted(name, on)
    return _exports.current(name, stamp, row)


def _wanted(name: str, on: date) -> tuple[Stamp, str]:
    """The current stamp, and the row name of its file: the format, the day, and a digest of the providers."""
    stamp = queries.latest()
    if stamp is None:
        raise exporting.NothingPublished(exporting.NO_CATALOGUE)
    return stamp, f"{name} {on} {queries.providers_digest()[:_DIGITS]}"


class _Maker:
    """The child process that renders exports: one at a time, without immediate retries of an export that fails."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._asked = PerRevision[float]()

    def ask(self, name: str) -> None:
        """Starts the child for a file, unless one is running here or elsewhere, or was started for it just before."""
        with self._lock:
            if self._child and self._child.poll() is None:
                return
            last_request = self._asked.last(name)
            if last_request and time.monotonic() - last_request[1] < AGAIN_AFTER_SECONDS:
                return
            if not lease.is_held(LEASE):
                self._asked.put(None, time.monotonic(), name)
                self._child = rendering.start_child("--export", name)


_maker: Final = _Maker()


# -- rendering --------------------------------------------------------------------------------------------------------


def catch_up(name: str = "") -> None:
    """Renders the file of a format, if one is named, then outdated files of formats requested before. Leaves it to
    another process that already does.
    """
    requested = {row.partition(" ")[0] for row in Document.objects.values_list("name", flat=True)}
    others = sorted(requested.intersection(exporting.AT_ADDRESSES) - {name})
    for each in (*filter(None, [name]), *others):
        with lease.taken(LEASE, seconds=rendering.LEASE_SECONDS) as is_ours:
            if not is_ours:
                return
            on = timezone.now().date()
            stamp, row = _wanted(each, on)
            if not Document.objects.filter(name=row, serial__gte=stamp.serial).exists():
                render(each, on)


def render(name: str, on: date) -> None:
    """Renders the file of a format with the prices of a day and stores it. Raises
    registry.exports.exporting.NothingPublished.
    """
    with snapshot():
        stamp, row = _wanted(name, on)
        content = b"".join(exporting.export(name, on=on))
    document = Document(
        name=row,
        revision=stamp.number,
        serial=stamp.serial,
        content_type=exporting.content_type(name),
        body=gzip.compress(content, _GZIP_LEVEL, mtime=0),
        length=len(content),
        digest=hashlib.sha256(content).hexdigest(),
    )
    earlier = Document.objects.filter(name__startswith=f"{name} ")
    with transaction.atomic():
        if not earlier.filter(serial__gt=document.serial).exists():
            earlier.delete()
            document.save(force_insert=True)
