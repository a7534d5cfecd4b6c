"""Response bodies, decompressed and counted while they arrive, so that their size is bounded."""

from __future__ import annotations

import http.client
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

import requests
import urllib3

from registry.http.connection import Deadline
from registry.http.errors import BadBody, Unreachable

MAX_BYTES: Final = 80_000_000
"""The largest list known is that of Featherless, some 50 MB in 2026."""
MAX_WIRE_BYTES: Final = 20_000_000
MAX_RATIO: Final = 100
"""Maximum compression ratio; catalogues reach 30."""
_LONGEST_REFUSAL: Final = 4_000
_READS: Final = 4
"""Reads of an error response; what follows is dropped."""
_CHUNK: Final = 64 * 1024
_UNPACKED_CHUNK: Final = 1024 * 1024


def read_body(response: requests.Response, host: str, deadline: Deadline) -> bytes:
    """The decompressed body; wire bytes, decompressed bytes and seconds are bounded."""
    unpack = _unpacker(response.headers.get("Content-Encoding", ""), host)
    body, wire = bytearray(), 0
    while chunk := response.raw.read1(_CHUNK, decode_content=False):
        wire += len(chunk)
        if wire > MAX_WIRE_BYTES:
            raise BadBody(f"{host}: sends more than {MAX_WIRE_BYTES:,} bytes")
        if deadline.is_over:
            break
        for piece in unpack.pieces(chunk):
            body += piece
            if len(body) > MAX_BYTES:
                raise BadBody(f"{host}: unpacks to more than {MAX_BYTES:,} bytes")
            if len(body) > _UNPACKED_CHUNK and len(body) > MAX_RATIO * wire:
                raise BadBody(f"{host}: unpacks to more than {MAX_RATIO} times of what it sends")
    if deadline.is_over:
        raise Unreachable(f"{host}: too slow, gave up after {wire:,} bytes")
    if not unpack.is_complete:
        raise Unreachable(f"{host}: the answer broke off after {wire:,} bytes")
    return bytes(body)


def beginning_of(response: requests.Response, host: str, deadline: Deadline) -> bytes:
    """The beginning of an error response's body, bounded; b"" where it cannot be read."""
    body = bytearray()
    with suppress(BadBody, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError):
        unpack = _unpacker(response.headers.get("Content-Encoding", ""), host)
        for _ in range(_READS):
            chunk = b"" if deadline.is_over else response.raw.read1(_LONGEST_REFUSAL, decode_content=False)
            for piece in unpack.pieces(chunk) if chunk else ():
                body += piece[:_LONGEST_REFUSAL]
            if not chunk or len(body) >= _LONGEST_REFUSAL:
                break
    return bytes(body[:_LONGEST_REFUSAL])


class _Plain:
    """Passes a body through."""

    is_complete = True

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        yield chunk


class _Gzip:
    """Decompresses a body in small chunks, whatever the compressed bytes declare."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._unpack = self._new()
        self.is_complete = False

    @staticmethod
    def _new() -> zlib._Decompress:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        while chunk:
            if self._unpack.eof:  # a gzip file may have several members
                self._unpack = self._new()
            try:
                piece = self._unpack.decompress(chunk, _UNPACKED_CHUNK)
            except zlib.error as error:
                raise BadBody(f"{self._host}: the compressed answer is damaged") from error
            chunk = self._unpack.unused_data or self._unpack.unconsumed_tail
            self.is_complete = self._unpack.eof
            yield piece


def _unpacker(encoding: str, host: str) -> _Plain | _Gzip:
    match encoding.strip().lower():
        case "" | "identity":
            return _Plain()
        case "gzip" | "x-gzip":
            return _Gzip(host)
    raise BadBody(f"{host}: answers in an encoding that was not asked for: {encoding[:40]!r}")
