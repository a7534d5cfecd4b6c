"""What can go wrong with a source, by the one question that matters: try again, leave it for now, or tell a person?"""

from __future__ import annotations


class SourceError(Exception):
    """A source could not be used. `str()` is a sentence for a person: what was wrong, where, what to do."""

    retriable = False
    """The same request may succeed soon."""
    needs_person = True
    """Waiting will not mend it: someone should look."""


class Unreachable(SourceError):
    """No usable answer: no network, time-out, refused connection, 429 or 5xx."""

    retriable = True
    needs_person = False

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NameNotFound(Unreachable):
    """The host's name is not known, mostly because there is no network: asking again at once brings nothing."""

    retriable = False


class NotConfigured(SourceError):
    """The key that this source needs is not set."""

    needs_person = False


class Refused(SourceError):
    """The provider says no: wrong key, no permission, address gone."""

    def __init__(self, message: str, *, status: int = 0, said: bytes = b"") -> None:
        super().__init__(message)
        self.status = status
        """The answer's status; 0 where nothing was asked."""
        self.said = said
        """How the answer begins. It may repeat what was sent, so it is never shown or kept as it is."""


class ForbiddenAddress(SourceError):
    """The address is one we do not talk to: private, not HTTP(S), a redirect elsewhere."""


class BadPayload(SourceError):
    """An answer came, but it is not what this source sends: HTML, truncated, empty, too large, another shape."""


class Suspicious(SourceError):
    """The answer can be read but is not believable as a whole, such as a list that shrank by most of its length."""
