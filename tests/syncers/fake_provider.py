"""A provider on a real socket of this machine that misbehaves on demand: the path says how.

    with FakeProvider() as provider:
        fetch(provider.url("/bomb"))
        assert provider.seen[0].headers["User-Agent"]

Its host must be in settings.SYNC_PRIVATE_HOSTS, since nothing else makes plain http to this machine acceptable.
"""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import struct
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Self

HOST: Final = "127.0.0.1"
MODELS: Final = [
    {"id": "small", "name": "Small", "context_length": 8_000},
    {"id": "middle", "name": "Middle", "context_length": 32_000},
    {"id": "large", "name": "Large", "context_length": 128_000},
]
BODY: Final = json.dumps({"data": MODELS}).encode()
ETAG: Final = '"v1"'
LAST_MODIFIED: Final = "Sat, 21 Nov 2026 08:00:00 GMT"
DRIP_SECONDS: Final = 0.05

FAULTS: dict[str, Callable[[Handler], None]] = {}


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as it arrived."""

    path: str
    headers: Message
    at: float
    body: bytes = b""
    method: str = "GET"


class FakeProvider:
    """The server. `also` adds paths to those of this module, or replaces them."""

    def __init__(self, also: dict[str, Callable[[Handler], None]] | None = None) -> None:
        self.faults = {**FAULTS, **(also or {})}
        self.seen: list[Seen] = []
        self.connections = 0
        self.elsewhere = ""
        """Where `/elsewhere` redirects to."""
        self.stopping = threading.Event()
        self._server = _Server((HOST, 0), Handler)
        self._server.provider = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def url(self, path: str) -> str:
        return f"http://{HOST}:{self.port}{path}"

    def secure(self, context: ssl.SSLContext) -> None:
        """Talks TLS from now on."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def times(self, path: str) -> int:
        """How often that path was asked for."""
        return sum(request.path.partition("?")[0] == path for request in self.seen)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    provider: FakeProvider

    def process_request(self, request: Any, client_address: Any) -> None:
        self.provider.connections += 1
        super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away in the middle are what these tests are about."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    @property
    def provider(self) -> FakeProvider:
        return self.server.provider

    def do_GET(self) -> None:
        self.close_connection = True
        self.provider.seen.append(Seen(self.path, self.headers, time.monotonic()))
        self.provider.faults[self.path.partition("?")[0]](self)

    def do_POST(self) -> None:
        self.close_connection = True
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.provider.seen.append(Seen(self.path, self.headers, time.monotonic(), body, "POST"))
        self.provider.faults[self.path.partition("?")[0]](self)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""

    # -- what faults are made of ------------------------------------------------------------------------------------

    def answer(self, body: bytes = b"", status: int = 200, **headers: str) -> None:
        """A whole answer. `content_length="-"` leaves a header out."""
        fields = {"Content-Type": "application/json", "Content-Length": str(len(body)), "Connection": "close"}
        fields |= {name.replace("_", "-").title(): value for name, value in headers.items()}
        self.send_response(status)
        for name, value in fields.items():
            if value != "-":
                self.send_header(name, value)
        self.end_headers()
        self.send(body)

    def send(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()

    def drip(self, piece: bytes) -> None:
        """The same few bytes again and again, for ever."""
        while not self.provider.stopping.wait(DRIP_SECONDS):
            self.send(piece)

    def pour(self, piece: bytes, total: int) -> None:
        """The same bytes as fast as they go, up to a total."""
        for _ in range(total // len(piece)):
            self.send(piece)

    def reset(self) -> None:
        """Ends the connection with an RST instead of a FIN."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    @property
    def turn(self) -> int:
        """1 for the first request of this path."""
        return self.provider.times(self.path)


def fault(path: str) -> Callable[[Callable[[Handler], None]], Callable[[Handler], None]]:
    def add(function: Callable[[Handler], None]) -> Callable[[Handler], None]:
        FAULTS[path] = function
        return function

    return add


# -- sound answers -----------------------------------------------------------------------------------------------------


@fault("/ok")
def _ok(to: Handler) -> None:
    to.answer(BODY)


@fault("/etag")
def _etag(to: Handler) -> None:
    if to.headers["If-None-Match"] == ETAG:
        to.answer(status=304, etag=ETAG)
    else:
        to.answer(BODY, etag=ETAG)


@fault("/last-modified")
def _last_modified(to: Handler) -> None:
    if to.headers["If-Modified-Since"] == LAST_MODIFIED:
        to.answer(status=304)
    else:
        to.answer(BODY, last_modified=LAST_MODIFIED)


@fault("/gzip")
def _gzip(to: Handler) -> None:
    to.answer(gzip.compress(BODY), content_encoding="gzip")


@fault("/gzip-in-parts")
def _gzip_in_parts(to: Handler) -> None:
    to.answer(gzip.compress(BODY[:40]) + gzip.compress(BODY[40:]), content_encoding="gzip")


@fault("/chunked")
def _chunked(to: Handler) -> None:
    to.answer(content_length="-", transfer_encoding="chunked")
    for start in range(0, len(BODY), 50):
        piece = BODY[start : start + 50]
        to.send(b"%x\r\n%s\r\n" % (len(piece), piece))
    to.send(b"0\r\n\r\n")


@fault("/until-close")
def _until_close(to: Handler) -> None:
    to.answer(BODY, content_length="-")


# -- statuses ----------------------------------------------------------------------------------------------------------


@fault("/500-then-ok")
def _500_then_ok(to: Handler) -> None:
    if to.turn == 1:
        to.answer(b"oops", 500)
    else:
        to.answer(BODY)


@fault("/429-then-ok")
def _429_then_ok(to: Handler) -> None:
    if to.turn == 1:
        to.answer(status=429, retry_after="1")
    else:
        to.answer(BODY)


@fault("/429-for-an-hour")
def _429_for_an_hour(to: Handler) -> None:
    to.answer(status=429, retry_after="3600")


@fault("/429-for-ever")
def _429_for_ever(to: Handler) -> None:
    to.answer(status=429, retry_after="9" * 400)


@fault("/429-until-a-date")
def _429_until_a_date(to: Handler) -> None:
    to.answer(status=429, retry_after="Fri, 31 Dec 9999 23:59:59 GMT")


@fault("/429-in-foreign-digits")
def _429_in_foreign_digits(to: Handler) -> None:
    to.answer(status=429, retry_after="\N{SUPERSCRIPT TWO}")


@fault("/304-unasked")
def _304_unasked(to: Handler) -> None:
    to.answer(status=304)


def _always(status: int) -> Callable[[Handler], None]:
    return lambda to: to.answer(b'{"error": "no"}', status)


FAULTS |= {
    f"/{status}": _always(status) for status in (204, 206, 400, 401, 403, 404, 408, 410, 425, 500, 502, 503, 504)
}


# -- redirects ---------------------------------------------------------------------------------------------------------


@fault("/moved")
def _moved(to: Handler) -> None:
    to.answer(status=301, location=to.provider.url("/ok"))


@fault("/elsewhere")
def _elsewhere(to: Handler) -> None:
    to.answer(status=307, location=to.provider.elsewhere)


@fault("/moved-to-a-file")
def _moved_to_a_file(to: Handler) -> None:
    to.answer(status=302, location="file:///etc/passwd")


@fault("/moved-with-a-bomb")
def _moved_with_a_bomb(to: Handler) -> None:
    to.answer(bomb(), 302, location="/ok", content_encoding="gzip")


@fault("/moved-and-drips")
def _moved_and_drips(to: Handler) -> None:
    to.answer(status=302, location="/ok", content_length="100000000")
    to.drip(b" ")


# -- bodies ------------------------------------------------------------------------------------------------------------


@fault("/html")
def _html(to: Handler) -> None:
    to.answer(b"<!DOCTYPE html><title>Sign in</title>", content_type="text/html")


@fault("/error-object")
def _error_object(to: Handler) -> None:
    to.answer(b'{"error": {"message": "rate limited"}}')


@fault("/empty")
def _empty(to: Handler) -> None:
    to.answer(b"")


@fault("/empty-list")
def _empty_list(to: Handler) -> None:
    to.answer(b'{"data": []}')


@fault("/shrunken")
def _shrunken(to: Handler) -> None:
    to.answer(json.dumps({"data": MODELS[:1]}).encode())


@fault("/not-utf-8")
def _not_utf_8(to: Handler) -> None:
    to.answer(BODY.replace(b"Small", b"Gro\xdf"))


@fault("/not-json")
def _not_json(to: Handler) -> None:
    to.answer(BODY[:-20])


@fault("/truncated")
def _truncated(to: Handler) -> None:
    to.answer(BODY[:-20], content_length=str(len(BODY)))


@fault("/truncated-gzip")
def _truncated_gzip(to: Handler) -> None:
    to.answer(gzip.compress(BODY)[:-12], content_encoding="gzip")


@fault("/damaged-gzip")
def _damaged_gzip(to: Handler) -> None:
    to.answer(b"\x1f\x8b" + BODY, content_encoding="gzip")


@fault("/chunked-cut-off")
def _chunked_cut_off(to: Handler) -> None:
    to.answer(content_length="-", transfer_encoding="chunked")
    to.send(b"%x\r\n%s\r\n" % (50, BODY[:50]))


@fault("/chunked-nonsense")
def _chunked_nonsense(to: Handler) -> None:
    to.answer(b"zz\r\nabc", content_length="-", transfer_encoding="chunked")


@fault("/chunk-extension")
def _chunk_extension(to: Handler) -> None:
    to.answer(b"1;", content_length="-", transfer_encoding="chunked")
    to.pour(b"x" * 65_536, 100_000_000)


@fault("/bomb")
def _bomb(to: Handler) -> None:
    to.answer(bomb(), content_encoding="gzip")


@fault("/patient-bomb")
def _patient_bomb(to: Handler) -> None:
    """Stays below every ratio, and is too large all the same."""
    pack = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    to.answer(content_length="-", content_encoding="gzip")
    piece = b'{"padding": "' + bytes(range(33, 91)) * 40 + b'"}'
    noise = memoryview(bomb_noise())
    for turn in range(70_000_000 // (len(piece) + 100)):
        to.send(pack.compress(piece) + pack.compress(bytes(noise[turn % 9_000 : turn % 9_000 + 100])))


@fault("/deflate-bomb")
def _deflate_bomb(to: Handler) -> None:
    to.answer(zlib.compress(b" " * 1_000_000), content_encoding="deflate")


@fault("/large")
def _large(to: Handler) -> None:
    to.answer(content_length="-")
    to.pour(b" " * 1_000_000, 60_000_000)


@fault("/brotli")
def _brotli(to: Handler) -> None:
    to.answer(b"\x0b\x02\x80{}\x03", content_encoding="br")


@fault("/drip")
def _drip(to: Handler) -> None:
    to.answer(content_length="100000000")
    to.drip(b" ")


@fault("/drip-until-close")
def _drip_until_close(to: Handler) -> None:
    to.answer(BODY, content_length="-")
    to.drip(b" ")


@fault("/chunked-drip")
def _chunked_drip(to: Handler) -> None:
    to.answer(content_length="-", transfer_encoding="chunked")
    to.drip(b"1\r\n \r\n")


# -- headers and connections -------------------------------------------------------------------------------------------


@fault("/silent")
def _silent(to: Handler) -> None:
    to.provider.stopping.wait(30)


@fault("/drip-of-a-header")
def _drip_of_a_header(to: Handler) -> None:
    to.send(b"HTTP/1.1 200 OK\r\nX-Long: ")
    to.drip(b"x")


@fault("/endless-headers")
def _endless_headers(to: Handler) -> None:
    to.send(b"HTTP/1.1 200 OK\r\n")
    to.pour(b"X-More: yes\r\n" * 1000, 50_000_000)


@fault("/endless-header")
def _endless_header(to: Handler) -> None:
    to.send(b"HTTP/1.1 200 OK\r\nX-Long: ")
    to.pour(b"x" * 65_536, 50_000_000)


@fault("/endless-continue")
def _endless_continue(to: Handler) -> None:
    to.pour(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, 2_000_000_000)


@fault("/odd-headers")
def _odd_headers(to: Handler) -> None:
    to.answer(BODY, etag='"a\x00b"', last_modified="x" * 5_000, link="<<;;==,,<")


@fault("/folded-etag")
def _folded_etag(to: Handler) -> None:
    to.answer(BODY, etag='"a\r\n b"')


@fault("/odd-length")
def _odd_length(to: Handler) -> None:
    to.answer(BODY, content_length="9" * 5_000)


@fault("/nonsense")
def _nonsense(to: Handler) -> None:
    to.send(b"SSH-2.0-OpenSSH_9.6\r\n\r\n\x00\x01\x02")


@fault("/reset")
def _reset(to: Handler) -> None:
    to.reset()


@fault("/reset-in-the-middle")
def _reset_in_the_middle(to: Handler) -> None:
    to.answer(BODY, content_length=str(len(BODY) * 2))
    time.sleep(0.05)
    to.reset()


@fault("/hang-up")
def _hang_up(to: Handler) -> None:
    to.connection.shutdown(socket.SHUT_RDWR)


@cache
def bomb() -> bytes:
    """300 MB of blanks in 300 kB, as one stream. Its end is missing; who gets there has lost already."""
    pack = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    start = pack.compress(b"{") + pack.flush(zlib.Z_FULL_FLUSH)
    return start + (pack.compress(b" " * 1_000_000) + pack.flush(zlib.Z_FULL_FLUSH)) * 300


@cache
def bomb_noise() -> bytes:
    """Bytes that do not compress, the same ones every time."""
    noise, last = bytearray(), 1
    while len(noise) < 10_000:
        last = last * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407 & (1 << 64) - 1
        noise.append(last >> 56)
    return bytes(noise)


def closed_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
