"""When an offering that a source does not list any more counts as delisted.

One list without it proves little: lists come back halved, and rows drop out for a day. So it counts from the third good
reading without it on, and not before two days have passed since the first (`DELIST_AFTER_READINGS`,
`DELIST_AFTER_HOURS`). Until then it is *not seen since* that first reading.

Readings are counted on the row of the source, which is written with each of them anyway: a claim only says since when
it is missing, so a payload that repeats itself writes nothing else, and still counts.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings

from curation.models import Source, StoredClaim
from registry.models import Offering


def read_well(source: str, *, at: datetime) -> None:
    """Puts a good reading on record: everything that the source lists is confirmed, and misses are counted by it."""
    row = Source.objects.only("good_readings").get(pk=source)
    readings = sorted({*row.good_readings, at.isoformat()}, key=datetime.fromisoformat)
    Source.objects.filter(pk=source).update(last_good_at=at, good_readings=readings[-settings.DELIST_AFTER_READINGS :])


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


def due(source: str) -> list[str]:
    """Offerings that this source has missed for long enough by now, and that are not published as delisted."""
    row = Source.objects.get(pk=source)
    before = gone_before(row)
    if before is None:
        return []
    missed = StoredClaim.objects.filter(source=row, missing_since__lte=before).order_by().values("offering_key")
    waiting = Offering.objects.filter(not_seen_since__isnull=False, key__in=missed)
    return sorted(waiting.values_list("key", flat=True))
