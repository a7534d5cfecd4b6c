"""The one seam to the network: all that is fetched is fetched by `fetch`, and tokens are asked for by `post`; tests
replace only these.

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
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlencode

import requests
import stamina
import urllib3
from django.conf import settings

from registry.net.addresses import NotPublic
from registry.net.connection import CheckedAdapter, Deadline
from syncers.addresses import check_url
from syncers.bodies import beginning_of, read_body
from syncers.errors import BadPayload, ForbiddenAddress, NameNotFound, Refused, SourceError, Unreachable

USER_AGENT: Final = "modelsuite-registry/0.1 (+model catalogue sync)"
CONNECT_SECONDS: Final = 5
READ_SECONDS: Final = 15
TOTAL_SECONDS: Final = 60
ATTEMPTS: Final = 3
LONGEST_PAUSE: Final = 2.0
LONGEST_RETRY_AFTER: Final = 30.0
"""Who asks to be left alone for longer is asked again by the schedule, not by this call."""
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
    return _ask(_Request("GET", url, host, sent), total_seconds)


def post(
    url: str, form: Mapping[str, str], *, headers: Mapping[str, str] | None = None, total_seconds: float = TOTAL_SECONDS
) -> Answer:
    """POSTs a form and gives the answer: how tokens are asked for, and only for what may be asked for twice.

    The same checks, limits and retries as for `fetch`. Raises a SourceError; nothing of the form ever appears in it.
    """
    host = check_url(url)
    sent = {
        "User-Agent": USER_AGENT,
        "Accept": "application/json",
        "Accept-Encoding": "gzip",
        "Content-Type": "application/x-www-form-urlencoded",
        **(headers or {}),
    }
    _check_headers(sent, host)
    return _ask(_Request("POST", url, host, sent, urlencode(form).encode()), total_seconds)


@dataclass(frozen=True, slots=True)
class _Request:
    """What is sent, checked."""

    method: str
    url: str
    host: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(default=None, repr=False)


def _ask(request: _Request, total_seconds: float) -> Answer:
    with Deadline(total_seconds) as deadline:
        for attempt in stamina.retry_context(
            on=_may_pass_before(deadline),
            attempts=ATTEMPTS,
            timeout=None,
            wait_initial=0.5,
            wait_max=LONGEST_PAUSE,
        ):
            with attempt:
                return _ask_once(request, deadline)
    raise AssertionError("unreachable: the last attempt returns or raises")


def _check_headers(headers: Mapping[str, str], host: str) -> None:
    for name, value in headers.items():
        if not re.fullmatch(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?", value):
            raise Refused(
                f"{host}: the value for {name} cannot be sent; look for blanks, line breaks or foreign signs in the key"
            )


def _may_pass_before(deadline: Deadline) -> Callable[[Exception], bool | float]:
    """Whether to try again, and after how many seconds when the server said so."""

    def may_pass(error: Exception) -> bool | float:
        if not isinstance(error, SourceError) or not error.retriable:
            return False
        after: float | None = getattr(error, "retry_after", None)
        if after is None:
            return deadline.left > LONGEST_PAUSE
        return after if after <= LONGEST_RETRY_AFTER and after < deadline.left else False

    return may_pass


def _ask_once(request: _Request, deadline: Deadline) -> Answer:
    host = request.host
    with _Session() as session:
        adapter = CheckedAdapter(deadline, settings.SYNC_PRIVATE_HOSTS)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        try:
            response = session.request(
                request.method,
                request.url,
                headers=dict(request.headers),
                data=request.body,
                timeout=(deadline.at_most(CONNECT_SECONDS), deadline.at_most(READ_SECONDS)),
                allow_redirects=False,
                stream=True,
                auth=_no_netrc,
            )
            with response:
                _check_status(response, host, deadline)
                if response.status_code == requests.codes.not_modified:
                    return _unchanged(request.headers, host)
                body = read_body(response, host, deadline)
        except (
            requests.RequestException,
            urllib3.exceptions.HTTPError,
            http.client.HTTPException,
            NotPublic,
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


def _as_source_error(error: Exception, host: str, deadline: Deadline) -> SourceError:
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, SourceError):
            return cause
        if isinstance(cause, NotPublic):
            return ForbiddenAddress(str(cause))
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


def _check_status(response: requests.Response, host: str, deadline: Deadline) -> None:
    status = response.status_code
    if status in (200, 304):
        return
    if 300 <= status < 400:
        raise ForbiddenAddress(
            f"{host}: {status}, redirects to another address, which is not followed; "
            "the source's URL may be out of date"
        )
    if status in (401, 403):
        said = beginning_of(response, host, deadline)
        raise Refused(
            f"{host}: {status}, the key is missing, wrong or not allowed to list models", status=status, said=said
        )
    if status in (404, 410):
        raise Refused(f"{host}: {status}, the address is gone; the source needs a look", status=status)
    if status in (408, 425, 429) or status >= 500:
        after = _retry_after(response.headers.get("Retry-After", ""))
        wish = f" and asks to be left alone for {after:,.0f} s" if after else ""
        raise Unreachable(f"{host}: answers {status}{wish}", retry_after=after)
    said = beginning_of(response, host, deadline) if status == requests.codes.bad_request else b""
    raise Refused(f"{host}: unexpected answer {status}", status=status, said=said)


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
