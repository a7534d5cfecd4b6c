"""When an offering that a source no longer lists counts as delisted.

One list without it proves little: lists can be truncated, and rows can be missing for a day. So the offering is
delisted from the third good reading without it on, at least two days after the first (`DELIST_AFTER_READINGS`,
`DELIST_AFTER_HOURS`). Until then it is *not seen since* that first reading.

Readings are counted on the row of the source, which every reading writes anyway. A claim stores only since when it is
missing. So an unchanged payload writes no claims, and still counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import F, QuerySet

from curation.apply import counters
from curation.models import Source, StoredClaim

READ_WELL: Final = ("last_good_at", "good_readings", "failed_readings", "counted_silent")
"""The columns that a good reading moves."""


def count_good_reading(row: Source, *, at: datetime) -> bool:
    """Counts a good reading on the row of its source, without saving the row. The reading confirms everything that the
    source lists, and counts as one more reading without everything else.

    Returns whether the source had been silent (`curation.core.authority`); its claims count again then.
    """
    was_silent = row.is_silent(at)
    readings = sorted({*row.good_readings, at.isoformat()}, key=datetime.fromisoformat)
    row.last_good_at, row.good_readings = at, readings[-settings.DELIST_AFTER_READINGS :]
    row.failed_readings, row.counted_silent = 0, False
    return was_silent


def read_well(source: str, *, at: datetime) -> bool:
    """Stores a good reading. Returns whether the source had been silent before."""
    row = Source.objects.get(pk=source)
    was_silent = count_good_reading(row, at=at)
    row.save(update_fields=READ_WELL)
    return was_silent


def read_badly(source: str) -> None:
    """Stores that the source could not be read. After enough failed readings it is silent, see
    `curation.core.authority`.
    """
    Source.objects.filter(pk=source).update(failed_readings=F("failed_readings") + 1)


def gone_before(source: Source) -> datetime | None:
    """The time limit of delisting: an offering missing since then or earlier is delisted. None while there is no limit.

    A source that is not fetched has no readings: a person withdrew the offering, which counts at once.
    """
    if source.nothing_fetched:
        return datetime.max.replace(tzinfo=UTC)
    readings = [datetime.fromisoformat(text) for text in source.good_readings[-settings.DELIST_AFTER_READINGS :]]
    if len(readings) < settings.DELIST_AFTER_READINGS:
        return None
    return min(readings[0], readings[-1] - timedelta(hours=settings.DELIST_AFTER_HOURS))


def due(source: str, *, returned: bool = False) -> list[str]:
    """The offerings to be decided again although their claims did not change: those that the source has not listed, or
    of which it has not stated a value, for long enough; and all of them where it has `returned` from silence. They stay
    due (`curation.apply.counters`) until they are decided.
    """
    row = Source.objects.get(pk=source)
    claims = StoredClaim.objects.filter(source=row).order_by()
    keys = set(claims.values_list("offering_key", flat=True)) if returned else set()
    before = gone_before(row)
    if before is not None:
        gone = claims.filter(missing_since__lte=before, delisted=False)
        keys.update(gone.values_list("offering_key", flat=True))
        gone.update(delisted=True)
        keys.update(_forget_dropped(claims.exclude(dropped={}), before))
    counters.touch(keys)
    return sorted(keys)


def _forget_dropped(claims: QuerySet[StoredClaim], before: datetime) -> Iterator[str]:
    """Removes from claims the values that their source has not stated since before a time. Yields the offerings."""
    for claim in claims:
        over = [name for name, since in claim.dropped.items() if datetime.fromisoformat(since) <= before]
        if over:
            for by_field in (claim.values, claim.since, claim.moved, claim.dropped):
                for name in over:
                    by_field.pop(name, None)
            claim.save(update_fields=["values", "since", "moved", "dropped"])
            yield claim.offering_key
