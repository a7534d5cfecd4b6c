"""One gzip file from parts that are compressed separately, so that only changed parts are compressed again.

Each part is a section of one raw deflate stream that ends at a byte boundary and has no back-references to earlier
parts. With one header, one trailer and one combined checksum they form an ordinary gzip file with a single member,
which every client reads. (Some clients read only the first of several members.)

Pure.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

LEVEL: Final = 6
_HEADER: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_END: Final = b"\x03\x00"
_POLYNOMIAL: Final = 0xEDB88320
_ONE: Final = 1 << 31


@dataclass(frozen=True, slots=True)
class Part:
    """A compressed section: raw deflate bytes, and CRC-32, length and SHA-256 (hex) of the content."""

    body: bytes
    crc: int
    length: int
    digest: str


def part(content: bytes) -> Part:
    """Compresses a section of the content separately."""
    compressor = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = compressor.compress(content) + compressor.flush(zlib.Z_FULL_FLUSH)
    return Part(body, zlib.crc32(content), len(content), hashlib.sha256(content).hexdigest())


def join(parts: Iterable[Part]) -> tuple[bytes, int, str]:
    """The gzip file of all parts in order, the length of its content in bytes, and a digest of the content."""
    pieces, crc, length, digest = [_HEADER], 0, 0, hashlib.sha256()
    for each in parts:
        pieces.append(each.body)
        crc = _multiply(_shift(each.length), crc) ^ each.crc
        length += each.length
        digest.update(each.digest.encode())
    pieces += [_END, struct.pack("<II", crc, length & 0xFFFFFFFF)]
    return b"".join(pieces), length, digest.hexdigest()


@lru_cache(maxsize=4096)
def _shift(length: int) -> int:
    """The factor for the checksum of earlier content when `length` bytes follow: x^(8·length)."""
    power, square, bits = _ONE, 1 << 30, length * 8
    while bits:
        if bits & 1:
            power = _multiply(square, power)
        square, bits = _multiply(square, square), bits >> 1
    return power


def _multiply(a: int, b: int) -> int:
    """The product of two polynomials over GF(2) modulo that of CRC-32, the highest bit being x^0."""
    product, mask = 0, _ONE
    while a and mask:
        if a & mask:
            product ^= b
            a ^= mask
        mask >>= 1
        b = (b >> 1) ^ _POLYNOMIAL if b & 1 else b >> 1
    return product
