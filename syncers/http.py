"""The one seam to the network: all that is fetched is fetched by `fetch`; tests replace only this.

Polite and safe by construction: https to public addresses only, no redirects, bounded in time and
in bytes both on the wire and unpacked, retries with back-off for what may pass, `Retry-After`
honoured, unchanged documents not sent again.

A proxy named by the usual variables (HTTPS_PROXY, NO_PROXY) is used, and REQUESTS_CA_BUNDLE is
read, since a network that asks for them has no other way out. A host is checked before a proxy is
asked for it; to which of its addresses the proxy then connects is for the proxy to say. Credentials
in a .netrc file are never sent. Looking a name up takes as long as the system's resolver lets it.
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, ClassVar, Final, Self
from urllib.parse import urlsplit

import requests
import stamina
import urllib3
from django.conf import settings
from requests.adapters import HTTPAdapter
from requests.utils import select_proxy
from urllib3.connection import HTTPConnection, HTTPSConnection

from syncers.errors import BadPayload, ForbiddenAddress, NameNotFound, Refused, SourceError, Unreachable
from syncers.payload import MAX_BYTES

USER_AGENT: Final = "modelsuite-registry/0.1 (+model catalogue sync)"
CONNECT_SECONDS: Final = 5
READ_SECONDS: Final = 15
TOTAL_SECONDS: Final = 60
ATTEMPTS: Final = 3
LONGEST_PAUSE: Final = 2.0
LONGEST_RETRY_AFTER: Final = 30.0
"""Who asks to be left alone for longer is asked again by the schedule, not by this call."""
MAX_WIRE_BYTES: Final = 20_000_000
MAX_RATIO: Final = 100
"""How many times its size a compressed answer may unpack to; catalogues reach 30."""
_CHUNK: Final = 64 * 1024
_UNPACKED_CHUNK: Final = 1024 * 1024
_VALIDATOR: Final = re.compile(r"[\x20-\x7e]{1,300}")


@dataclass(frozen=True, slots=True)
class Answer:
    """A sound answer: its unpacked body, or `unchanged` when the server says ours is still right."""

    body: bytes = b""
    unchanged: bool = False
    etag: str = ""
    last_modified: str = ""
    links: Mapping[str, Any] = field(default_factory=dict)


def fetch(
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    etag: str = "",
    last_modified: str = "",
    total_seconds: float = TOTAL_SECONDS,
) -> Answer:
    """GETs a document. Retries, pauses and all, it ends after `total_seconds`.

    Raises a SourceError whose text names the host and what to do; secrets never appear in it.
    """
    host = check_url(url)
    sent = {
        "User-Agent": USER_AGENT,
        "Accept": "application/json",
        "Accept-Encoding": "gzip",
        **(headers or {}),
    }
    if etag:
        sent["If-None-Match"] = etag
    if last_modified:
        sent["If-Modified-Since"] = last_modified
    _check_headers(sent, host)
    with _Deadline(total_seconds) as deadline:
        for attempt in stamina.retry_context(
            on=_may_pass_before(deadline),
            attempts=ATTEMPTS,
            timeout=None,
            wait_initial=0.5,
            wait_max=LONGEST_PAUSE,
        ):
            with attempt:
                return _fetch_once(url, host, sent, deadline)
    raise AssertionError("unreachable: the last attempt returns or raises")


def _check_headers(headers: Mapping[str, str], host: str) -> None:
    for name, value in headers.items():
        if not re.fullmatch(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?", value):
            raise Refused(
                f"{host}: the value for {name} cannot be sent; look for blanks, line breaks or foreign signs in the key"
            )


def _may_pass_before(deadline: _Deadline) -> Callable[[Exception], bool | float]:
    """Whether to try again, and after how many seconds when the server said so."""

    def may_pass(error: Exception) -> bool | float:
        if not isinstance(error, SourceError) or not error.retriable:
            return False
        after: float | None = getattr(error, "retry_after", None)
        if after is None:
            return deadline.left > LONGEST_PAUSE
        return after if after <= LONGEST_RETRY_AFTER and after < deadline.left else False

    return may_pass


def _fetch_once(url: str, host: str, headers: Mapping[str, str], deadline: _Deadline) -> Answer:
    with _Session() as session:
        adapter = _CheckedAdapter(deadline)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        try:
            response = session.get(
                url,
                headers=dict(headers),
                timeout=(deadline.at_most(CONNECT_SECONDS), deadline.at_most(READ_SECONDS)),
                allow_redirects=False,
                stream=True,
                auth=_no_netrc,
            )
            with response:
                _check_status(response, host)
                if response.status_code == requests.codes.not_modified:
                    return _unchanged(headers, host)
                body = _read(response, host, deadline)
        except (
            requests.RequestException,
            urllib3.exceptions.HTTPError,
            http.client.HTTPException,
            OSError,
        ) as error:
            # Without its cause: requests quotes addresses, and some providers want their key in there.
            raise _as_source_error(error, host, deadline) from None
    return Answer(
        body,
        etag=_validator(response, "ETag"),
        last_modified=_validator(response, "Last-Modified"),
        links=response.links,
    )


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """None: requests would otherwise read all of a redirect's body, to no end and unbounded."""
        return None


