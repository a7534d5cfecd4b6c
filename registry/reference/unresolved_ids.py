"""What people ask for that we do not know, counted for the curators.

Noting a miss never fails and never holds up the answer: a replica that cannot be written, a database that is busy with
a sync, or a worklist that is full costs a note, not a lookup.
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
"""Rows kept; what is known stays, and more is refused."""
LONGEST: Final = 400


def note(answers: Iterable[LookupResult], origin: UnknownId.Origin) -> int:
    """Counts what was looked up and not found; returns how many. What was found, or may be several, is no miss.

    A handful of queries when there are misses, and none when there are none.
    """
    missed = {text for answer in answers if answer.matched_by == "none" and (text := storable(answer.query))}
    if not missed:
        return 0
    try:
        with impatient(), transaction.atomic():
            return _count(missed, origin)
    except DatabaseError as error:
        log.info("misses were not noted: %s", type(error).__name__)
        return 0


def ignore(text: str, *, by: str, reason: str, at: datetime) -> None:
    """Takes an id off the worklist, with who said so, why and when. It is counted on, and never lost."""
    UnknownId.objects.filter(text=text).update(ignored_at=at, ignored_by=by, ignored_reason=reason.strip()[:500])


def put_back(text: str) -> None:
    """Undoes `ignore`."""
    UnknownId.objects.filter(text=text).update(ignored_at=None, ignored_by="", ignored_reason="")


def _count(missed: set[str], origin: UnknownId.Origin) -> int:
    now, rows = timezone.now(), UnknownId.objects.filter(text__in=missed)
    known = set(rows.values_list("text", flat=True))
    if known:
        rows.update(times=F("times") + 1, last_seen_at=now, origin=origin)
    fresh = sorted(missed - known)
    if fresh and (room := max(0, MOST - UnknownId.objects.count())) < len(fresh):
        log.warning("the worklist of unknown ids is full (%s); new ones were not added", f"{MOST:,}")
        fresh = fresh[:room]
    made = [UnknownId(text=text, first_seen_at=now, last_seen_at=now, origin=origin) for text in fresh]
    UnknownId.objects.bulk_create(made, ignore_conflicts=True)
    return len(known) + len(fresh)


def storable(text: str) -> str:
    """Without the signs that a database refuses or a page should not show."""
    return text.encode("utf-8", "replace").decode().replace("\0", "").strip()[:LONGEST]
