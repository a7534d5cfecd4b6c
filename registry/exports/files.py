"""Export files as finished documents.

They are made when they are asked for, since many are never asked for, and like the catalogue document never inside of a
request: a child of the web process makes the one that is asked for, with those that were asked for before. The database
keeps them. Until the newest is there, the last one is served, with its own revision and tag.

What they show can change with the published catalogue, with the day (prices in force) and with the names of providers,
so all three say which file it is.
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
"""Held while one of them is made."""
AGAIN_AFTER_SECONDS: Final = 30.0
"""After what time a process is started again for a file."""
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
    """The file of one format with the prices of a day, or the last one while it is behind. Two small queries when
    nothing changed.

    Raises registry.exports.exporting.NothingPublished, and registry.exports.served.NotRendered where none is there and
    none is made within two seconds.
    """
    stamp, row = _wanted(name, on)
    return _exports.current(name, stamp, row)


def _wanted(name: str, on: date) -> tuple[Stamp, str]:
    """What is published now, and the name of the row of the file that shows it: the format, the day, and a digest of
    the providers.
    """
    stamp = queries.latest()
    if stamp is None:
        raise exporting.NothingPublished(exporting.NO_CATALOGUE)
    return stamp, f"{name} {on} {queries.providers_digest()[:_DIGITS]}"


class _Maker:
    """The child process that makes exports: one at a time, and not again and again for what it cannot make."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._asked = PerRevision[float]()

    def ask(self, name: str) -> None:
        """Starts the child for a file, unless one is at work here or elsewhere, or was started for it just now."""
        with self._lock:
            if self._child and self._child.poll() is None:
                return
            asked = self._asked.last(name)
            if asked and time.monotonic() - asked[1] < AGAIN_AFTER_SECONDS:
                return
            if not lease.is_held(LEASE):
                self._asked.put(None, time.monotonic(), name)
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
            stamp, row = _wanted(each, on)
            if not Document.objects.filter(name=row, serial__gte=stamp.serial).exists():
                render(each, on)


def render(name: str, on: date) -> None:
    """Makes the file of a format with the prices of a day and keeps it. Raises
    registry.exports.exporting.NothingPublished.
    """
    with snapshot():
        stamp, row = _wanted(name, on)
        content = b"".join(exporting.export(name, on=on))
    made = Document(
        name=row,
        revision=stamp.number,
        serial=stamp.serial,
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
