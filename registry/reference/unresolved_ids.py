"""Ids that people asked for and nothing resolved, counted for curators.

Recording an unresolved id never fails a lookup and never delays it: with a read-only replica, a database that is busy
with a sync, or a full list, only the record is lost.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone

from registry.database.patience import impatient
from registry.identity.lookup import LookupResult
from registry.models import UnknownId

log = logging.getLogger(__name__)

MOST: Final = 10_000
"""Limit of rows; existing rows stay, and new ids are refused."""
LONGEST: Final = 400


def note(results: Iterable[LookupResult], origin: UnknownId.Origin) -> int:
    """Counts the unresolved ids among lookup results; returns how many. Ambiguous ids do not count.

    A few queries when there are unresolved ids, else none.
    """
    unresolved = {text for result in results if result.matched_by == "none" and (text := storable(result.query))}
    if not unresolved:
        return 0
    try:
        with impatient(), transaction.atomic():
            return _count(unresolved, origin)
    except DatabaseError as error:
        log.info("unresolved ids were not recorded: %s", type(error).__name__)
        return 0


def ignore(text: str, *, by: str, reason: str, at: datetime) -> None:
    """Takes an id off the list, with who did so, why and when. It is still counted."""
    UnknownId.objects.filter(text=text).update(ignored_at=at, ignored_by=by, ignored_reason=reason.strip()[:500])


def put_back(text: str) -> None:
    """Undoes `ignore`."""
    UnknownId.objects.filter(text=text).update(ignored_at=None, ignored_by="", ignored_reason="")


def _count(unresolved: set[str], origin: UnknownId.Origin) -> int:
    now, rows = timezone.now(), UnknownId.objects.filter(text__in=unresolved)
    stored = set(rows.values_list("text", flat=True))
    if stored:
        rows.update(times=F("times") + 1, last_seen_at=now, origin=origin)
    fresh = sorted(unresolved - stored)
    if fresh and (room := max(0, MOST - UnknownId.objects.count())) < len(fresh):
        log.warning("the list of unresolved ids is full (%s); new ones were not added", f"{MOST:,}")
        fresh = fresh[:room]
    new_rows = [UnknownId(text=text, first_seen_at=now, last_seen_at=now, origin=origin) for text in fresh]
    UnknownId.objects.bulk_create(new_rows, ignore_conflicts=True)
    return len(stored) + len(fresh)


def storable(text: str) -> str:
    """The text without characters that a database refuses or a page should not show."""
    return text.encode("utf-8", "replace").decode().replace("\0", "").strip()[:LONGEST]
