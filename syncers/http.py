"""The one seam to the network: everything that is fetched is fetched by `fetch`, and tests replace only this.

Polite and safe by construction: https to public addresses only, no redirects, bounded in time and in bytes both on the wire
and unpacked, retries with back-off for what may pass, `Retry-After` honoured, unchanged documents not sent again.
"""

from __future__ import annotations

import ipaddress
import socket
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import requests
import stamina
import urllib3
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

from syncers.errors import BadPayload, ForbiddenAddress, Refused, SourceError, Unreachable
from syncers.payload import MAX_BYTES

USER_AGENT: Final = "modelsuite-registry/0.1 (+model catalogue sync)"
CONNECT_SECONDS: Final = 5
READ_SECONDS: Final = 15
TOTAL_SECONDS: Final = 60
ATTEMPTS: Final = 3
LONGEST_RETRY_AFTER: Final = 30.0
MAX_WIRE_BYTES: Final = 20_000_000
_CHUNK: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """A sound answer: its unpacked body, or `unchanged` when the server said that ours is still right."""

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
    """GETs a document. Raises a SourceError whose text names the host and what to do; secrets never appear in it."""
    deadline = time.monotonic() + total_seconds
    sent = {"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": "gzip, deflate", **(headers or {})}
    if etag:
        sent["If-None-Match"] = etag
    if last_modified:
        sent["If-Modified-Since"] = last_modified
    for attempt in stamina.retry_context(
        on=_may_pass, attempts=ATTEMPTS, timeout=total_seconds, wait_initial=0.5, wait_max=LONGEST_RETRY_AFTER
    ):
        with attempt:
            return _fetch_once(url, sent, deadline)
    raise AssertionError("unreachable: the last attempt returns or raises")


def _may_pass(error: Exception) -> bool | float:
    """Whether to try again, and after how many seconds when the server said so."""
    if not isinstance(error, SourceError) or not error.retriable:
        return False
    after = getattr(error, "retry_after", None)
    return min(after, LONGEST_RETRY_AFTER) if after else True


def _fetch_once(url: str, headers: Mapping[str, str], deadline: float) -> Answer:
    host = check_url(url)
    with requests.Session() as session:
        session.mount("https://", _CheckedAdapter())
        session.mount("http://", _CheckedAdapter())
        try:
            response = session.get(
                url,
                headers=dict(headers),
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
                auth=_no_netrc,
            )
            with response:
                _check_status(response, host)
                if response.status_code == requests.codes.not_modified:
                    return Answer(unchanged=True)
                body = _read(response, host, deadline)
        except requests.exceptions.SSLError as error:
            raise Refused(f"{host}: its certificate is not valid; nothing was read") from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise _as_source_error(error, host) from error
    return Answer(
        body,
        etag=response.headers.get("ETag", "")[:300],
        last_modified=response.headers.get("Last-Modified", "")[:60],
        links=response.links,
    )


def _no_netrc(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps requests from adding credentials out of a .netrc file."""
    return request


def _as_source_error(error: Exception, host: str) -> SourceError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, SourceError):
            return cause
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, requests.Timeout):
        return Unreachable(f"{host}: no answer in time")
    return Unreachable(f"{host}: cannot be reached (no network, name not found or connection refused)")


def _check_status(response: requests.Response, host: str) -> None:
    status = response.status_code
    if status in (200, 304):
        return
    if 300 <= status < 400:
        raise ForbiddenAddress(f"{host}: redirects to another address, which is not followed; the source's URL may be out of date")
    if status in (401, 403):
        raise Refused(f"{host}: {status}, the key is missing, wrong or not allowed to list models")
    if status in (404, 410):
        raise Refused(f"{host}: {status}, the address is gone; the source needs a look")
    if status in (408, 425, 429) or status >= 500:
        after = response.headers.get("Retry-After", "")
        raise Unreachable(f"{host}: answers {status}", retry_after=float(after) if after.isdigit() else None)
    raise Refused(f"{host}: unexpected answer {status}")


def _read(response: requests.Response, host: str, deadline: float) -> bytes:
    """The unpacked body, counted while it comes in: wire bytes, unpacked bytes and seconds are all bounded."""
    unpack = _unpacker(response.headers.get("Content-Encoding", ""), host)
    body, wire = bytearray(), 0
    for chunk in response.raw.stream(_CHUNK, decode_content=False):
        wire += len(chunk)
        if wire > MAX_WIRE_BYTES:
            raise BadPayload(f"{host}: sends more than {MAX_WIRE_BYTES:,} bytes")
        if time.monotonic() > deadline:
            raise Unreachable(f"{host}: too slow, gave up after {wire:,} bytes")
        if unpack is None:
            body += chunk
        else:
            try:
                body += unpack.decompress(chunk, MAX_BYTES + 1 - len(body))
            except zlib.error as error:
                raise BadPayload(f"{host}: the compressed answer is damaged") from error
        if len(body) > MAX_BYTES:
            raise BadPayload(f"{host}: unpacks to more than {MAX_BYTES:,} bytes")
    announced = response.headers.get("Content-Length", "")
    if announced.isdigit() and int(announced) != wire or (unpack is not None and not unpack.eof):
        raise Unreachable(f"{host}: the answer broke off after {wire:,} bytes")
    return bytes(body)


def _unpacker(encoding: str, host: str) -> Any:
    match encoding.strip().lower():
        case "" | "identity":
            return None
        case "gzip" | "x-gzip" | "deflate":
            return zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    raise BadPayload(f"{host}: answers in an encoding that was not asked for: {encoding[:40]!r}")


# -- addresses -----------------------------------------------------------------------------------------------------


def check_url(url: str) -> str:
    """The host of a URL that may be fetched. Raises ForbiddenAddress."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" and host not in settings.SYNC_PRIVATE_HOSTS:
        raise ForbiddenAddress(f"only https addresses are fetched, not {parts.scheme or 'none'}://{host}")
    if not host or parts.username or parts.password:
        raise ForbiddenAddress("an address needs a host and no credentials in it")
    return host


def public_address(host: str, port: int) -> str:
    """The address to connect to: resolved once, and refused when any of its addresses is not public."""
    found = {str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    if host not in settings.SYNC_PRIVATE_HOSTS:
        for address in found:
            ip = ipaddress.ip_address(address.partition("%")[0])
            mapped = getattr(ip, "ipv4_mapped", None)
            if not (mapped or ip).is_global or ip.is_multicast:
                raise ForbiddenAddress(f"{host} leads to the private address {address}, which is never fetched")
    return sorted(found, key=lambda address: ":" in address)[0]


class _Checked:
    """Connects to the very address that was checked, so that a name cannot change its mind in between."""

    _dns_host: str
    port: int

    def _new_conn(self) -> socket.socket:
        name = self._dns_host
        self._dns_host = public_address(name, self.port)
        try:
            return super()._new_conn()  # type: ignore[misc, no-any-return]
        finally:
            self._dns_host = name


class _CheckedHTTPS(_Checked, HTTPSConnection):
    pass


class _CheckedHTTP(_Checked, HTTPConnection):
    pass


class _CheckedAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        https, http = urllib3.HTTPSConnectionPool, urllib3.HTTPConnectionPool
        self.poolmanager.pool_classes_by_scheme = {
            "https": type("CheckedHTTPSPool", (https,), {"ConnectionCls": _CheckedHTTPS}),
            "http": type("CheckedHTTPPool", (http,), {"ConnectionCls": _CheckedHTTP}),
        }