def _no_netrc(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps requests from adding credentials out of a .netrc file."""
    return request


def _unchanged(sent: Mapping[str, str], host: str) -> Answer:
    if not {"If-None-Match", "If-Modified-Since"} & set(sent):
        raise BadPayload(f"{host}: answers 304 (unchanged) although nothing is known of it here")
    return Answer(unchanged=True)


def _validator(response: requests.Response, name: str) -> str:
    """A header that is sent back the next time; "" when it could not be."""
    value = str(response.headers.get(name, "")).strip()
    return value if _VALIDATOR.fullmatch(value) else ""


def _as_source_error(error: Exception, host: str, deadline: _Deadline) -> SourceError:
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, SourceError):
            return cause
    if deadline.is_over:
        return Unreachable(f"{host}: too slow, gave up when the time for it was over")
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return Refused(f"{host}: its certificate is not valid; nothing was read")
    for kinds, words in _WORDS:
        if any(isinstance(cause, kinds) for cause in causes):
            return (NameNotFound if socket.gaierror in kinds else Unreachable)(f"{host}: {words}")
    return Unreachable(f"{host}: cannot be reached ({type(error).__name__})")


#: What is said of an error, by the first kind that it is or wraps.
_WORDS: Final[tuple[tuple[tuple[type[BaseException], ...], str], ...]] = (
    ((ssl.SSLError,), "no secure connection can be made"),
    ((requests.exceptions.ProxyError,), "the proxy of this machine (HTTPS_PROXY) does not let us through"),
    ((socket.gaierror,), "cannot be reached, its name is not found (or no network)"),
    ((ConnectionRefusedError,), "cannot be reached, it refuses connections"),
    ((TimeoutError, urllib3.exceptions.ReadTimeoutError), "no answer in time"),
    (
        (urllib3.exceptions.ProtocolError, http.client.HTTPException, ConnectionError),
        "the connection broke off in the middle of the answer",
    ),
)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all that it wraps; requests and urllib3 also hide causes in their arguments."""
    found, seen = [error], set()
    while found:
        cause = found.pop()
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        inner = (cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args)
        found += [one for one in inner if isinstance(one, BaseException)]


def _check_status(response: requests.Response, host: str) -> None:
    status = response.status_code
    if status in (200, 304):
        return
    if 300 <= status < 400:
        raise ForbiddenAddress(
            f"{host}: {status}, redirects to another address, which is not followed; "
            "the source's URL may be out of date"
        )
    if status in (401, 403):
        raise Refused(f"{host}: {status}, the key is missing, wrong or not allowed to list models")
    if status in (404, 410):
        raise Refused(f"{host}: {status}, the address is gone; the source needs a look")
    if status in (408, 425, 429) or status >= 500:
        after = _retry_after(response.headers.get("Retry-After", ""))
        wish = f" and asks to be left alone for {after:,.0f} s" if after else ""
        raise Unreachable(f"{host}: answers {status}{wish}", retry_after=after)
    raise Refused(f"{host}: unexpected answer {status}")


def _retry_after(text: str) -> float | None:
    """Seconds out of a Retry-After header, which holds seconds or a date."""
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    with suppress(ValueError, TypeError, OverflowError):
        wanted = parsedate_to_datetime(text)
        if wanted.tzinfo is None:
            wanted = wanted.replace(tzinfo=UTC)
        return max(0.0, (wanted - datetime.now(UTC)).total_seconds())
    return None


# -- the body ----------------------------------------------------------------------------------------


def _read(response: requests.Response, host: str, deadline: _Deadline) -> bytes:
    """The unpacked body, counted as it comes: wire bytes, unpacked bytes and seconds are bounded."""
    unpack = _unpacker(response.headers.get("Content-Encoding", ""), host)
    body, wire = bytearray(), 0
    while chunk := response.raw.read1(_CHUNK, decode_content=False):
        wire += len(chunk)
        if wire > MAX_WIRE_BYTES:
            raise BadPayload(f"{host}: sends more than {MAX_WIRE_BYTES:,} bytes")
        if deadline.is_over:
            break
        for piece in unpack.pieces(chunk):
            body += piece
            if len(body) > MAX_BYTES:
                raise BadPayload(f"{host}: unpacks to more than {MAX_BYTES:,} bytes")
            if len(body) > _UNPACKED_CHUNK and len(body) > MAX_RATIO * wire:
                raise BadPayload(f"{host}: unpacks to more than {MAX_RATIO} times of what it sends")
    if deadline.is_over:
        raise Unreachable(f"{host}: too slow, gave up after {wire:,} bytes")
    if not unpack.is_complete:
        raise Unreachable(f"{host}: the answer broke off after {wire:,} bytes")
    return bytes(body)


class _Plain:
    """Takes a body as it comes."""

    is_complete = True

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        yield chunk


class _Gzip:
    """Unpacks a body in pieces that are small whatever the packed bytes claim to be."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._unpack = self._new()
        self.is_complete = False

    @staticmethod
    def _new() -> zlib._Decompress:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        while chunk:
            if self._unpack.eof:  # a file may be several, one behind the other
                self._unpack = self._new()
            try:
                piece = self._unpack.decompress(chunk, _UNPACKED_CHUNK)
            except zlib.error as error:
                raise BadPayload(f"{self._host}: the compressed answer is damaged") from error
            chunk = self._unpack.unused_data or self._unpack.unconsumed_tail
            self.is_complete = self._unpack.eof
            yield piece


def _unpacker(encoding: str, host: str) -> _Plain | _Gzip:
    match encoding.strip().lower():
        case "" | "identity":
            return _Plain()
        case "gzip" | "x-gzip":
            return _Gzip(host)
    raise BadPayload(f"{host}: answers in an encoding that was not asked for: {encoding[:40]!r}")


# -- time --------------------------------------------------------------------------------------------


class _Deadline:
    """The end of a call. When it comes, the connection is cut, whatever it is waiting for.

    Time-outs of a socket start anew with every byte; this one does not, and so also ends what
    drips: handshakes, headers and bodies.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._lock = threading.Lock()
        self._watched: socket.socket | None = None

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        self._forget()

    @property
    def left(self) -> float:
        """Seconds until the end; not below 0."""
        return max(0.0, self._end - time.monotonic())

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._end

    def at_most(self, seconds: float) -> float:
        """A time-out that does not reach beyond the end."""
        return max(0.001, min(seconds, self.left))

    def watch(self, connection: socket.socket) -> None:
        """Cuts this connection when the time is over. Only the latest one is watched."""
        self._forget()
        with self._lock:
            # A second handle on the same connection, because TLS takes the first one away.
            self._watched = connection.dup()
        if self.is_over:
            self._cut()

    def _forget(self) -> None:
        with self._lock:
            if self._watched:
                self._watched.close()
            self._watched = None

    def _cut(self) -> None:
        with self._lock:
            if self._watched:
                with suppress(OSError):
                    self._watched.shutdown(socket.SHUT_RDWR)


# -- addresses ---------------------------------------------------------------------------------------


_ASSUMED_PUBLIC_BUT_NOT: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # special purposes; one cloud serves its metadata there
        "168.63.129.16/32",  # another cloud's, within its public range
    )
)
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_ASSIGNED: Final = ipaddress.IPv6Network("2000::/3")


