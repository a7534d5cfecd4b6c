"""Postponing changes: they are hidden from the queue until a day.

Nothing is decided. When the values move before that day, it is a new change, which is shown at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from curation.apply import counters
from curation.models import Change
from curation.review.stale_check import Refused, ReviewOutcome, lock_unchanged

USUAL: Final = timedelta(days=7)
LONGEST: Final = timedelta(days=366)


def postpone(
    fingerprints: Mapping[int, str], *, until: datetime, actor: User, at: datetime | None = None
) -> ReviewOutcome:
    """Postpones changes until a time. `fingerprints`: by change id, as the person saw them. Raises Refused."""
    at, outcome = at or timezone.now(), ReviewOutcome()
    if until <= at:
        raise Refused(_("Choose a day that is still to come."))
    if until > at + LONGEST:
        raise Refused(_("Choose a day within a year; what is put off longer is better rejected, with a reason."))
    with transaction.atomic():
        _disturb(fingerprints)
        for change in lock_unchanged(fingerprints, outcome):
            change.postponed_until, change.postponed_by = until, actor.get_username()
            change.save(update_fields=["postponed_until", "postponed_by"])
            outcome.done.append(change.pk)
    outcome.done.sort()
    return outcome


def wake(changes: Collection[int]) -> list[int]:
    """Ends the postponement of changes. Returns the ids of those that were postponed."""
    with transaction.atomic():
        _disturb(changes)
        off = Change.objects.filter(pk__in=changes, state=Change.State.PROPOSED, postponed_until__isnull=False)
        woken = sorted(off.select_for_update().values_list("pk", flat=True))
        Change.objects.filter(pk__in=woken).update(postponed_until=None, postponed_by="")
    return woken


def _disturb(changes: Collection[int]) -> None:
    """Makes a concurrent decision about these offerings start again: a delayed change may be due just now."""
    counters.disturb(set(Change.objects.filter(pk__in=changes).values_list("offering_key", flat=True)))
