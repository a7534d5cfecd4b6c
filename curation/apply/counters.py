"""Whether what was computed still stands when it is to be written, and which offerings are *due*: their claims, pins or
decisions were written, and nothing was decided since.

Decisions are computed without a lock (`curation.apply.reconcile`). Every write that decides about an offering raises
its counter, so a counter that moved meanwhile says that the offering has to be computed again; and one that was raised
and not settled, that somebody stopped in between. Whoever reconciles in the transaction in which he writes need not
raise it: reconciling does.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import F

from curation.models import OfferingCounter
from registry.database.chunks import chunks


def read(keys: Collection[str]) -> dict[str, int]:
    """The counters of some offerings; 0 for what was never written about. One query a chunk."""
    found = dict.fromkeys(keys, 0)
    for chunk in chunks(sorted(keys)):
        found.update(OfferingCounter.objects.filter(pk__in=chunk).values_list("pk", "written"))
    return found


def lock(keys: Sequence[str]) -> tuple[dict[str, int], set[str]]:
    """The same, and which of them are due. They do not move until the transaction ends. Always taken in one order, and
    before any other row, so that none waits for one who waits for it.
    """
    rows = OfferingCounter.objects.filter(pk__in=keys).order_by("pk").select_for_update()
    found = list(rows.values_list("pk", "written", "decided"))
    if len(found) < len(keys):  # what is not there cannot be kept from moving
        _ensure(keys)
        found = list(rows.values_list("pk", "written", "decided"))
    return {key: written for key, written, _ in found}, {key for key, written, decided in found if written != decided}


def touch(keys: Collection[str]) -> None:
    """Says that something was written that decides about the offerings: they are due until they are decided. Must run
    inside `sole_writer`: whoever decides as the sole writer has seen it then, or has not begun.
    """
    for chunk in chunks(sorted(keys)):
        _ensure(chunk)
        OfferingCounter.objects.filter(pk__in=chunk).update(written=F("written") + 1)


def disturb(keys: Collection[str]) -> None:
    """Says that something is written that matters to a decision under way, and asks for none. Before it is written: see
    `lock`.
    """
    for chunk in chunks(sorted(keys)):
        lock(chunk)
        OfferingCounter.objects.filter(pk__in=chunk).update(written=F("written") + 1, decided=F("decided") + 1)


def settle(keys: Collection[str]) -> None:
    """Says that the offerings were decided, with all that was written about them."""
    for chunk in chunks(sorted(keys)):
        decided = {"written": F("written") + 1, "decided": F("written") + 1}
        if OfferingCounter.objects.filter(pk__in=chunk).update(**decided) < len(chunk):
            _ensure(chunk, written=1, decided=1)


def due() -> list[str]:
    """The offerings that are to be decided: something was written about them, and nothing decided since."""
    return list(OfferingCounter.objects.exclude(written=F("decided")).values_list("pk", flat=True))


def _ensure(keys: Sequence[str], **counts: int) -> None:
    """Makes the rows that are missing, with these counts."""
    OfferingCounter.objects.bulk_create([OfferingCounter(pk=key, **counts) for key in keys], ignore_conflicts=True)
