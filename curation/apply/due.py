"""What is to be decided anew though no source was read: prices announced for a day that has come, sources that have
been silent for too long by now, and what somebody stopped before it was decided.
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
    """Decides what is due. Returns how many offerings were looked at. For the schedule.

    What a day makes due is put on record together with the day that comes next, so that a stop loses nothing.
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
    """Makes the offerings of a source due that is silent by now, unless it was read in the meantime."""
    with sole_writer():
        source = Source.objects.get(pk=slug)
        if source.is_silent(at):
            counters.touch(source.claims.values_list("offering_key", flat=True))
            Source.objects.filter(pk=slug).update(counted_silent=True)


def _start(at: datetime) -> Collection[StoredClaim]:
    """Makes some of the offerings due of which a price starts. Returns their claims, none when there are no more."""
    with sole_writer():
        started = list(StoredClaim.objects.filter(next_start__lte=at.date())[:CHUNK])
        for claim in started:
            claim.next_start = next_start(claim.values, at.date())
        StoredClaim.objects.bulk_update(started, ["next_start"])
        counters.touch({claim.offering_key for claim in started})
    return started
