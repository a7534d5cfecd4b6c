"""HTTP requests of sources: `fetch` for documents, `post` for tokens; tests replace only these.

All requests go through `registry.http.client`. This module turns answers into the errors of a source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlencode

from django.conf import settings

from registry.http import client
from registry.http import errors as failures
from registry.http.addresses import check_url
from registry.http.client import ATTEMPTS, TOTAL_SECONDS, Response
from syncers.errors import BadPayload, ForbiddenAddress, ProviderRefused, SourceError, Unreachable

__all__ = ["ATTEMPTS", "TOTAL_SECONDS", "Response", "fetch", "post"]

_SENT: Final = {"User-Agent": f"{client.PRODUCT} (+model catalogue sync)", "Accept": "application/json"}
_VALUE: Final = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")
_KINDS: Final[tuple[tuple[type[failures.Failure], type[SourceError]], ...]] = (
    (failures.Unreachable, Unreachable),
    (failures.NotPublic, ForbiddenAddress),
    (failures.Untrusted, ProviderRefused),
    (failures.BadBody, BadPayload),
)


def fetch(
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    etag: str = "",
    last_modified: str = "",
    total_seconds: float = TOTAL_SECONDS,
) -> Response:
    """GETs a document. It ends after `total_seconds`, retries and pauses included.

    Raises a SourceError whose text names the host and what to do; secrets never appear in it.
    """
    hosts = settings.SYNC_PRIVATE_HOSTS
    with _source_errors():
        host = check_url(url, hosts)
        answer = client.get(
            url,
            headers=_checked({**_SENT, **(headers or {})}, host),
            etag=etag,
            last_modified=last_modified,
            private_hosts=hosts,
            total_seconds=total_seconds,
        )
    return _sound(answer, host, is_known=bool(etag or last_modified))


def post(
    url: str, form: Mapping[str, str], *, headers: Mapping[str, str] | None = None, total_seconds: float = TOTAL_SECONDS
) -> Response:
    """POSTs a form and returns the answer. For token requests; only for requests that may be repeated.

    The same checks, limits and retries as for `fetch`. Raises a SourceError; nothing of the form ever appears in it.
    """
    hosts = settings.SYNC_PRIVATE_HOSTS
    sent = {**_SENT, "Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
    with _source_errors():
        host = check_url(url, hosts)
        answer = client.post(
            url,
            urlencode(form).encode(),
            headers=_checked(sent, host),
            private_hosts=hosts,
            total_seconds=total_seconds,
        )
    return _sound(answer, host)


@contextmanager
def _source_errors() -> Iterator[None]:
    """Turns network failures into the errors of a source."""
    try:
        yield
    except failures.Failure as failure:
        kind = next(kind for of, kind in _KINDS if isinstance(failure, of))
        raise kind(str(failure)) from None


def _checked(headers: Mapping[str, str], host: str) -> Mapping[str, str]:
    for name, value in headers.items():
        if not _VALUE.fullmatch(value):
            raise ProviderRefused(
                f"{host}: the value for {name} cannot be sent; look for blanks, line breaks or foreign signs in the key"
            )
    return headers


def _sound(answer: Response, host: str, *, is_known: bool = False) -> Response:
    """The answer, if its status is 200, or 304 for a document that is stored here."""
    status, body = answer.status, answer.body
    if answer.unchanged and not is_known:
        raise BadPayload(f"{host}: answers 304 (unchanged) although nothing is known of it here")
    if status == 200 or answer.unchanged:
        return answer
    if 300 <= status < 400:
        raise ForbiddenAddress(
            f"{host}: {status}, redirects to another address, which is not followed; "
            "the source's URL may be out of date"
        )
    if status in (401, 403):
        raise ProviderRefused(
            f"{host}: {status}, the key is missing, wrong or not allowed to list models", status=status, body=body
        )
    if status in (404, 410):
        raise ProviderRefused(f"{host}: {status}, the address is gone; the source needs a look", status=status)
    raise ProviderRefused(f"{host}: unexpected answer {status}", status=status, body=body)