def check_url(url: str) -> str:
    """The host of a URL that may be fetched. Raises ForbiddenAddress."""
    if not re.fullmatch(r"[\x21-\x5b\x5d-\x7e]+", url):
        raise ForbiddenAddress("an address holds no blanks, backslashes, line breaks or foreign signs")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise ForbiddenAddress("that is no address: its host or port cannot be read") from error
    private = host in settings.SYNC_PRIVATE_HOSTS
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        raise ForbiddenAddress(f"only https is fetched, not {parts.scheme or 'none'}://{host}")
    if not host or "@" in parts.netloc or "%" in host:
        raise ForbiddenAddress("an address needs a host, and no credentials or network zone in it")
    return host


def public_address(host: str, port: int) -> str:
    """The address to connect to: resolved once, refused when any of its addresses is not public."""
    return public_addresses(host, port)[0]


def public_addresses(host: str, port: int) -> list[str]:
    """All addresses of a host, IPv4 first. Raises ForbiddenAddress if any of them is not public."""
    try:
        resolved = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise ForbiddenAddress(f"{host[:80]!r} is no name of a host") from error
    found = sorted({str(info[4][0]) for info in resolved}, key=lambda one: (":" in one, one))
    if host not in settings.SYNC_PRIVATE_HOSTS:
        for address in found:
            if not _is_public(address):
                raise ForbiddenAddress(f"{host} leads to the private address {address}, which is never fetched")
    return found


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:  # on a network without IPv4: stands for the IPv4 address at its end
            ip = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
        elif ip not in _ASSIGNED or ip.sixtofour or ip.teredo:
            return False
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in _ASSUMED_PUBLIC_BUT_NOT)


