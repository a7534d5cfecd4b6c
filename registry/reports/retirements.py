"""Announced retirements of published offerings, for the command line, the API and notifications."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count

from registry.domain.lifecycle import AHEAD_DAYS, Retirement, alerts, retirements
from registry.models import Offering


@dataclass(frozen=True, slots=True)
class _Row:
    key: str
    facts: Mapping[str, Any]
    provenance: Mapping[str, Mapping[str, Any]]


def ahead(on: date, within: int = AHEAD_DAYS[0]) -> list[Retirement]:
    """Offerings that retire within so many days, the next first. One query."""
    return retirements(_rows(on, within), on=on, within=within)


def known() -> tuple[int, int]:
    """The number of offerings with a known retirement date, and of all. One query."""
    counted = Offering.objects.aggregate(known=Count("retires_on"), all=Count("pk"))
    return counted["known"], counted["all"]


def to_tell(since: date, on: date, ahead: Iterable[int] = AHEAD_DAYS) -> list[tuple[int, Retirement]]:
    """The alerts due on a day after the last ones on `since`; see `registry.domain.lifecycle.alerts`. One query.

    For the sender of notifications: store the day of the last call, and pass it as `since`.
    """
    marks = tuple(ahead)
    return alerts(_rows(on, max(marks, default=0)), since=since, on=on, ahead=marks)


def _rows(on: date, within: int) -> list[_Row]:
    ending = Offering.objects.filter(retires_on__gt=on, retires_on__lte=on + timedelta(days=within))
    return [_Row(*row) for row in ending.values_list("key", "facts", "provenance")]
