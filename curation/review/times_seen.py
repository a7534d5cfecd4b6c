"""How often a waiting change was seen: once for every good reading of its source in which it still stood."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, F, OuterRef

from curation.models import Change, StoredClaim


def seen_again(source: str, *, at: datetime) -> int:
    """Counts a good reading of a source for what waits because of it. One statement, however many. Returns how many.

    What came up in this very reading is counted already, and what the source no longer lists was not seen.
    """
    gone = StoredClaim.objects.filter(source=source, offering_key=OuterRef("offering_key"), missing_since__isnull=False)
    waiting = Change.objects.filter(source=source, state=Change.State.PROPOSED, last_seen_at__lt=at)
    return waiting.exclude(Exists(gone)).update(times_seen=F("times_seen") + 1, last_seen_at=at)
