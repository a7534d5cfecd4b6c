"""A mapping that is tried: what it makes of a piece of data, or why it makes nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from curation.core.claim import Claim

Attempt = Callable[[Any], list[Claim]]
"""A mapping: the data of a record → its claims. Raises for what it cannot take."""

FAILURES: Final = (
    ValueError, ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError,
)  # fmt: skip
"""What a mapping raises: InvalidClaim (a ValueError), or what a shape made it say that it did not foresee."""


def claims_of(attempt: Attempt, data: Any) -> list[Claim]:
    """What a mapping makes of the data; nothing where it fails."""
    try:
        return attempt(data)
    except FAILURES:
        return []


def failure_of(attempt: Attempt, data: Any) -> str:
    try:
        attempt(data)
    except FAILURES as error:
        return describe(error)
    return ""


def describe(error: Exception) -> str:
    """Why a record or a value could not be taken, in words."""
    if isinstance(error, ValueError):
        return str(error)
    return f"a shape that was not foreseen: {type(error).__name__}: {error}"
