"""Why a message did not arrive. The texts are for its subscriber."""

from __future__ import annotations


class NotSent(Exception):
    """A message could not be delivered this time."""


class Gone(NotSent):
    """The receiver wants no more messages (HTTP 410)."""
