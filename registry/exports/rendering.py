"""Rendering of the document that `registry.exports.documents` serves: after a publication, never inside it.

A lease decides who renders. In order: the `render` process (`manage.py render`), which checks every second; else the
command or the worker that published, once it is done; else a child of the web process that notices the outdated
document. Publications in quick succession are rendered once.

A document consists of blocks of some hundred offerings. Blocks without changes since, and with the same prices today,
are reused in compressed form.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import orjson
from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from registry.catalogue import queries
from registry.catalogue.per_revision import PerRevision
from registry.catalogue.public_keys import representation
from registry.catalogue.public_keys.offering_keys import SHAPE
from registry.catalogue.queries import Stamp
from registry.catalogue.snapshot import snapshot
from registry.database.chunks import chunks
from registry.domain import iso
from registry.exports import gzip_parts, lease
from registry.exports.gzip_parts import Part
from registry.models import Document, DocumentBlock, Offering

log = logging.getLogger(__name__)

CATALOGUE: Final = "catalogue.json"
JSON: Final = "application/json"
LEASE: Final = "render"
"""Held while a document is rendered."""
RENDERER: Final = "renderer"
"""Held as long as a `render` process runs."""
LEASE_SECONDS: Final = 120
PATIENCE_SECONDS: Final = 5.0
"""How long a web process waits for others to render before it starts a child."""
_USUAL_BLOCK: Final = 256


@dataclass(frozen=True, slots=True)
class _Block:
    """Consecutive offerings in order of id, as stored in the document and in its row."""

    keys: Sequence[str]
    part: Part
    changes_on: date | None
    is_new: bool


# -- who renders ------------------------------------------------------------------------------------------------------


def is_behind(name: str = CATALOGUE) -> bool:
    """Whether the document is older than what is published, or a day came that changes it. Three small queries."""
    stamp = queries.latest()
    if stamp is None:
        return False
    return not Document.objects.filter(name=name, serial__gte=stamp.serial).exists() or is_of_earlier_day(name)


def is_of_earlier_day(name: str = CATALOGUE) -> bool:
    """Whether something in the document reads differently today: a price starts or ends, though nobody publishes."""
    blocks = DocumentBlock.objects.filter(document=_of_shape(name))
    return blocks.filter(changes_on__lte=timezone.now().date()).exists()


def catch_up() -> bool:
    """Renders an outdated document, unless another process does. Returns whether it rendered."""
    if not is_behind():
        return False
    with lease.taken(LEASE, seconds=LEASE_SECONDS) as is_ours:
        if not is_ours:
            return False
        while is_behind():
            render()
    return True


_published_here = threading.Event()


def note_publication(**sent: object) -> None:
    """Records that this process has published something."""
    _published_here.set()


def finish() -> None:
    """Renders what this process has published, unless a `render` process runs. For commands and workers."""
    if not _published_here.is_set():
        return
    _published_here.clear()
    try:
        if not lease.is_held(RENDERER):
            catch_up()
    except DatabaseError as error:
        log.warning("the catalogue was not rendered; the next reader starts it: %s", error)


class Watch:
    """State of a web process about an outdated document: since when, and the renderer that it started."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._since = PerRevision[float]()
        self._child: subprocess.Popen[bytes] | None = None

    def noticed(self, stamp: Stamp, *, urgent: bool = False) -> None:
        """Called when a reader finds the document outdated. Starts a renderer when no other process renders it."""
        with self._lock:
            waited = time.monotonic() - self._since.get(stamp.serial, time.monotonic)
            is_rendering = self._child and self._child.poll() is None
            if is_rendering or not (urgent or waited > PATIENCE_SECONDS) or lease.is_held(LEASE):
                return
            if not urgent and lease.is_held(RENDERER):
                return
            self._since.put(stamp.serial, time.monotonic())
            self._child = start_child()


def start_child(*arguments: str) -> subprocess.Popen[bytes]:
    """Starts `manage.py render --once`, with these arguments.

    A process and not a thread: rendering uses a CPU for seconds, and requests must not wait for it.
    """
    return subprocess.Popen(  # noqa: S603
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "render", "--once", *arguments],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


watch: Final = Watch()


# -- rendering --------------------------------------------------------------------------------------------------------


