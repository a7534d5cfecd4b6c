"""How often a waiting change was seen: once for every good reading of its source that still states it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, F, OuterRef

from curation.models import Change, StoredClaim


def seen_again(source: str, *, at: datetime) -> int:
    """Counts a good reading of a source for its waiting changes. One SQL statement. Returns how many were counted.

    Changes first seen in this reading are counted already; offerings that the source no longer lists were not seen.
    """
    gone = StoredClaim.objects.filter(source=source, offering_key=OuterRef("offering_key"), missing_since__isnull=False)
    waiting = Change.objects.filter(source=source, state=Change.State.PROPOSED, last_seen_at__lt=at)
    return waiting.exclude(Exists(gone)).update(times_seen=F("times_seen") + 1, last_seen_at=at)
