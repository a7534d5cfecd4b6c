"""Fetching all that a source has to say: who asks, its addresses, its pages, as one payload that can be kept and
replayed.

A source of several parts is read whole or not at all, except where it declares `optional_parts`: a part that is gone is
then named in the payload, and what it said before stands (see `Source.tells`). A part that cannot be reached always
ends the run: the network may be back in an hour. The same goes for a follow-up, since a list without its details would
withdraw all of them; the last good payload stands until both are there.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from registry.http.bodies import MAX_BYTES
from syncers import http
from syncers.errors import BadPayload, ForbiddenAddress, NotConfigured, Refused
from syncers.payload import auth
from syncers.payload.fill_in import fill_in
from syncers.payload.paging import MOST_PAGES, Page, Paging

if TYPE_CHECKING:
    from syncers.kinds.source import Source

ENVELOPE: Final = "registry:parts"
"""Key of a payload that was put together from several answers: {ENVELOPE: {part: [document, …]}}."""
ABSENT: Final = "registry:absent"
"""Key before it that names the parts which the provider did not have: {ABSENT: [part, …], ENVELOPE: …}."""
_ABSENT_FIRST: Final = b'{"' + ABSENT.encode() + b'":'
_NOTHING_KNOWN: Final[Mapping[str, str]] = {"etag": "", "last_modified": ""}
_GONE: Final = frozenset({404, 410})
_UNAUTHORIZED: Final = 401
_LONGEST_LIST: Final = 100_000


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the network gave. `unchanged`: the server says that what we have is still right."""

    body: bytes
    etag: str = ""
    last_modified: str = ""
    unchanged: bool = False


def fetch(source: Source, *, etag: str = "", last_modified: str = "") -> Fetched:
    """Fetches every part and page of a source. Raises a SourceError; NotConfigured when a key or setting is missing."""
    way = auth.chosen(source)
    if source.key_required and not way:
        raise NotConfigured(f"{source.label} needs a key: set {auth.needed(source)}")
    return _Fetching(source, way).whole(etag, last_modified)


class _Fetching:
    """The state of one fetch while it goes on."""

    def __init__(self, source: Source, way: auth.Way | None) -> None:
        self.source, self.way = source, way
        self.parts: dict[str, list[bytes]] = {}
        self.absent: list[str] = []
        self.length = 0
        self.requests = 0
        self.renewed = False

    def whole(self, etag: str, last_modified: str) -> Fetched:
        source, urls = self.source, self.source.urls()
        # Only a list of one part and one page, and nothing beside it, can be asked for conditionally.
        alone = len(urls) == 1 and source.follow_up is None
        known = {"etag": etag, "last_modified": last_modified} if alone else _NOTHING_KNOWN
        last = http.Response()
        for part, url in urls.items():
            for answer in self._part(part, fill_in(url, source.label), source.paging, known):
                if answer.unchanged:
                    return Fetched(b"", unchanged=True)
                last = answer
        if follow_up := source.follow_up:
            more = follow_up.addresses(source.named(source.read(self._body())))
            if len(more) > MOST_PAGES:
                raise BadPayload(f"{source.slug}: its list names so much that it takes {len(more)} more requests")
            for part, url in more.items():
                for _ in self._part(part, fill_in(url, source.label), follow_up.paging, _NOTHING_KNOWN):
                    pass
        bodies = [body for pages in self.parts.values() for body in pages]
        if alone and len(bodies) == 1:
            return Fetched(bodies[0], last.etag, last.last_modified)
        return Fetched(self._body())

    def _body(self) -> bytes:
        bodies = [body for pages in self.parts.values() for body in pages]
        return bodies[0] if len(bodies) == 1 and not self.absent else envelope(self.parts, self.absent)

    def _part(self, part: str, url: str, paging: Paging, known: Mapping[str, str]) -> Iterator[http.Response]:
        """The answers of one part, kept as they come."""
        try:
            for answer in self._pages(url, paging, known):
                if not answer.unchanged:
                    self._keep(part, answer.body)
                yield answer
        except Refused as error:
            listed = self.source.urls()  # a follow-up is never optional
            if not self.source.optional_parts or error.status not in _GONE or part in self.parts or part not in listed:
                raise
            self.absent.append(part)
            if len(self.absent) == len(listed):
                raise

    def _keep(self, part: str, body: bytes) -> None:
        self.parts.setdefault(part, []).append(body)
        self.length += len(body)
        if self.length > MAX_BYTES:
            raise BadPayload(f"all pages together have more than {MAX_BYTES:,} bytes")

    def _pages(self, url: str, paging: Paging, known: Mapping[str, str]) -> Iterator[http.Response]:
        source = self.source
        address: str | None = paging.first(url)
        seen: set[str] = set()
        while address:
            if address in seen:
                raise BadPayload(f"{source.slug}: its pages go in a circle after {len(seen)} pages")
            if len(seen) >= MOST_PAGES:
                raise BadPayload(f"{source.slug}: more than {MOST_PAGES} pages")
            if urlsplit(address)[:2] != urlsplit(url)[:2]:
                raise ForbiddenAddress(f"{source.slug}: its next page is on another host, which is not sent the key")
            if source.pause and self.requests:
                time.sleep(source.pause)
            answer = self._ask(address, _NOTHING_KNOWN if seen else known)
            seen.add(address)
            yield answer
            if answer.unchanged:
                return
            document = source.read(answer.body)
            # The records of a follow-up are of another shape; its pager does not go by their number.
            count = source.count(document) if paging is source.paging else 0
            address = paging.after(Page(address, document, count, answer.links))

    def _ask(self, address: str, known: Mapping[str, str]) -> http.Response:
        """One request, signed for its very address. A token that has expired is renewed, once in a run."""
        self.requests += 1
        url, shown = self.way.sign(address) if self.way else (address, {})
        try:
            return http.fetch(
                url,
                headers={**dict(self.source.headers), **shown},
                etag=known["etag"],
                last_modified=known["last_modified"],
            )
        except Refused as error:
            if not self.way:
                raise
            if error.status == _UNAUTHORIZED and not self.renewed and self.way.renew(shown):
                self.renewed = True
                return self._ask(address, known)
            words = self.way.explain(error.said)
            raise Refused(f"{error} ({words})" if words else str(error), status=error.status) from None


def envelope(parts: Mapping[str, Sequence[bytes]], absent: Sequence[str] = ()) -> bytes:
    """Several JSON answers as one JSON document, each kept byte for byte, after the names of parts that were gone."""
    listed = (json.dumps(name).encode() + b":[" + b",".join(pages) + b"]" for name, pages in parts.items())
    start = _ABSENT_FIRST + json.dumps(list(absent)).encode() + b"," if absent else b"{"
    return start + b'"' + ENVELOPE.encode() + b'":{' + b",".join(listed) + b"}}"


def open_envelope(document: Any) -> Mapping[str, list[Any]] | None:
    """The parts of a document that was put together; None for a plain one."""
    if isinstance(document, dict) and ENVELOPE in document and set(document) <= {ENVELOPE, ABSENT}:
        parts: Mapping[str, list[Any]] = document[ENVELOPE]
        return parts
    return None


def absent_parts(body: bytes) -> tuple[str, ...]:
    """Parts that the provider did not have when this payload was fetched."""
    if not body.startswith(_ABSENT_FIRST):
        return ()
    try:
        found, _ = json.JSONDecoder().raw_decode(body[len(_ABSENT_FIRST) :][:_LONGEST_LIST].decode("ascii", "replace"))
    except ValueError:
        return ()
    return tuple(name for name in found if isinstance(name, str)) if isinstance(found, list) else ()
