"""Export files as finished bytes, made once per revision and day, and then served from memory whatever the traffic.

Each process makes its own on the first request, since many are never asked for. What they show can change with the
published catalogue, with the day (prices in force) and with the names of providers, so all three are part of the key.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
from dataclasses import dataclass
from datetime import date
from typing import Final

from registry import catalogue, exporting, published

_GZIP_LEVEL: Final = 6
_Key = tuple[published.Stamp | None, date, str]


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """One export as it is served. `etag` is the quoted digest of the content; `length` counts bytes before gzip."""

    body_gzip: bytes
    etag: str
    length: int
    revision: int

    def body(self) -> bytes:
        """The content itself, for the few clients that do not take gzip."""
        return gzip.decompress(self.body_gzip)


def current(name: str, on: date) -> RenderedFile:
    """The file of one format with the prices of a day. Two small queries when nothing changed.

    Raises registry.exporting.NothingPublished.
    """
    key = (published.latest(), on, published.providers_digest())
    held = _held.get(name)
    if held is None or held[0] != key:
        with _lock:
            held = _held.get(name)
            if held is None or held[0] != key:
                content = b"".join(exporting.export(name, on=on))
                held = _held[name] = (key, _rendered(content, catalogue.current().revision))
    return held[1]


def forget() -> None:
    """Drops what this process holds, as tests need between databases."""
    _held.clear()


_lock = threading.Lock()
_held: dict[str, tuple[_Key, RenderedFile]] = {}


def _rendered(content: bytes, revision: int) -> RenderedFile:
    digest = hashlib.sha256(content).hexdigest()
    return RenderedFile(gzip.compress(content, _GZIP_LEVEL, mtime=0), f'"{digest}"', len(content), revision)
