"""Why a request failed. Each message is a sentence for a person that names the host and contains no secret."""

from __future__ import annotations


class Failure(Exception):
    """A request without a usable response."""


class NotPublic(Failure):
    """The address is not allowed: private, not https, or invalid."""


class Untrusted(Failure):
    """The host's certificate is not valid."""


class BadBody(Failure):
    """The body is damaged, too large, or in an encoding that was not requested."""


class Unreachable(Failure):
    """No response, or a temporary error (408, 425, 429, 5xx): the same request may succeed soon."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds after which the host asks for a retry; None where it does not say."""


class NameNotFound(Unreachable):
    """The host's name cannot be resolved, usually because there is no network: an immediate retry is useless."""
