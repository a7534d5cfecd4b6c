"""A second person for large moves of prices: who approves first is recorded, and somebody else has to agree.

Off unless the setting SECOND_PERSON_ABOVE names a factor. The first approval belongs to the values that were shown:
when they move, the change is another one, and nobody has approved it.
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
from curation.review.stale_check import Outcome
from registry.domain import rates


def is_needed(change: Change) -> bool:
    """Whether two people have to agree with a change, because of any price in it.

    A price that moves so that no factor says how far (it becomes free, or another kind of answer) is above any limit;
    one that was not known before is below it.
    """
    limit: Decimal | None = settings.SECOND_PERSON_ABOVE
    return limit is not None and any(_is_beyond(part, limit) for part in change.parts_shown)


def _is_beyond(part: Part, limit: Decimal) -> bool:
    if not part.field.startswith(rates.PREFIX) or part.old is None or part.new is None:
        return False
    return not part.factor or part.distance >= limit


def divided(changes: Collection[Change], outcome: Outcome, *, actor: User) -> tuple[list[Change], list[Change]]:
    """The changes that may be applied now, and those of which this is the first approval. A second one by the same
    person is refused.
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


def record_first(changes: Collection[Change], outcome: Outcome, *, actor: User, at: datetime) -> None:
    """Writes down first approvals; they wait for a second person."""
    for change in changes:
        change.first_approved_by, change.first_approved_at = actor.get_username(), at
    Change.objects.bulk_update(changes, ["first_approved_by", "first_approved_at"], batch_size=500)
    trail.record_all("approved first", changes, actor=actor, at=at)
    outcome.waiting = sorted(change.pk for change in changes)


def approvers(change: Change, actor: User) -> str:
    """Who approved it, for the ledger."""
    names = dict.fromkeys(filter(None, (change.first_approved_by, actor.get_username())))
    return " and ".join(names)
