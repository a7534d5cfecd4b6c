"""What is to be decided anew because a day has come, though no source was read: prices announced for it, and sources
that have been silent for too long by now.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import uuid4

from django.utils import timezone

from curation.core.lines import next_start
from curation.gather import chunks
from curation.models import Source, StoredClaim
from curation.reconcile import reconcile

REASON: Final = "a day came for which something was stated"


def decide_due(*, at: datetime | None = None) -> int:
    """Decides what is due. Returns how many offerings were looked at. For the schedule."""
    at = at or timezone.now()
    started = StoredClaim.objects.filter(next_start__lte=at.date())
    keys = set(started.values_list("offering_key", flat=True))
    for claim in started:
        claim.next_start = next_start(claim.values, at.date())
        claim.save(update_fields=["next_start"])
    for source in Source.objects.filter(failed_readings__gt=0, counted_silent=False):
        if source.is_silent(at):
            keys.update(source.claims.values_list("offering_key", flat=True))
            Source.objects.filter(pk=source.pk).update(counted_silent=True)
    for chunk in chunks(sorted(keys)):
        reconcile(chunk, actor="registry", reason=REASON, batch=uuid4(), at=at)
    return len(keys)
