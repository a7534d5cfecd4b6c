"""`get` and `post` with safe defaults.

https to public addresses only, no redirects, limits on time and on bytes both on the wire and decompressed, retries
with back-off for temporary errors, `Retry-After`, conditional requests. Other statuses are left to the caller.

A proxy from the usual variables (HTTPS_PROXY, NO_PROXY) and REQUESTS_CA_BUNDLE are used, since some networks require
them. A host is checked before a proxy is asked for it; the proxy itself chooses the address. Credentials in a .netrc
file are never sent. DNS lookups take as long as the system's resolver allows.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import requests
import stamina
import urllib3

from registry.http.addresses import check_url
from registry.http.bodies import beginning_of, read_body
from registry.http.connection import CheckedAdapter, Deadline
from registry.http.errors import Failure, NameNotFound, Unreachable, Untrusted

PRODUCT: Final = "modelsuite-registry/0.1"
"""How the header User-Agent begins."""
CONNECT_SECONDS: Final = 5
READ_SECONDS: Final = 15
TOTAL_SECONDS: Final = 60
ATTEMPTS: Final = 3
LONGEST_PAUSE: Final = 2.0
LONGEST_RETRY_AFTER: Final = 30.0
"""After a longer Retry-After the schedule tries again, not this call."""
_TEMPORARY: Final = frozenset({408, 425, 429})
_EXPLAINED: Final = frozenset({400, 401, 403})
"""Error statuses whose body is read."""
_VALIDATOR: Final = re.compile(r"[\x20-\x7e]{1,300}")


@dataclass(frozen=True, slots=True)
class Response:
    """A host's response: the decompressed body of a success, the beginning of an error body, else nothing."""

    body: bytes = b""
    etag: str = ""
    last_modified: str = ""
    status: int = 200

    @property
    def unchanged(self) -> bool:
        """Whether the server says that the document has not changed."""
        return self.status == 304


@dataclass(frozen=True, slots=True)
class _Request:
    """What is sent, and whether the response body is read."""

    method: str
    url: str
    host: str
    headers: Mapping[str, str] = field(repr=False)
    private_hosts: Collection[str]
    body: bytes | None = field(default=None, repr=False)
    is_read: bool = True


def get(
    url: str,
    *,
    headers: Mapping[str, str],
    etag: str = "",
    last_modified: str = "",
    private_hosts: Collection[str] = (),
    total_seconds: float = TOTAL_SECONDS,
) -> Response:
    """GETs a document, within `total_seconds` including retries and pauses. Raises Failure."""
    sent = dict(headers)
    if etag:
        sent["If-None-Match"] = etag
    if last_modified:
        sent["If-Modified-Since"] = last_modified
    return _send(_Request("GET", url, check_url(url, private_hosts), sent, private_hosts), total_seconds, ATTEMPTS)


def post(
    url: str,
    body: bytes,
    *,
    headers: Mapping[str, str],
    private_hosts: Collection[str] = (),
    total_seconds: float = TOTAL_SECONDS,
    attempts: int = ATTEMPTS,
    is_read: bool = True,
) -> Response:
    """POSTs a body; retries only as `attempts` allows. The body never appears in errors. Raises Failure."""
    host = check_url(url, private_hosts)
    return _send(_Request("POST", url, host, headers, private_hosts, body, is_read), total_seconds, attempts)


def _send(request: _Request, total_seconds: float, attempts: int) -> Response:
    with Deadline(total_seconds) as deadline:
        for attempt in stamina.retry_context(
            on=_retry_until(deadline),
            attempts=attempts,
            timeout=None,
            wait_initial=0.5,
            wait_max=LONGEST_PAUSE,
        ):
            with attempt:
                return _send_once(request, deadline)
    raise AssertionError("unreachable: the last attempt returns or raises")


def _retry_until(deadline: Deadline) -> Callable[[Exception], bool | float]:
    """Whether to retry, and after how many seconds when the server states it."""

    def should_retry(error: Exception) -> bool | float:
        if not isinstance(error, Unreachable) or isinstance(error, NameNotFound):
            return False
        after = error.retry_after
        if after is None:
            return deadline.left > LONGEST_PAUSE
        return after if after <= LONGEST_RETRY_AFTER and after < deadline.left else False

    return should_retry


