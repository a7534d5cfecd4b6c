"""Fetching all that a source has to say: its key, its addresses, its pages, as one payload that can be kept and
replayed.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from syncers import http
from syncers.errors import BadPayload, ForbiddenAddress, NotConfigured
from syncers.paging import MOST_PAGES, Page
from syncers.payload import MAX_BYTES

if TYPE_CHECKING:
    from syncers.base import Source

ENVELOPE: Final = "registry:parts"
"""The one key of a payload that was put together from several answers: {ENVELOPE: {part: [document, …]}}."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the network gave. `unchanged`: the server says that what we have is still right."""

    body: bytes
    etag: str = ""
    last_modified: str = ""
    unchanged: bool = False


def fetch(source: Source, *, etag: str = "", last_modified: str = "") -> Fetched:
    """Fetches every part and page of a source. Raises a SourceError; NotConfigured when a key or setting is missing."""
    key = os.environ.get(source.key_variable, "") if source.key_variable else ""
    if source.key_required and not key:
        raise NotConfigured(f"{source.label} needs a key: set {source.key_variable}")
    parts: dict[str, list[bytes]] = {}
    last, length = http.Answer(), 0
    for part, url in source.urls().items():
        for answer in _pages(source, fill_in(url, source.label), key, etag, last_modified):
            if answer.unchanged:
                return Fetched(b"", unchanged=True)
            parts.setdefault(part, []).append(answer.body)
            last = answer
            length += len(answer.body)
            if length > MAX_BYTES:
                raise BadPayload(f"all pages together have more than {MAX_BYTES:,} bytes")
    bodies = [body for pages in parts.values() for body in pages]
    if len(bodies) == 1:
        return Fetched(bodies[0], last.etag, last.last_modified)
    return Fetched(envelope(parts))


def _pages(source: Source, url: str, key: str, etag: str, last_modified: str) -> Iterator[http.Answer]:
    """The answers page by page. Only a list of one part and one page can be asked for conditionally."""
    single = len(source.urls()) == 1
    address: str | None = source.paging.first(url)
    seen: set[str] = set()
    while address:
        if address in seen:
            raise BadPayload(f"{source.slug}: its pages go in a circle after {len(seen)} pages")
        if len(seen) >= MOST_PAGES:
            raise BadPayload(f"{source.slug}: more than {MOST_PAGES} pages")
        if urlsplit(address)[:2] != urlsplit(url)[:2]:
            raise ForbiddenAddress(f"{source.slug}: its next page is on another host, which is not sent the key")
        if seen and source.pause:
            time.sleep(source.pause)
        seen.add(address)
        signed, headers = source.auth.sign(address, key) if key else (address, {})
        conditional = single and len(seen) == 1
        answer = http.fetch(
            signed,
            headers={**dict(source.headers), **headers},
            etag=etag if conditional else "",
            last_modified=last_modified if conditional else "",
        )
        yield answer
        if answer.unchanged:
            return
        document = source.read(answer.body)
        address = source.paging.after(Page(address, document, source.count(document), answer.links))


def fill_in(url: str, label: str) -> str:
    """The address with `{VARIABLE}` taken from the environment. Raises NotConfigured naming the one that is missing."""

    def value(match: re.Match[str]) -> str:
        found = os.environ.get(match[1], "")
        if not re.fullmatch(r"[A-Za-z0-9._-]+", found):
            raise NotConfigured(f"{label} needs a setting: set {match[1]}")
        return found

    return re.sub(r"\{([A-Z0-9_]+)\}", value, url)


def envelope(parts: Mapping[str, Sequence[bytes]]) -> bytes:
    """Several JSON answers as one JSON document, each kept byte for byte."""
    listed = (json.dumps(name).encode() + b":[" + b",".join(pages) + b"]" for name, pages in parts.items())
    return b'{"' + ENVELOPE.encode() + b'":{' + b",".join(listed) + b"}}"


def open_envelope(document: Any) -> Mapping[str, list[Any]] | None:
    """The parts of a document that was put together; None for a plain one."""
    if isinstance(document, dict) and set(document) == {ENVELOPE}:
        parts: Mapping[str, list[Any]] = document[ENVELOPE]
        return parts
    return None
