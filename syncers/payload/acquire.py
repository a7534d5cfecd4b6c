"""Gets the payload of a run: from the network, the cache, the installation, or the caller."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.utils.timesince import timesince

from syncers.errors import NotConfigured, Unreachable
from syncers.models import StoredPayload
from syncers.payload import fetch, store
from syncers.payload.parser_version import mapping_version

if TYPE_CHECKING:
    from syncers.kinds.source import Source

INSTALLATION: Final = "installation"
"""Origin of data that comes with the installation."""


@dataclass(frozen=True, slots=True)
class Payload:
    """A body and where it came from."""

    body: bytes
    origin: str
    etag: str = ""
    last_modified: str = ""
    note: str = ""
    """Why another payload is used instead."""
    stored: StoredPayload | None = None
    """The stored payload, when the source was not asked: its statements are as old as it is, and are not confirmed
    now.
    """
    installed: bool = False
    """Whether it came with the installation. Such a payload confirms nothing either."""
    stated_at: datetime | None = None
    """When its statements were made, if that is known and was not just now."""

    @property
    def confirms(self) -> bool:
        """Whether it is what the source states now."""
        return self.stored is None and not self.installed


def from_caller(body: bytes | None, origin: str, again: StoredPayload | None) -> Payload | None:
    """The payload that the caller passed, if any."""
    if again is not None:
        return _from_store(again, f"payload of {again.fetched_at:%Y-%m-%d %H:%M} UTC, read again")
    return None if body is None else Payload(body, origin or "given")


def installed(source: Source) -> Payload:
    """The data that comes with the installation, whatever the network has. Raises NotConfigured where there is none."""
    embedded = source.embedded()
    if embedded is None:
        raise NotConfigured(f"{source.label} has no data of its own")
    return Payload(embedded, INSTALLATION, installed=True, stated_at=source.embedded_at())


def newest(source: Source, latest: StoredPayload | None, *, at: datetime, cached: bool = False) -> Payload | None:
    """The newest available payload: from the network, else the one that comes with the installation. None: unchanged.

    `latest` is the payload that was read last. With `cached`, a recently fetched payload is used instead of the
    network. Raises a SourceError.
    """
    embedded = source.embedded()
    if not source.url:
        if embedded is None:
            raise NotConfigured(f"{source.label} has no address and no data of its own")
        return Payload(embedded, INSTALLATION, installed=True)
    if cached and (stands_in := _cached(source, at)):
        return stands_in
    ours = latest if latest and latest.mapping == mapping_version(type(source)) else None
    try:
        answer = fetch.fetch(source, etag=ours.etag if ours else "", last_modified=ours.last_modified if ours else "")
    except Unreachable as error:
        if embedded is None or (latest and _is_ahead(source, latest, embedded)):
            raise
        return _installed(source, embedded, f"{error}; the network has not been reached")
    if answer.unchanged:
        return None
    if embedded is not None and _is_behind(source, answer.body, embedded):
        return _installed(source, embedded, "what the network serves is older than the installed data")
    return Payload(answer.body, store.NETWORK, answer.etag, answer.last_modified)


def _cached(source: Source, at: datetime) -> Payload | None:
    """A recently fetched payload, if it is complete."""
    stored = store.fresh(source.slug, now=at)
    if stored is None:
        return None
    ago = timesince(stored.fetched_at, at).replace("\xa0", " ")
    payload = _from_store(stored, f"cache, fetched {ago} ago")
    return None if fetch.absent_parts(payload.body) else payload


def _from_store(stored: StoredPayload, origin: str) -> Payload:
    return Payload(
        store.body_of(stored), origin, stored.etag, stored.last_modified, stored=stored, stated_at=stored.fetched_at
    )


def _installed(source: Source, embedded: bytes, why: str) -> Payload:
    """The data that came with the installation, instead of an answer of the network."""
    dated = source.embedded_at()
    day = f"of {dated:%Y-%m-%d}" if dated else "of an unknown day"
    return Payload(embedded, INSTALLATION, note=f"{why}; installed data {day} is used", installed=True, stated_at=dated)


def _is_ahead(source: Source, latest: StoredPayload, embedded: bytes) -> bool:
    """Whether the payload that was read before is newer than the installed data, so that it is kept although stale."""
    if latest.digest == store.digest_of(embedded):
        return False
    return not _is_behind(source, store.body_of(latest), embedded)


def _is_behind(source: Source, body: bytes, embedded: bytes) -> bool:
    return source.is_older(source.read(body), source.read(embedded))