def _send_once(request: _Request, deadline: Deadline) -> Response:
    with _Session() as session:
        adapter = CheckedAdapter(deadline, request.private_hosts)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        try:
            with session.request(
                request.method,
                request.url,
                headers={"Accept-Encoding": "gzip", **request.headers},
                data=request.body,
                timeout=(deadline.at_most(CONNECT_SECONDS), deadline.at_most(READ_SECONDS)),
                allow_redirects=False,
                stream=True,
                auth=_no_netrc,
            ) as response:
                _raise_temporary(response, request.host)
                body = _body(response, request.host, deadline) if request.is_read else b""
        except (
            requests.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException, Failure, OSError,
        ) as error:  # fmt: skip
            # Without its cause: requests quotes addresses, and some hold a key.
            raise _as_failure(error, request.host, deadline) from None
    return Response(
        body,
        etag=_validator(response, "ETag"),
        last_modified=_validator(response, "Last-Modified"),
        status=response.status_code,
    )


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """None: requests would otherwise read the whole body of a redirect, without a limit."""
        return None


def _no_netrc(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Prevents requests from adding credentials from a .netrc file."""
    return request


def _body(response: requests.Response, host: str, deadline: Deadline) -> bytes:
    if response.status_code == requests.codes.ok:
        return read_body(response, host, deadline)
    return beginning_of(response, host, deadline) if response.status_code in _EXPLAINED else b""


def _validator(response: requests.Response, name: str) -> str:
    """A header value to send back with the next request; "" when it is not valid for that."""
    value = str(response.headers.get(name, "")).strip()
    return value if _VALIDATOR.fullmatch(value) else ""


def _raise_temporary(response: requests.Response, host: str) -> None:
    status = response.status_code
    if status in _TEMPORARY or status >= 500:
        after = _retry_after(response.headers.get("Retry-After", ""))
        wish = f" and asks to be left alone for {after:,.0f} s" if after else ""
        raise Unreachable(f"{host}: answers {status}{wish}", retry_after=after)


def _retry_after(text: str) -> float | None:
    """Seconds from a Retry-After header, which holds seconds or a date."""
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    with suppress(ValueError, TypeError, OverflowError):
        wanted = parsedate_to_datetime(text)
        if wanted.tzinfo is None:
            wanted = wanted.replace(tzinfo=UTC)
        return max(0.0, (wanted - datetime.now(UTC)).total_seconds())
    return None


# -- errors -----------------------------------------------------------------------------------------------------------


def _as_failure(error: Exception, host: str, deadline: Deadline) -> Failure:
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, Failure):
            return cause
    if deadline.is_over:
        return Unreachable(f"{host}: too slow, gave up when the time for it was over")
    for kinds, failure, words in _WORDS:
        if any(isinstance(cause, kinds) for cause in causes):
            return failure(f"{host}: {words}")
    return Unreachable(f"{host}: cannot be reached ({type(error).__name__})")


#: Failure class and message of an error, by the first type that it is or wraps.
_WORDS: Final[tuple[tuple[tuple[type[BaseException], ...], type[Failure], str], ...]] = (
    ((ssl.SSLCertVerificationError,), Untrusted, "its certificate is not valid; nothing was read"),
    ((ssl.SSLError,), Unreachable, "no secure connection can be made"),
    (
        (requests.exceptions.ProxyError,),
        Unreachable,
        "the proxy of this machine (HTTPS_PROXY) does not let us through",
    ),
    ((socket.gaierror,), NameNotFound, "cannot be reached, its name is not found (or no network)"),
    ((ConnectionRefusedError,), Unreachable, "cannot be reached, it refuses connections"),
    ((TimeoutError, urllib3.exceptions.ReadTimeoutError), Unreachable, "no answer in time"),
    (
        (urllib3.exceptions.ProtocolError, http.client.HTTPException, ConnectionError),
        Unreachable,
        "the connection broke off in the middle of the answer",
    ),
)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all errors that it wraps; requests and urllib3 also put causes into their arguments."""
    pending, visited = [error], set()
    while pending:
        cause = pending.pop()
        if id(cause) in visited:
            continue
        visited.add(id(cause))
        yield cause
        inner = (cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args)
        pending += [each for each in inner if isinstance(each, BaseException)]
