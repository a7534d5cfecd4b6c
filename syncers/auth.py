"""How a source shows its key: as a bearer, in a header of its own, in the query. The key itself comes from the
environment.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlencode, urlsplit, urlunsplit


class Auth(Protocol):
    """Adds a key to a request. Returns the address and the headers to send."""

    def sign(self, url: str, key: str) -> tuple[str, dict[str, str]]: ...


@dataclass(frozen=True, slots=True)
class Header:
    """The key in a header, after a fixed word if the provider wants one; and headers that go along with it."""

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
