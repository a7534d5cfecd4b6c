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

from django.conf import settings
from django.db.models import F, QuerySet

from curation.models import Source, StoredClaim


def read_well(source: str, *, at: datetime) -> bool:
    """Puts a good reading on record: everything that the source lists is confirmed, and misses are counted by it.

    True where the source had been silent (`curation.trust`): all that it states counts again.
    """
    row = Source.objects.get(pk=source)
    readings = sorted({*row.good_readings, at.isoformat()}, key=datetime.fromisoformat)
    Source.objects.filter(pk=source).update(
        last_good_at=at,
        good_readings=readings[-settings.DELIST_AFTER_READINGS :],
        failed_readings=0,
        counted_silent=False,
    )
    return row.is_silent(at)


def read_badly(source: str) -> None:
    """Puts on record that the source could not be read. Who was read badly often enough is silent: `curation.trust`."""
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
    not stated any more, for long enough by now; and all of them where it has `returned` from silence.
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
