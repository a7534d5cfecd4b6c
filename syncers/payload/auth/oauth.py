"""OAuth 2: an access token is requested with credentials of the environment, sent as a bearer token, and cached until
it expires.

Tokens are kept in the memory of the process only. A token that the provider refuses is renewed, once in a run.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

import jwt

from syncers import http
from syncers.errors import BadPayload, NotConfigured, ProviderRefused
from syncers.payload.auth.refusal import code
from syncers.payload.fill_in import fill_in
from syncers.payload.parse import read_json

_EARLY: Final = 60
"""Seconds before its expiry at which a token is not used any more."""
_LONGEST: Final = 3600
_TOKEN: Final = re.compile(r"[\x21-\x7e]{1,16000}")
_LARGEST_FILE: Final = 100_000

_tokens: dict[str, tuple[str, float]] = {}
"""Fingerprint of the credentials → the token, and its expiry in seconds since 1970."""
_lock: Final = Lock()


@dataclass(frozen=True, slots=True)
class _Grant:
    """Common to all grants: caching the token and sending it."""

    label: ClassVar[str]
    endpoint: str
    scope: str
    variables: tuple[str, ...]

    def form(self) -> dict[str, str]:
        """The form that requests a token. Raises NotConfigured."""
        raise NotImplementedError

    def sign(self, url: str) -> tuple[str, dict[str, str]]:
        who = self._who()
        with _lock:
            token, until = _tokens.get(who, ("", 0.0))
            if time.time() >= until:
                token, until = self._ask()
                _tokens[who] = (token, until)
        return url, {"Authorization": f"Bearer {token}"}

    def renew(self, headers: Mapping[str, str]) -> bool:
        who = self._who()
        with _lock:
            if headers.get("Authorization") == f"Bearer {_tokens.get(who, ('', 0.0))[0]}":
                del _tokens[who]
        return True

    def explain(self, body: bytes) -> str:
        return f"{self.label} says: {word}" if (word := code(body)) else ""

    def _who(self) -> str:
        held = [type(self).__name__, self.endpoint, self.scope, *(os.environ.get(name, "") for name in self.variables)]
        return hashlib.sha256("\0".join(held).encode()).hexdigest()

    def _ask(self) -> tuple[str, float]:
        """A new token and the time of its expiry. Raises a SourceError that quotes nothing of what was sent."""
        url = fill_in(self.endpoint, self.label)
        host, names = urlsplit(url).hostname, " and ".join(self.variables)
        try:
            answer = read_json(http.post(url, self.form()).body)
        except ProviderRefused as error:
            detail = f", {reason}" if (reason := code(error.body)) else ""
            raise ProviderRefused(f"{host}: gives no token ({error.status}{detail}); look at {names}") from None
        fields = answer if isinstance(answer, dict) else {}
        token, seconds = fields.get("access_token"), fields.get("expires_in")
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            raise BadPayload(f"{host}: its answer holds no token")
        # A token without an expiry is requested again for the next request.
        holds = int(seconds) if isinstance(seconds, int) or (isinstance(seconds, str) and seconds.isdecimal()) else 0
        return token, time.time() + min(holds, 24 * _LONGEST) - _EARLY


@dataclass(frozen=True, slots=True)
class ClientCredentials(_Grant):
    """The client credentials grant (RFC 6749, 4.4) of Microsoft Entra ID: tenant, client and secret."""

    label: ClassVar[str] = "Microsoft Entra ID"
    endpoint: str = "https://login.microsoftonline.com/{AZURE_TENANT_ID}/oauth2/v2.0/token"
    scope: str = "https://management.azure.com/.default"
    variables: tuple[str, ...] = ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET")

    def form(self) -> dict[str, str]:
        return {
            "grant_type": "client_credentials",
            "client_id": os.environ.get("AZURE_CLIENT_ID", ""),
            "client_secret": os.environ.get("AZURE_CLIENT_SECRET", ""),
            "scope": self.scope,
        }


@dataclass(frozen=True, slots=True)
class ServiceAccount(_Grant):
    """Google's grant for service accounts (RFC 7523): a JWT signed with the key in the configured file."""

    label: ClassVar[str] = "Google"
    endpoint: str = "https://oauth2.googleapis.com/token"
    scope: str = "https://www.googleapis.com/auth/cloud-platform"
    variables: tuple[str, ...] = ("GOOGLE_APPLICATION_CREDENTIALS",)

    def form(self) -> dict[str, str]:
        account, now = self._account(), int(time.time())
        statement = {
            "iss": account["client_email"],
            "scope": self.scope,
            "aud": self.endpoint,
            "iat": now,
            "exp": now + _LONGEST,
        }
        ident = account.get("private_key_id")
        try:
            signed = jwt.encode(
                statement, account["private_key"], "RS256", headers={"kid": ident} if isinstance(ident, str) else None
            )
        except (jwt.PyJWTError, ValueError, TypeError):  # without its cause, which may quote the key
            raise NotConfigured(f"the private key in the file of {self.variables[0]} cannot be used") from None
        return {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": signed}

    def _account(self) -> dict[str, Any]:
        name = self.variables[0]
        try:
            with Path(os.environ.get(name, "")).open("rb") as file:
                account = json.loads(file.read(_LARGEST_FILE))
        except (OSError, ValueError, RecursionError):
            raise NotConfigured(f"{name} does not name a JSON file that can be read") from None
        if not isinstance(account, dict) or account.get("type") != "service_account":
            raise NotConfigured(f"the file of {name} is not a service account key; other kinds are not supported")
        if not all(isinstance(account.get(key), str) for key in ("client_email", "private_key")):
            raise NotConfigured(f"the file of {name} lacks client_email or private_key")
        return account
