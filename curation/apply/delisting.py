"""When an offering that a source does not list any more counts as delisted.

One list without it proves little: lists come back halved, and rows drop out for a day. So it counts from the third good
reading without it on, and not before two days have passed since the first (`DELIST_AFTER_READINGS`,
`DELIST_AFTER_HOURS`). Until then it is *not seen since* that first reading.

Readings are counted on the row of the source, which is written with each of them anyway: a claim only says since when
it is missing, so a payload that repeats itself writes nothing else, and still counts.
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
    """Counts a good reading on the row of its source, which is not saved: everything that the source lists is confirmed
    by it, and what it misses is missed once more.

    True where the source had been silent (`curation.core.authority`): all that it states counts again.
    """
    was_silent = row.is_silent(at)
    readings = sorted({*row.good_readings, at.isoformat()}, key=datetime.fromisoformat)
    row.last_good_at, row.good_readings = at, readings[-settings.DELIST_AFTER_READINGS :]
    row.failed_readings, row.counted_silent = 0, False
    return was_silent


def read_well(source: str, *, at: datetime) -> bool:
    """Puts a good reading on record. Whether the source had been silent before."""
    row = Source.objects.get(pk=source)
    was_silent = count_good_reading(row, at=at)
    row.save(update_fields=READ_WELL)
    return was_silent


def read_badly(source: str) -> None:
    """Puts on record that the source could not be read. Who was read badly often enough is silent, see
    `curation.core.authority`.
    """
    Source.objects.filter(pk=source).update(failed_readings=F("failed_readings") + 1)


def gone_before(source: Source) -> datetime | None:
    """What a source has missed since that time or earlier is delisted; None while that holds of nothing.

    Where nothing is fetched, a person has taken it back, whose word needs no repeating.
    """
    if source.nothing_fetched:
        return datetime.max.replace(tzinfo=UTC)
    last = [datetime.fromisoformat(moment) for moment in source.good_readings[-settings.DELIST_AFTER_READINGS :]]
    if len(last) < settings.DELIST_AFTER_READINGS:
        return None
    return min(last[0], last[-1] - timedelta(hours=settings.DELIST_AFTER_HOURS))


def due(source: str, *, returned: bool = False) -> list[str]:
    """Offerings that are to be decided anew, though the source says nothing new about them: what it has missed, or has
    not stated any more, for long enough by now; and all of them where it has `returned` from silence. They stay due
    (`curation.apply.counters`) until they are decided.
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
    """Takes out of claims what their source has not stated since before a time. Gives the offerings."""
    for claim in claims:
        over = [name for name, since in claim.dropped.items() if datetime.fromisoformat(since) <= before]
        if over:
            for kept in (claim.values, claim.since, claim.moved, claim.dropped):
                for name in over:
                    kept.pop(name, None)
            claim.save(update_fields=["values", "since", "moved", "dropped"])
            yield claim.offering_key
