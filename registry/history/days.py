"""What changed, day by day: new offerings, moved prices with their size, what is no longer listed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import Max, Min, Q

from registry.domain import rates
from registry.domain.fields import Json
from registry.history.timeline import actor_shown
from registry.models import LedgerEntry, Offering, Revision

MOST_CHANGES: Final = 2_000
"""Changes that are read of one span of days, the newest first."""


@dataclass(frozen=True, slots=True)
class Change:
    """A field of an offering that moved, and by which factor; None where it has none."""

    offering: str
    name: str
    old: Json
    new: Json
    source: str
    at: datetime
    revision: int
    factor: Decimal | None

    @property
    def is_price(self) -> bool:
        return self.name.startswith(rates.PREFIX)


@dataclass(slots=True)
class Day:
    """What happened on one UTC day. New offerings are listed, not their fields."""

    day: date
    new: list[tuple[str, str]] = field(default_factory=list)
    """Id and name."""
    delisted: list[tuple[str, str]] = field(default_factory=list)
    prices: list[Change] = field(default_factory=list)
    others: list[Change] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.delisted or self.prices or self.others)


@dataclass(frozen=True, slots=True)
class Span:
    """Days, the newest first, and whether older changes of them were left out."""

    days: list[Day]
    is_cut: bool


def changes_by_day(last: date, days: int, providers: Collection[str] = ()) -> Span:
    """What changed on some days up to the last one, at some providers or at all. Four queries."""
    start = datetime.combine(last - timedelta(days=days - 1), time(), UTC)
    end = datetime.combine(last + timedelta(days=1), time(), UTC)
    wanted = set(providers)
    by_day: dict[date, Day] = defaultdict(lambda: Day(date.min))
    for back in range(days):
        day = last - timedelta(days=back)
        by_day[day] = Day(day)
    offerings = Offering.objects.order_by("key")
    if wanted:
        offerings = offerings.filter(provider_id__in=wanted)
    new = list(offerings.filter(created_at__gte=start, created_at__lt=end).values_list("key", "name", "created_at"))
    for key, name, at in new:
        by_day[at.astimezone(UTC).date()].new.append((key, name))
    gone = offerings.filter(missing_since__gte=start, missing_since__lt=end)
    for key, name, since in gone.values_list("key", "name", "missing_since"):
        if since is not None:
            by_day[since.astimezone(UTC).date()].delisted.append((key, name))
    first_published = {key: at for key, _name, at in new}
    is_cut = _add_changes(by_day, start, end, wanted, first_published)
    for told in by_day.values():
        told.prices.sort(key=lambda change: change.new is None)  # what is no longer stated does not lead
    return Span([by_day[last - timedelta(days=back)] for back in range(days)], is_cut)


def _add_changes(
    by_day: Mapping[date, Day],
    start: datetime,
    end: datetime,
    providers: Collection[str],
    first_published: Mapping[str, datetime],
) -> bool:
    revisions = Revision.objects.filter(created_at__gte=start, created_at__lt=end)
    first, last = revisions.aggregate(first=Min("number"), last=Max("number")).values()
    if first is None:
        return False
    # By number: entries have an index of their revision, and none of its day.
    entries = LedgerEntry.objects.filter(revision_id__gte=first, revision_id__lte=last).order_by("-id")
    # What a new offering stated at first is told by its being new.
    entries = entries.exclude(old=None, offering_key__in=Offering.objects.filter(created_at__gte=start).values("key"))
    if providers:  # before the cut: what others changed must not push these out
        entries = entries.filter(reduce(or_, (Q(offering_key__startswith=f"{slug}/") for slug in providers)))
    columns = ("offering_key", "field", "old", "new", "source", "actor", "revision__created_at", "revision_id")
    rows = entries.values_list(*columns)[: MOST_CHANGES + 1]
    read = 0
    for read, (key, name, old, new, source, actor, at, revision) in enumerate(rows, start=1):
        if read > MOST_CHANGES:
            return True
        if first_published.get(key) == at:
            continue
        day = at.astimezone(UTC).date()
        change = Change(key, name, old, new, source or actor_shown(actor), at, revision, _factor(name, old, new, day))
        (by_day[day].prices if change.is_price else by_day[day].others).append(change)
    return False


def _factor(name: str, old: Any, new: Any, day: date) -> Decimal | None:
    """New price through old price on the day of the change, where both are amounts in one currency."""
    if not name.startswith(rates.PREFIX) or not old or not new:
        return None
    points = [rates.point_on(rates.decode(value), day) for value in (old, new)]
    before, after = points
    if before is None or after is None or before.currency != after.currency:
        return None
    return after.amount / before.amount if before.amount and after.amount else None
