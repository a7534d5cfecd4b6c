"""Authentication of sources: a key in a header or in the query, an AWS signature, or a requested token.

Secrets come from the environment: they are never logged, stored or shown.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlencode, urlsplit, urlunsplit

if TYPE_CHECKING:
    from syncers.kinds.source import Source


class Auth(Protocol):
    """Adds a key to a request. Returns the address and the headers to send."""

    def sign(self, url: str, key: str) -> tuple[str, dict[str, str]]: ...


@dataclass(frozen=True, slots=True)
class Header:
    """The key in a header, after a fixed word if the provider requires one; and additional headers."""

    name: str = "Authorization"
    word: str = "Bearer"
    others: tuple[tuple[str, str], ...] = field(default=())

    def sign(self, url: str, key: str) -> tuple[str, dict[str, str]]:
        return url, {self.name: f"{self.word} {key}".strip(), **dict(self.others)}


@dataclass(frozen=True, slots=True)
class Query:
    """The key as a parameter of the address. Addresses are therefore never shown with their query."""

    name: str

    def sign(self, url: str, key: str) -> tuple[str, dict[str, str]]:
        return with_parameters(url, {self.name: key}), {}


BEARER = Header()


def with_parameters(url: str, parameters: dict[str, str]) -> str:
    """The address with more query parameters."""
    parts = urlsplit(url)
    query = "&".join(filter(None, (parts.query, urlencode(parameters))))
    return urlunsplit(parts._replace(query=query))


# -- credentials -------------------------------------------------------------------------------------------------------


class Credential(Protocol):
    """One way to authenticate, from environment variables."""

    @property
    def variables(self) -> tuple[str, ...]:
        """Variables that must all be set."""

    def sign(self, url: str) -> tuple[str, dict[str, str]]:
        """The address and the headers of one request. Raises a SourceError when it cannot be made."""

    def renew(self, headers: Mapping[str, str]) -> bool:
        """Called when the provider refused these headers. Whether a retry helps, since a new token can be requested."""

    def explain(self, body: bytes) -> str:
        """The reason in the provider's refusal, as one line that may be shown; "" where nothing may."""


@dataclass(frozen=True, slots=True)
class Key:
    """The ordinary credential: a key in one variable."""

    variable: str
    auth: Auth

    @property
    def variables(self) -> tuple[str, ...]:
        return (self.variable,)

    def sign(self, url: str) -> tuple[str, dict[str, str]]:
        return self.auth.sign(url, os.environ[self.variable])

    def renew(self, headers: Mapping[str, str]) -> bool:
        return False

    def explain(self, body: bytes) -> str:
        return ""  # some providers repeat the key in there


def credentials(source: Source | type[Source]) -> tuple[Credential, ...]:
    """The credentials that a source accepts, the preferred one first."""
    own = (Key(source.key_variable, source.auth),) if source.key_variable else ()
    return (*own, *source.other_credentials)


def chosen(source: Source | type[Source]) -> Credential | None:
    """The first credential whose variables are all set."""
    return next(
        (credential for credential in credentials(source) if all(map(os.environ.get, credential.variables))), None
    )


def needed(source: Source | type[Source], mark: str = "") -> str:
    """The variables in words: `A, or B and C`; "" for an open source. `mark` goes around each name."""
    return ", or ".join(
        " and ".join(f"{mark}{name}{mark}" for name in credential.variables) for credential in credentials(source)
    )
