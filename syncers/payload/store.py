"""Stored payloads: the last good ones of each source, and the latest that was quarantined or not readable.

They are the fallback of a failing source, the cache for the network, the input of a replay, and available for
download.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from curation.models import Source as SourceRow
from syncers.models import Run, StoredPayload
from syncers.payload import auth

if TYPE_CHECKING:
    from syncers.kinds.source import Source

NETWORK: Final = "network"
KEPT_BYTES: Final = 200_000_000
"""Most unpacked bytes of all good payloads of one source; the latest is kept whatever its size."""
_CHUNK: Final = 256 * 1024
_SHORTEST_SECRET: Final = 12
_REMOVED: Final = b"[key removed]"


def latest(source: str) -> StoredPayload | None:
    """The good payload of a source that was read last. Its body is loaded lazily."""
    good = StoredPayload.objects.filter(source=source, role=StoredPayload.Role.GOOD)
    return good.defer("body", "keys").order_by("-fetched_at", "-pk").first()


def fresh(source: str, *, now: datetime) -> StoredPayload | None:
    """The payload that may be used instead of the network: the latest, if it was fetched recently.

    PAYLOAD_CACHE_SECONDS is the limit; 0 disables the cache.
    """
    stored = latest(source) if settings.PAYLOAD_CACHE_SECONDS > 0 else None
    if stored is None or stored.origin != NETWORK:
        return None
    return stored if stored.fetched_at > now - timedelta(seconds=settings.PAYLOAD_CACHE_SECONDS) else None


def digest_of(body: bytes) -> str:
    """The sha256 of a body, which identifies it."""
    return hashlib.sha256(body).hexdigest()


def body_of(payload: StoredPayload) -> bytes:
    """The body, unpacked."""
    return zlib.decompress(payload.body)


def unpacked(payload: StoredPayload) -> Iterator[bytes]:
    """The body in chunks, for a download: large ones are never in memory as a whole."""
    packed, engine = memoryview(payload.body), zlib.decompressobj()
    for start in range(0, len(packed), _CHUNK):
        if piece := engine.decompress(packed[start : start + _CHUNK]):
            yield piece
    if rest := engine.flush():
        yield rest


@dataclass(frozen=True, slots=True)
class Packed:
    """A compressed body: compressing a large one takes time, and is done before anything is locked."""

    body: bytes
    """Compressed, with our own key removed."""
    length: int
    digest: str
    """Of the body as it was received."""


def pack(body: bytes, *, declared: type[Source]) -> Packed:
    """Compresses a body for storage."""
    cleaned = _without_key(body, declared)
    return Packed(zlib.compress(cleaned, 6), len(cleaned), digest_of(body))


def keep(source: SourceRow, role: str, packed: Packed, **facts: Any) -> StoredPayload:
    """Stores a body in that role, once, and deletes surplus ones. `facts` are its other columns."""
    values = {"body": packed.body, "length": packed.length, **facts}
    if role != StoredPayload.Role.GOOD:
        # A new row each time: runs refer to the payload that they fetched, not to a later one.
        StoredPayload.objects.filter(source=source, role=role).delete()
    payload, _created = StoredPayload.objects.update_or_create(
        source=source, role=role, digest=packed.digest, defaults=values
    )
    if role == StoredPayload.Role.GOOD:
        settle(payload)
        _prune(source.pk, newest=payload.pk)
    return payload


def settle(good: StoredPayload) -> None:
    """Links the runs of a quarantined payload to the same payload, now accepted."""
    held = StoredPayload.objects.filter(source=good.source_id, role=StoredPayload.Role.QUARANTINED)
    Run.objects.filter(payload__in=held.filter(digest=good.digest)).update(payload=good)


def confirm(payload: StoredPayload, *, at: datetime) -> None:
    """Records that the network confirmed a stored payload."""
    StoredPayload.objects.filter(pk=payload.pk).update(fetched_at=at, origin=NETWORK)


def _prune(source: str, *, newest: int) -> None:
    good = StoredPayload.objects.filter(source=source, role=StoredPayload.Role.GOOD).exclude(pk=newest)
    room = KEPT_BYTES - StoredPayload.objects.values_list("length", flat=True).get(pk=newest)
    surplus, places = [], max(settings.KEPT_PAYLOADS, 1) - 1
    for pk, length in good.order_by("-fetched_at", "-pk").values_list("pk", "length"):
        if places > 0 and length <= room:
            places, room = places - 1, room - length
        else:
            surplus.append(pk)
    StoredPayload.objects.filter(pk__in=surplus).delete()


def _without_key(body: bytes, declared: type[Source]) -> bytes:
    """The body without our key, in case a provider sends it back."""
    for variable in {name for credential in auth.credentials(declared) for name in credential.variables}:
        secret = os.environ.get(variable, "").strip()
        if len(secret) >= _SHORTEST_SECRET:
            body = body.replace(secret.encode(), _REMOVED)
    return body
