"""Presence: who else is viewing a change now. Nothing is locked; it keeps two people from doing the same work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.models import User
from django.utils import timezone

from curation.models import Change, Presence

LASTS: Final = timedelta(seconds=45)
"""A browser reports every 15 seconds while its page is in front and in use."""


def record(change: int | None, *, person: User, at: datetime | None = None) -> None:
    """Records that a person views this change now, and no other; None: none any more."""
    at = at or timezone.now()
    if change is None or not Change.objects.filter(pk=change).exists():
        Presence.objects.filter(person=person).delete()
    else:
        Presence.objects.update_or_create(person=person, defaults={"change_id": change, "seen_at": at})


def others(changes: Collection[int], *, than: User, at: datetime | None = None) -> dict[int, list[str]]:
    """Change id → names of the other people who view it. One query."""
    since, names = (at or timezone.now()) - LASTS, defaultdict(list)
    rows = Presence.objects.filter(change__in=changes, seen_at__gt=since).exclude(person=than)
    for change, name in rows.order_by("person__username").values_list("change_id", "person__username"):
        names[change].append(name)
    return dict(names)
