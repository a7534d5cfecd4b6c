"""Runs a mapping on a piece of data: the claims that it yields, or the reason why it fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from curation.core.claim import Claim

Attempt = Callable[[Any], list[Claim]]
"""A mapping: the data of a record → its claims. Raises for what it cannot take."""

FAILURES: Final = (
    ValueError, ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError,
)  # fmt: skip
"""What a mapping raises: InvalidClaim (a ValueError), or an error caused by a shape that it does not expect."""


def claims_of(attempt: Attempt, data: Any) -> list[Claim]:
    """The claims that a mapping yields for the data; none where it fails."""
    try:
        return attempt(data)
    except FAILURES:
        return []


def failure_of(attempt: Attempt, data: Any) -> str:
    """Why a mapping fails on the data; "" where it does not."""
    try:
        attempt(data)
    except FAILURES as error:
        return describe(error)
    return ""


def describe(error: Exception) -> str:
    """The reason why a record or a value cannot be read, for the report."""
    if isinstance(error, ValueError):
        return str(error)
    return f"unexpected shape: {type(error).__name__}: {error}"
