"""Errors of sources, by what to do about them."""

from __future__ import annotations


class SourceError(Exception):
    """A source could not be used. `str()` is a sentence for a person: what was wrong, where, what to do."""


class Unreachable(SourceError):
    """No usable answer: no network, time-out, refused connection, 429 or 5xx. It may be temporary."""


class NotConfigured(SourceError):
    """The key that this source needs is not set."""


class ProviderRefused(SourceError):
    """The provider refuses the request: wrong key, no permission, address gone."""

    def __init__(self, message: str, *, status: int = 0, body: bytes = b"") -> None:
        super().__init__(message)
        self.status = status
        """The answer's status; 0 where there was none."""
        self.body = body
        """The beginning of the answer. It may repeat what was sent, so it is never shown or stored unchanged."""


class ForbiddenAddress(SourceError):
    """The address may not be requested: private, not HTTP(S), a redirect elsewhere."""


class BadPayload(SourceError):
    """An answer that is not a payload of this source: HTML, truncated, empty, too large, another shape."""


class Suspicious(SourceError):
    """The answer can be read but is implausible as a whole, such as a list that lost most of its length."""
