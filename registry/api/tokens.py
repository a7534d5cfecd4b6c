"""Tokens of the API: `msr_<identifier>_<secret>`, shown once when they are made.

The identifier finds the row, the secret proves it. What is kept of the secret is an HMAC keyed with SECRET_KEY: a
stolen database opens nothing. The prefix lets scanners for leaked secrets recognise one.
"""

from __future__ import annotations

import logging
import re
import secrets
import string
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.models import User
from django.db import DatabaseError
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from registry.catalogue.snapshot import afterwards
from registry.database.patience import impatient
from registry.models import ApiToken

log = logging.getLogger(__name__)

PREFIX: Final = "msr"
_SIGNS: Final = string.ascii_letters + string.digits
_FORM: Final = re.compile(rf"{PREFIX}_([A-Za-z0-9]{{12}})_([A-Za-z0-9]{{40}})")
_NOTED_EVERY: Final = timedelta(minutes=5)
"""Resolution of the last use: a write for every request would cost more than the request."""


class NotAccepted(Exception):
    """The token is not valid; the message says why, and never contains the token."""


def make(
    name: str,
    owner: User,
    scopes: Collection[str],
    *,
    expires_at: datetime | None = None,
    at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """A new token and its text, which cannot be read again later. Raises ValueError for scopes that do not exist."""
    at = at or timezone.now()
    unknown = sorted(set(scopes) - set(ApiToken.Scope.values))
    if unknown or not scopes:
        allowed = ", ".join(ApiToken.Scope.values)
        raise ValueError(
            f"no such scope: {', '.join(unknown)}; known: {allowed}" if unknown else f"choose from: {allowed}"
        )
    if expires_at is not None and expires_at <= at:
        raise ValueError("the token would have expired already; choose a later time, or none")
    identifier, secret = _random(12), _random(40)
    row = ApiToken.objects.create(
        name=name,
        identifier=identifier,
        digest=_digest(secret),
        owner=owner,
        scopes=sorted(set(scopes)),
        created_at=at,
        expires_at=expires_at,
    )
    return row, f"{PREFIX}_{identifier}_{secret}"


def find(text: str, *, at: datetime | None = None) -> ApiToken:
    """The token of that text, its owner loaded. One query, and rarely a write. Raises NotAccepted."""
    at = at or timezone.now()
    match = _FORM.fullmatch(text)
    if not match:
        raise NotAccepted(f"not a token of this registry: one looks like {PREFIX}_…_…")
    row = ApiToken.objects.select_related("owner").filter(identifier=match[1]).first()
    # The digest is compared also when there is no such token, so that the time taken tells nothing.
    if not constant_time_compare(row.digest if row else "", _digest(match[2])) or row is None:
        raise NotAccepted("this token is not known")
    if row.revoked_at is not None:
        raise NotAccepted("this token was revoked")
    if row.expires_at is not None and row.expires_at <= at:
        raise NotAccepted(f"this token expired on {row.expires_at:%Y-%m-%d}")
    if not row.owner.is_active:
        raise NotAccepted("the account of this token is switched off")
    if row.last_used_at is None or at - row.last_used_at > _NOTED_EVERY:
        afterwards(lambda: _note_use(row, at))
    return row


def _note_use(row: ApiToken, at: datetime) -> None:
    """Never delays the answer: while the database is busy, a use is not recorded."""
    try:
        with impatient():
            ApiToken.objects.filter(pk=row.pk).update(last_used_at=at)
    except DatabaseError as error:
        log.info("the use of a token was not noted: %s", type(error).__name__)


def revoke(row: ApiToken, *, at: datetime | None = None) -> None:
    """Ends a token for good. The row stays, to say whose it was and when it was used."""
    if row.revoked_at is None:
        row.revoked_at = at or timezone.now()
        row.save(update_fields=["revoked_at"])


def _random(length: int) -> str:
    return "".join(secrets.choice(_SIGNS) for _ in range(length))


def _digest(secret: str) -> str:
    return salted_hmac("registry.tokens", secret, algorithm="sha256").hexdigest()
