"""A bitemporal place: a revision (recorded time) and a day (valid time).

Recorded time is a revision: given by its number, or the newest one that was published by a moment. Valid time is a
day, since prices carry their dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from registry.catalogue.queries import Stamp
from registry.models import Revision

SETTLES_AFTER: Final = timedelta(days=1)
"""A publication carries the time of its start, so that a past moment may still get a revision a little later."""


class UnknownRevision(ValueError):
    """There is no such revision. The message says which is the newest."""


class NotYet(ValueError):
    """The recorded time lies in the future."""


@dataclass(frozen=True, slots=True)
class AsOf:
    """A revision (recorded time) and the day whose prices are shown (valid time)."""

    stamp: Stamp | None
    """The revision; None for the empty catalogue before the first one."""
    on: date
    names_revision: bool = False
    """Whether the revision was given by its number: the answer can then never change."""
    settled: bool = False
    """Whether it lies so far back that no later revision can belong to it."""

    @property
    def revision(self) -> int:
        return self.stamp.number if self.stamp else 0


def resolve(
    *, now: datetime, as_of: date | None = None, known_at: datetime | None = None, revision: int | None = None
) -> AsOf:
    """The place that the arguments name. One query. Raises UnknownRevision, NotYet, and ValueError for both of
    `known_at` and `revision`.

    A day alone means what was known at its end; a day to come, what is known now. Without a day, it is the one on which
    that was known.
    """
    if revision is not None and known_at is not None:
        raise ValueError("known_at and revision say the same; give one of them")
    if revision is not None:
        stamp = _by_number(revision)
        # Nothing is published in revision 0, so that its day does not matter.
        return AsOf(stamp, as_of or (stamp.at if stamp else now).date(), names_revision=True, settled=True)
    if known_at is not None:
        if known_at.date() > now.date():
            raise NotYet("lies in the future; what will be known then is not known now")
        instant, day = known_at, as_of or known_at.date()
    else:
        day = as_of or now.date()
        instant = end_of(day)
    return AsOf(_newest(instant), day, settled=instant < now - SETTLES_AFTER)


def end_of(day: date) -> datetime:
    """The last moment of a day, in UTC."""
    return datetime.combine(day, time.max, tzinfo=UTC)


def _by_number(number: int) -> Stamp | None:
    if number == 0:
        return None
    row = _stamps().filter(number=number).first()
    if row is None:
        newest = Revision.objects.order_by("-number").values_list("number", flat=True).first() or 0
        raise UnknownRevision(f"there is no revision {number}; the newest is {newest}")
    return Stamp(*row)


def _newest(known_at: datetime) -> Stamp | None:
    row = _stamps().filter(created_at__lte=known_at, number__gt=0).order_by("-number").first()
    return Stamp(*row) if row else None


def _stamps() -> Any:
    return Revision.objects.values_list("number", "batch", "created_at")