class _Watched:
    """Ends with the deadline."""

    deadline: ClassVar[_Deadline]

    def _new_conn(self) -> socket.socket:
        connection: socket.socket = super()._new_conn()  # type: ignore[misc]
        self.deadline.watch(connection)
        return connection


class _Checked(_Watched):
    """Connects to the very addresses that were checked, so that a name cannot change its mind."""

    _dns_host: str
    port: int

    def _new_conn(self) -> socket.socket:
        name = self._dns_host
        addresses = public_addresses(name, self.port)
        try:
            for address in addresses[:-1]:
                self._dns_host = address  # what urllib3 connects to; certificates go by `host`
                with suppress(urllib3.exceptions.HTTPError):
                    return super()._new_conn()
            self._dns_host = addresses[-1]
            return super()._new_conn()
        finally:
            self._dns_host = name


class _CheckedAdapter(HTTPAdapter):
    def __init__(self, deadline: _Deadline) -> None:
        self._deadline = deadline
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools(_Checked)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """The proxy's own address is the operator's word, and not checked."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = self._pools(_Watched)
        return manager

    def _pools(self, kind: type[_Watched]) -> dict[str, Any]:
        pools: dict[str, tuple[type, type]] = {
            "https": (urllib3.HTTPSConnectionPool, HTTPSConnection),
            "http": (urllib3.HTTPConnectionPool, HTTPConnection),
        }
        return {
            scheme: type(
                pool.__name__,
                (pool,),
                {"ConnectionCls": type(base.__name__, (kind, base), {"deadline": self._deadline})},
            )
            for scheme, (pool, base) in pools.items()
        }

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        if select_proxy(request.url or "", kwargs.get("proxies")):
            parts = urlsplit(request.url or "")
            with suppress(socket.gaierror):  # in such a network the proxy may know more names
                public_addresses(str(parts.hostname), parts.port or 443)
        return super().send(request, *args, **kwargs)
