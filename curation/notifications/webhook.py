"""Webhooks, by Standard Webhooks 1.0.0 (https://www.standardwebhooks.com): signed, checked, never redirected.

The secret (`whsec_…`) is derived from SECRET_KEY and the subscription, and kept nowhere: a copy of the database signs
nothing. The address is another person's word: only https to public addresses is talked to, on the connection that was
checked, for a bounded time; what the receiver answers is not read.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import socket
import ssl
from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

import requests
import urllib3
from django.conf import settings
from django.utils.crypto import salted_hmac

from curation.models import Subscription
from curation.notifications.errors import Gone, NotSent
from registry.net.addresses import NotPublic, check_url
from registry.net.connection import CheckedAdapter, Deadline

SECONDS: Final = 15
CONNECT_SECONDS: Final = 5
_PREFIX: Final = "whsec_"


def secret_of(subscription: Subscription) -> str:
    """What the receiver checks signatures with: `whsec_` and base64."""
    who = f"{subscription.pk}:{subscription.nonce}"
    key = salted_hmac("curation.notifications.webhook", who, algorithm="sha256").digest()
    return _PREFIX + base64.b64encode(key).decode()


def signature(secret: str, identifier: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature`: `v1,` and the HMAC-SHA256 of `id.timestamp.body`, in base64."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{identifier}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def check_address(url: str) -> None:
    """Raises NotPublic for an address that nothing is ever sent to; whether its host is public shows at sending."""
    check_url(url, settings.NOTIFY_PRIVATE_HOSTS)


def send(subscription: Subscription, message: UUID, body: bytes, *, at: datetime) -> None:
    """POSTs a message. Anything but 2xx is a failure. Raises NotSent, and Gone when the receiver wants no more."""
    try:
        host = check_url(subscription.address, settings.NOTIFY_PRIVATE_HOSTS)
    except NotPublic as error:
        raise NotSent(str(error)) from error
    identifier, timestamp = f"msg_{message.hex}", int(at.timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "modelsuite-registry/0.1 (+webhook)",
        "webhook-id": identifier,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret_of(subscription), identifier, timestamp, body),
    }
    _check(_post(subscription.address, headers, body, host), host)


def _post(url: str, headers: dict[str, str], body: bytes, host: str) -> int:
    """The status of the answer. Its body is left alone."""
    with Deadline(SECONDS) as deadline, _Session() as session:
        adapter = CheckedAdapter(deadline, settings.NOTIFY_PRIVATE_HOSTS)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        try:
            with session.post(
                url,
                data=body,
                headers=headers,
                timeout=(CONNECT_SECONDS, SECONDS),
                allow_redirects=False,
                stream=True,
                auth=lambda request: request,  # keeps requests from adding credentials out of a .netrc file
            ) as response:
                return response.status_code
        except (
            requests.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError, NotPublic,
        ) as error:  # fmt: skip
            # Without its cause: requests quotes whole addresses, and some hold a token.
            raise NotSent(_words(error, host, is_late=deadline.is_over)) from None


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """None: requests would otherwise read all of a redirect's body, to no end and unbounded."""
        return None


def _check(status: int, host: str) -> None:
    if 200 <= status < 300:
        return
    if status == 410:
        raise Gone(f"{host} answers 410: it wants no more messages. The notification was switched off.")
    if 300 <= status < 400:
        raise NotSent(f"{host} answers {status}, a redirect, which is not followed. Enter the address it leads to.")
    raise NotSent(f"{host} answers {status}, where 2xx was expected.")


def _words(error: Exception, host: str, *, is_late: bool) -> str:
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, NotPublic):
            return str(cause)
    if is_late:
        return f"{host} gave no answer within {SECONDS} seconds."
    for kind, words in (
        (ssl.SSLCertVerificationError, "has no valid certificate."),
        (ssl.SSLError, "makes no secure connection."),
        (requests.exceptions.ProxyError, "cannot be reached: the proxy of this machine does not let us through."),
        (socket.gaierror, "is not found: look at its name, or at this machine's network."),
        (ConnectionRefusedError, "refuses connections."),
        (TimeoutError, "gave no answer in time."),
    ):
        if any(isinstance(cause, kind) for cause in causes):
            return f"{host} {words}"
    return f"{host} cannot be reached ({type(error).__name__})."


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
