"""Optimistic locking of decisions. A counter of each offering also tells whether the offering is *due*: its claims,
pins or decisions were written, and it was not decided since.

Decisions are computed without a lock (`curation.apply.reconcile`). Every write that a decision depends on raises the
counter of the offering. A counter that was raised meanwhile means that the decision has to be computed again. A counter
that was raised and not settled means that a process stopped in between. A caller that reconciles in the transaction of
its write need not raise the counter: reconciling does.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import F

from curation.models import OfferingCounter
from registry.database.chunks import chunks


def read(keys: Collection[str]) -> dict[str, int]:
    """The counters of offerings; 0 where nothing was ever written. One query a chunk."""
    counts = dict.fromkeys(keys, 0)
    for chunk in chunks(sorted(keys)):
        counts.update(OfferingCounter.objects.filter(pk__in=chunk).values_list("pk", "written"))
    return counts


def lock(keys: Sequence[str]) -> tuple[dict[str, int], set[str]]:
    """The same, and which of them are due. The rows are locked until the transaction ends. They are locked in one order
    and before any other row, which avoids deadlocks.
    """
    locked = OfferingCounter.objects.filter(pk__in=keys).order_by("pk").select_for_update()
    rows = list(locked.values_list("pk", "written", "decided"))
    if len(rows) < len(keys):  # a missing row cannot be locked
        _ensure(keys)
        rows = list(locked.values_list("pk", "written", "decided"))
    return {key: count for key, count, _ in rows}, {key for key, count, decided in rows if count != decided}


def touch(keys: Collection[str]) -> None:
    """Marks offerings as due, after a write that their decision depends on. Must run inside `sole_writer`: another sole
    writer has then read the write, or has not begun.
    """
    for chunk in chunks(sorted(keys)):
        _ensure(chunk)
        OfferingCounter.objects.filter(pk__in=chunk).update(written=F("written") + 1)


def disturb(keys: Collection[str]) -> None:
    """Makes running decisions about offerings stale, without making the offerings due. Call it before the write: see
    `lock`.
    """
    for chunk in chunks(sorted(keys)):
        lock(chunk)
        OfferingCounter.objects.filter(pk__in=chunk).update(written=F("written") + 1, decided=F("decided") + 1)


def settle(keys: Collection[str]) -> None:
    """Marks offerings as decided."""
    for chunk in chunks(sorted(keys)):
        decided = {"written": F("written") + 1, "decided": F("written") + 1}
        if OfferingCounter.objects.filter(pk__in=chunk).update(**decided) < len(chunk):
            _ensure(chunk, written=1, decided=1)


def due() -> list[str]:
    """The offerings that were written about and not decided since."""
    return list(OfferingCounter.objects.exclude(written=F("decided")).values_list("pk", flat=True))


def _ensure(keys: Sequence[str], **counts: int) -> None:
    """Creates missing rows with these counts."""
    OfferingCounter.objects.bulk_create([OfferingCounter(pk=key, **counts) for key in keys], ignore_conflicts=True)
