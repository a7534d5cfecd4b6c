"""Decides what is due although no source was read: announced prices that start today, sources that have become silent,
and decisions that were interrupted.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import uuid4

from django.utils import timezone

from curation.apply import counters
from curation.apply.reconcile import reconcile
from curation.core.lines import next_start
from curation.models import Source, StoredClaim
from registry.catalogue.publish import sole_writer
from registry.database.chunks import CHUNK

REASON: Final = "a day came for which something was stated"


def decide_due(*, at: datetime | None = None) -> int:
    """Decides what is due. Returns how many offerings were decided. For the schedule.

    The mark of an offering as due and the next start of its prices are written in one transaction, so that an
    interruption loses nothing.
    """
    at = at or timezone.now()
    while _start(at):
        pass
    for source in Source.objects.filter(failed_readings__gt=0, counted_silent=False):
        if source.is_silent(at):
            _count_silent(source.pk, at)
    keys = counters.due()
    if keys:
        reconcile(keys, actor="registry", reason=REASON, batch=uuid4(), at=at)
    return len(keys)


def _count_silent(slug: str, at: datetime) -> None:
    """Makes the offerings of a silent source due, unless the source was read in the meantime."""
    with sole_writer():
        source = Source.objects.get(pk=slug)
        if source.is_silent(at):
            counters.touch(source.claims.values_list("offering_key", flat=True))
            Source.objects.filter(pk=slug).update(counted_silent=True)


def _start(at: datetime) -> Collection[StoredClaim]:
    """Makes a chunk of the offerings with a starting price due. Returns their claims, none when nothing is left."""
    with sole_writer():
        started = list(StoredClaim.objects.filter(next_start__lte=at.date())[:CHUNK])
        for claim in started:
            claim.next_start = next_start(claim.values, at.date())
        StoredClaim.objects.bulk_update(started, ["next_start"])
        counters.touch({claim.offering_key for claim in started})
    return started
