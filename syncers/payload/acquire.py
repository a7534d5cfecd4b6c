"""Where the payload of a run comes from: the network, the cache, the installation, or whoever gives one."""

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
"""Where the data comes from that lies here since the installation."""


@dataclass(frozen=True, slots=True)
class Payload:
    """A body and where it came from."""

    body: bytes
    origin: str
    etag: str = ""
    last_modified: str = ""
    note: str = ""
    """What went wrong on the way, when another payload had to stand in."""
    stored: StoredPayload | None = None
    """The kept payload that this is, when the source was not asked: what it states was so then, and is not confirmed
    now.
    """
    installed: bool = False
    """Whether it came with the installation. That the source still says so is not known by it either."""
    stated_at: datetime | None = None
    """When what it states was stated, if that is known and was not just now."""

    @property
    def confirms(self) -> bool:
        """Whether it tells what the source says now."""
        return self.stored is None and not self.installed


def from_caller(body: bytes | None, origin: str, again: StoredPayload | None) -> Payload | None:
    """The payload that a run was given, if any."""
    if again is not None:
        return _from_store(again, f"payload of {again.fetched_at:%Y-%m-%d %H:%M} UTC, read again")
    return None if body is None else Payload(body, origin or "given")


def newest(source: Source, latest: StoredPayload | None, *, at: datetime, cached: bool = False) -> Payload | None:
    """The newest payload to be had: from the network, else what comes with the installation. None: unchanged.

    `known` is what was read last. With `cached`, what the network gave a short while ago stands in for it. Raises a
    SourceError.
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
    """What the network gave a short while ago, if that was all of it."""
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
    """The data that came with the installation, in place of what the network should have given."""
    dated = source.embedded_at()
    day = f"of {dated:%Y-%m-%d}" if dated else "of an unknown day"
    return Payload(embedded, INSTALLATION, note=f"{why}; installed data {day} is used", installed=True, stated_at=dated)


def _is_ahead(source: Source, latest: StoredPayload, embedded: bytes) -> bool:
    """Whether what was read from the network before must not give way to the installed data: it stands, stale."""
    if latest.digest == store.digest_of(embedded):
        return False
    return not _is_behind(source, store.body_of(latest), embedded)


def _is_behind(source: Source, body: bytes, embedded: bytes) -> bool:
    return source.is_older(source.read(body), source.read(embedded))
