"""What can go wrong with a source, by what to do about it."""

from __future__ import annotations


class SourceError(Exception):
    """A source could not be used. `str()` is a sentence for a person: what was wrong, where, what to do."""


class Unreachable(SourceError):
    """No usable answer: no network, time-out, refused connection, 429 or 5xx. It may pass."""


class NotConfigured(SourceError):
    """The key that this source needs is not set."""


class ProviderRefused(SourceError):
    """The provider says no: wrong key, no permission, address gone."""

    def __init__(self, message: str, *, status: int = 0, body: bytes = b"") -> None:
        super().__init__(message)
        self.status = status
        """The answer's status; 0 where nothing was asked."""
        self.body = body
        """How the answer begins. It may repeat what was sent, so it is never shown or kept as it is."""


class ForbiddenAddress(SourceError):
    """The address is one we do not talk to: private, not HTTP(S), a redirect elsewhere."""


class BadPayload(SourceError):
    """An answer came, but it is not what this source sends: HTML, truncated, empty, too large, another shape."""


class Suspicious(SourceError):
    """The answer can be read but is not believable as a whole, such as a list that shrank by most of its length."""
