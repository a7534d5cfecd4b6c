"""Conflicts: the merge picks a winner at once; people decide about conflicts that sources do not settle.

A conflict that stays open for longer than `settings.CONFLICT_DAYS` is listed as overdue (`Conflict.objects.overdue`).
A curator pins one side (`curation.pins.pinning.pin`), or leaves it as it is until the sides change.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from curation.audit import trail
from curation.models import Conflict
from curation.review.stale_check import reason_for


def leave(chosen: Collection[int], *, actor: User, reason: str, at: datetime | None = None) -> list[int]:
    """Leaves open conflicts as they are, until their sides change. Returns the ids of those that were left.

    Raises Refused without a reason.
    """
    reason = reason_for(reason)
    at = at or timezone.now()
    with transaction.atomic():
        rows = list(Conflict.objects.select_for_update().filter(pk__in=chosen, state=Conflict.State.OPEN))
        for row in rows:
            row.state, row.looked_at, row.looked_by = Conflict.State.LEFT, at, actor.get_username()
            row.reason = reason
        Conflict.objects.bulk_update(rows, ["state", "looked_at", "looked_by", "reason"], batch_size=200)
        trail.record_all("left", rows, actor=actor, reason=reason, at=at)
    return sorted(row.pk for row in rows)
