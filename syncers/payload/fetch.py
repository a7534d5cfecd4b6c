"""Fetches everything of a source: authentication, addresses and pages, combined into one payload that can be stored and
replayed.

A source of several parts is read completely or not at all, except where it declares `optional_parts`: a part that is
gone is then named in the payload, and its earlier statements stay (see `Source.part_lists`). A part that cannot be
reached always ends the run, since the network may be back in an hour. So does a follow-up that cannot be reached: a
list without its details would withdraw all of them. The last good payload stays until both are available.
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
from syncers.errors import BadPayload, ForbiddenAddress, NotConfigured, ProviderRefused
from syncers.payload import auth
from syncers.payload.fill_in import fill_in
from syncers.payload.paging import MOST_PAGES, Page, Paging

if TYPE_CHECKING:
    from syncers.kinds.source import Source

ENVELOPE: Final = "registry:parts"
"""Key of a payload that combines several answers: {ENVELOPE: {part: [document, …]}}."""
ABSENT: Final = "registry:absent"
"""Key before it that names the absent parts: {ABSENT: [part, …], ENVELOPE: …}."""
_ABSENT_FIRST: Final = b'{"' + ABSENT.encode() + b'":'
_NOTHING_KNOWN: Final[Mapping[str, str]] = {"etag": "", "last_modified": ""}
_GONE: Final = frozenset({404, 410})
_UNAUTHORIZED: Final = 401
_LONGEST_LIST: Final = 100_000


@dataclass(frozen=True, slots=True)
class FetchedPayload:
    """An answer of the network. `unchanged`: the server confirmed the stored payload (304)."""

    body: bytes
    etag: str = ""
    last_modified: str = ""
    unchanged: bool = False


def fetch(source: Source, *, etag: str = "", last_modified: str = "") -> FetchedPayload:
    """Fetches every part and page of a source. Raises a SourceError; NotConfigured when a key or setting is missing."""
    credential = auth.chosen(source)
    if source.key_required and not credential:
        raise NotConfigured(f"{source.label} needs a key: set {auth.needed(source)}")
    return _Fetching(source, credential).whole(etag, last_modified)


class _Fetching:
    """The state of one fetch in progress."""

    def __init__(self, source: Source, credential: auth.Credential | None) -> None:
        self.source, self.credential = source, credential
        self.parts: dict[str, list[bytes]] = {}
        self.absent: list[str] = []
        self.length = 0
        self.requests = 0
        self.renewed = False

    def whole(self, etag: str, last_modified: str) -> FetchedPayload:
        source, urls = self.source, self.source.urls()
        # Only a list of one part and one page, without a follow-up, can be requested conditionally.
        alone = len(urls) == 1 and source.follow_up is None
        validators = {"etag": etag, "last_modified": last_modified} if alone else _NOTHING_KNOWN
        last = http.Response()
        for part, url in urls.items():
            for answer in self._part(part, fill_in(url, source.label), source.paging, validators):
                if answer.unchanged:
                    return FetchedPayload(b"", unchanged=True)
                last = answer
        if follow_up := source.follow_up:
            more = follow_up.addresses(source.follow_up_ids(source.read(self._body())))
            if len(more) > MOST_PAGES:
                raise BadPayload(f"{source.slug}: its follow-up needs {len(more)} requests, more than {MOST_PAGES}")
            for part, url in more.items():
                for _ in self._part(part, fill_in(url, source.label), follow_up.paging, _NOTHING_KNOWN):
                    pass
        bodies = [body for pages in self.parts.values() for body in pages]
        if alone and len(bodies) == 1:
            return FetchedPayload(self._body(), last.etag, last.last_modified)
        return FetchedPayload(self._body())

    def _body(self) -> bytes:
        bodies = [body for pages in self.parts.values() for body in pages]
        if len(bodies) == 1 and not self.absent and not self.source.names_parts:
            return bodies[0]
        stored = {part: list(map(self.source.stored, pages)) for part, pages in self.parts.items()}
        return envelope(stored, self.absent)

    def _part(self, part: str, url: str, paging: Paging, validators: Mapping[str, str]) -> Iterator[http.Response]:
        """The answers of one part, stored as they come."""
        try:
            for answer in self._pages(url, paging, validators):
                if not answer.unchanged:
                    self._keep(part, answer.body)
                yield answer
        except ProviderRefused as error:
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

    def _pages(self, url: str, paging: Paging, validators: Mapping[str, str]) -> Iterator[http.Response]:
        source = self.source
        address: str | None = paging.first(url)
        visited: set[str] = set()
        while address:
            if address in visited:
                raise BadPayload(f"{source.slug}: its pages form a loop after {len(visited)} pages")
            if len(visited) >= MOST_PAGES:
                raise BadPayload(f"{source.slug}: more than {MOST_PAGES} pages")
            if urlsplit(address)[:2] != urlsplit(url)[:2]:
                raise ForbiddenAddress(f"{source.slug}: its next page is on another host, which is not sent the key")
            if source.pause and self.requests:
                time.sleep(source.pause)
            answer = self._ask(address, _NOTHING_KNOWN if visited else validators)
            visited.add(address)
            yield answer
            if answer.unchanged:
                return
            document = source.read(answer.body)
            # The records of a follow-up have another shape; its pager does not use their number.
            count = source.count(document) if paging is source.paging else 0
            address = paging.after(Page(address, document, count))

    def _ask(self, address: str, validators: Mapping[str, str]) -> http.Response:
        """One request, signed for its address. An expired token is renewed, once in a run."""
        self.requests += 1
        url, headers = self.credential.sign(address) if self.credential else (address, {})
        try:
            return http.fetch(
                url,
                headers={**dict(self.source.headers), **headers},
                etag=validators["etag"],
                last_modified=validators["last_modified"],
            )
        except ProviderRefused as error:
            if not self.credential:
                raise
            if error.status == _UNAUTHORIZED and not self.renewed and self.credential.renew(headers):
                self.renewed = True
                return self._ask(address, validators)
            words = self.credential.explain(error.body)
            raise ProviderRefused(f"{error} ({words})" if words else str(error), status=error.status) from None


def envelope(parts: Mapping[str, Sequence[bytes]], absent: Sequence[str] = ()) -> bytes:
    """Several JSON answers as one JSON document, each unchanged, after the names of absent parts."""
    listed = (json.dumps(name).encode() + b":[" + b",".join(pages) + b"]" for name, pages in parts.items())
    start = _ABSENT_FIRST + json.dumps(list(absent)).encode() + b"," if absent else b"{"
    return start + b'"' + ENVELOPE.encode() + b'":{' + b",".join(listed) + b"}}"


def open_envelope(document: Any) -> Mapping[str, list[Any]] | None:
    """The parts of a combined document; None for a plain one."""
    if isinstance(document, dict) and ENVELOPE in document and set(document) <= {ENVELOPE, ABSENT}:
        parts: Mapping[str, list[Any]] = document[ENVELOPE]
        return parts
    return None


def absent_parts(body: bytes) -> tuple[str, ...]:
    """Parts that were absent when this payload was fetched."""
    if not body.startswith(_ABSENT_FIRST):
        return ()
    try:
        names, _ = json.JSONDecoder().raw_decode(body[len(_ABSENT_FIRST) :][:_LONGEST_LIST].decode("ascii", "replace"))
    except ValueError:
        return ()
    return tuple(name for name in names if isinstance(name, str)) if isinstance(names, list) else ()
