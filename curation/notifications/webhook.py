"""Webhooks, by Standard Webhooks 1.0.0 (https://www.standardwebhooks.com): signed, checked, never redirected.

The secret (`whsec_…`) is derived from SECRET_KEY and the subscription, and stored nowhere: a copy of the database
cannot sign. The address is untrusted input, and the body of the response is not read; see `registry.http.client`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from curation.models import Subscription
from curation.notifications.errors import Gone, NotSent
from registry.http import client
from registry.http.addresses import check_url
from registry.http.errors import Failure

SECONDS: Final = 15
_PREFIX: Final = "whsec_"


def secret_of(subscription: Subscription) -> str:
    """The key by which the receiver verifies signatures: `whsec_` and base64."""
    who = f"{subscription.pk}:{subscription.nonce}"
    key = salted_hmac("curation.notifications.webhook", who, algorithm="sha256").digest()
    return _PREFIX + base64.b64encode(key).decode()


def signature(secret: str, identifier: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature`: `v1,` and the HMAC-SHA256 of `id.timestamp.body`, in base64."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{identifier}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def check_address(url: str) -> None:
    """Raises NotPublic for an address that is never allowed. Whether its host is public is checked when sending."""
    check_url(url, settings.NOTIFY_PRIVATE_HOSTS)


def send(subscription: Subscription, message: UUID, body: bytes, *, at: datetime) -> None:
    """POSTs a message once. Anything but 2xx is a failure. Raises NotSent, and Gone when the receiver wants no more."""
    identifier, timestamp = f"msg_{message.hex}", int(at.timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"{client.PRODUCT} (+webhook)",
        "webhook-id": identifier,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret_of(subscription), identifier, timestamp, body),
    }
    hosts = settings.NOTIFY_PRIVATE_HOSTS
    try:
        host = check_url(subscription.address, hosts)
        answer = client.post(
            subscription.address,
            body,
            headers=headers,
            private_hosts=hosts,
            total_seconds=SECONDS,
            attempts=1,
            is_read=False,
        )
    except Failure as failure:
        raise NotSent(f"{failure}.") from None
    _check(answer.status, host)


def _check(status: int, host: str) -> None:
    if 200 <= status < 300:
        return
    if status == 410:
        raise Gone(f"{host} answers 410: it wants no more messages. The notification was switched off.")
    if 300 <= status < 400:
        raise NotSent(f"{host} answers {status}, a redirect, which is not followed. Enter the address it leads to.")
    raise NotSent(f"{host} answers {status}, where 2xx was expected.")
