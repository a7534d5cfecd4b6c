"""Why a request brought no answer. Each text is a sentence for a person that names the host and holds no secret."""

from __future__ import annotations


class Failure(Exception):
    """A request brought no answer that can be used."""


class NotPublic(Failure):
    """The address is one we do not talk to: private, not https, or no address at all."""


class Untrusted(Failure):
    """The host does not prove to be who it says."""


class BadBody(Failure):
    """The body is damaged, too large, or in an encoding that was not asked for."""


class Unreachable(Failure):
    """No answer, or one that says to come back later (408, 425, 429, 5xx): the same request may succeed soon."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds after which the host wants to be asked again; None where it does not say."""


class NameNotFound(Unreachable):
    """The host's name is not known, mostly because there is no network: asking again at once brings nothing."""
