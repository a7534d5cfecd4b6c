"""Four-eyes rule for large price changes: the first approval is recorded, and a second person has to agree.

Off unless the setting SECOND_PERSON_ABOVE names a factor. The first approval is for the values that were shown:
when they change, the change is a new one without approvals.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from curation.audit import trail
from curation.core.parts import Part
from curation.models import Change
from curation.review.stale_check import ReviewOutcome
from registry.domain import rates


def is_needed(change: Change) -> bool:
    """Whether a change needs two people, because of any price in it.

    A move that has no factor (the price becomes free, or changes its type) is above any limit; a price that was
    unknown before is below it.
    """
    limit: Decimal | None = settings.SECOND_PERSON_ABOVE
    return limit is not None and any(_is_beyond(part, limit) for part in change.parts_shown)


def _is_beyond(part: Part, limit: Decimal) -> bool:
    if not part.field.startswith(rates.PREFIX) or part.old is None or part.new is None:
        return False
    return not part.factor or part.distance >= limit


def split(changes: Collection[Change], outcome: ReviewOutcome, *, actor: User) -> tuple[list[Change], list[Change]]:
    """Splits changes into those that may be applied now and those of which this is the first approval. A second
    approval by the same person is refused.
    """
    name, ready, first = actor.get_username(), [], []
    for change in changes:
        if not is_needed(change):
            ready.append(change)
        elif change.first_approved_by == name:
            why = _("You have approved this already; a move as large as this needs a second person.")
            outcome.refused.append((change.pk, why))
        elif change.first_approved_by and not actor.has_perm("curation.approve_second"):
            why = _("The second person has to be a senior curator; %(name)s has approved it already.")
            outcome.refused.append((change.pk, why % {"name": change.first_approved_by}))
        elif change.first_approved_by:
            ready.append(change)
        else:
            first.append(change)
    return ready, first


def record_first(changes: Collection[Change], outcome: ReviewOutcome, *, actor: User, at: datetime) -> None:
    """Records first approvals; the changes wait for a second person."""
    for change in changes:
        change.first_approved_by, change.first_approved_at = actor.get_username(), at
    Change.objects.bulk_update(changes, ["first_approved_by", "first_approved_at"], batch_size=500)
    trail.record_all("approved first", changes, actor=actor, at=at)
    outcome.waiting = sorted(change.pk for change in changes)


def approvers(change: Change, actor: User) -> str:
    """The names of the people who approved a change, for the ledger."""
    names = dict.fromkeys(filter(None, (change.first_approved_by, actor.get_username())))
    return " and ".join(names)
