"""Why a message did not arrive. The texts are for the person whose message it was."""

from __future__ import annotations


class NotSent(Exception):
    """It did not arrive this time."""


class Gone(NotSent):
    """Its receiver wants no more of them."""
