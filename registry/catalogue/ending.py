"""Which offerings are retired, will be, or are deprecated without a day, as conditions on their columns.

The same as `registry.domain.lifecycle` says of one offering: what nobody states is none of the three.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Final

from django.db.models import Q

from registry.models.choices import Status

_SAYS_SO: Final = Q(status=Status.RETIRED.value)


class Ending(StrEnum):
    UPCOMING = "upcoming"
    """Its day of retirement is to come."""
    PAST = "past"
    """Retired: its day is today or has passed, or its status says so, with or without a day."""
    UNDATED = "undated"
    """Deprecated, and nobody states a day of retirement."""


def retired(on: date) -> Q:
    return Q(retires_on__lte=on) | _SAYS_SO


def _upcoming(on: date) -> Q:
    return Q(retires_on__gt=on) & ~_SAYS_SO


def _undated(on: date) -> Q:
    stated = Q(status=Status.DEPRECATED.value) | Q(deprecated_on__isnull=False)
    return Q(retires_on__isnull=True) & stated & ~_SAYS_SO


CONDITIONS: Final[Mapping[Ending, Callable[[date], Q]]] = {
    Ending.UPCOMING: _upcoming,
    Ending.PAST: retired,
    Ending.UNDATED: _undated,
}
"""By a day."""