def render(name: str = CATALOGUE) -> int:
    """Renders the newest revision and stores it, with its blocks. Returns how many blocks were rendered again.

    Raises LookupError when nothing is published yet.
    """
    with snapshot():
        stamp = queries.latest()
        if stamp is None:
            raise LookupError("nothing is published yet")
        blocks = list(_blocks(name, stamp))
        parts = list(_parts(blocks, stamp))
    body, length, digest = gzip_parts.join(parts)
    document = Document(
        name=name,
        revision=stamp.number,
        serial=stamp.serial,
        content_type=JSON,
        body=body,
        length=length,
        digest=digest,
    )
    with transaction.atomic():
        if _keep(document):
            _keep_blocks(name, blocks)
    return sum(block.is_new for block in blocks)


def _parts(blocks: Sequence[_Block], stamp: Stamp) -> Iterator[Part]:
    """The parts of the document in order: its keys are sorted."""
    yield gzip_parts.part(b'{"models":' + _dump(queries.models_json()) + b',"offerings":[')
    comma = gzip_parts.part(b",")
    for number, block in enumerate(blocks):
        if number:
            yield comma
        yield block.part
    tail = {
        "providers": queries.providers_json(),
        "published_at": iso.instant(stamp.at),
        "revision": stamp.number,
    }
    yield gzip_parts.part(b"]," + _dump(tail)[1:])


def _blocks(name: str, stamp: Stamp) -> Iterator[_Block]:
    """All offerings in blocks. Block boundaries depend only on ids, so that a new id moves few of them."""
    day = max(stamp.at.date(), timezone.now().date())
    rendered = Document.objects.filter(name=name, serial__lte=stamp.serial).values_list("serial", flat=True).first()
    blocks = DocumentBlock.objects.filter(document=_of_shape(name))
    earlier = {block.starts_at: block for block in blocks} if rendered else {}
    serials = dict(Offering.objects.values_list("key", "serial"))
    for keys in _runs(sorted(serials)):
        block = earlier.get(keys[0])
        is_same = (
            block is not None
            and rendered is not None
            and block.count == len(keys)
            and (block.changes_on is None or day < block.changes_on)
            and all(serials[key] <= rendered for key in keys)
        )
        if block is not None and is_same:
            part = Part(bytes(block.body), block.crc, block.length, block.digest)
            yield _Block(keys, part, block.changes_on, is_new=False)
        else:
            yield _new_block(keys, day)


def _of_shape(name: str) -> str:
    """The name under which blocks are stored: blocks with another set of public keys are not reused."""
    return f"{name} {SHAPE}"


def _runs(keys: Sequence[str]) -> Iterator[list[str]]:
    """The ids, split where their own checksum decides, after 256 of them on average."""
    run: list[str] = []
    for key in keys:
        if run and zlib.crc32(key.encode()) % _USUAL_BLOCK == 0:
            yield run
            run = []
        run.append(key)
    if run:
        yield run


def _new_block(keys: Sequence[str], day: date) -> _Block:
    rows: list[bytes] = []
    changes: list[date] = []
    for chunk in chunks(keys):
        chosen = queries.offerings(day).filter(key__in=chunk).order_by()
        for offering in sorted(queries.full_offerings_json(chosen, day), key=lambda offering: offering["id"]):
            rows.append(_dump(offering))
            if changes_on := representation.changes_on(offering, day):
                changes.append(changes_on)
    return _Block(keys, gzip_parts.part(b",".join(rows)), min(changes, default=None), is_new=True)


def _keep(document: Document) -> bool:
    """Stores the document, unless there is a newer one."""
    values = {
        field.attname: getattr(document, field.attname)
        for field in Document._meta.concrete_fields
        if not field.primary_key
    }
    older = Document.objects.filter(name=document.name, serial__lte=document.serial)
    if older.update(**values):
        return True
    if Document.objects.filter(name=document.name).exists():
        return False
    document.save(force_insert=True)
    return True


def _keep_blocks(name: str, blocks: Sequence[_Block]) -> None:
    reused = [block.keys[0] for block in blocks if not block.is_new]
    stale = DocumentBlock.objects.filter(document__startswith=name)
    stale.exclude(document=_of_shape(name), starts_at__in=reused).delete()
    DocumentBlock.objects.bulk_create(
        DocumentBlock(
            document=_of_shape(name),
            starts_at=block.keys[0],
            count=len(block.keys),
            changes_on=block.changes_on,
            body=block.part.body,
            length=block.part.length,
            crc=block.part.crc,
            digest=block.part.digest,
        )
        for block in blocks
        if block.is_new
    )


def _dump(data: Any) -> bytes:
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS)
