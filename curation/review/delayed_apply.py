"""Delayed apply: a change that its policy applies after some hours, unless somebody objects.

Until then it waits in the queue with its time. Rejecting it, pinning the field or postponing it is an objection; a
postponed change waits for a person from then on. When it is due, the policies of that day decide it again, and it has
to pass the quality gate like any other.
"""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.utils import timezone

from curation.apply.reconcile import Outcome, reconcile
from curation.core.quality_gate import POLICY
from curation.models import Change, ChangeQuerySet


def waiting_for_time() -> ChangeQuerySet:
    """Changes that wait for their time to be applied, the next first."""
    waiting = ChangeQuerySet(Change).awaiting_review()
    return waiting.filter(apply_after__isnull=False, postponed_until__isnull=True).order_by("apply_after")


def apply_due(*, at: datetime | None = None) -> Outcome:
    """Applies the changes that are due and still stand. For the schedule."""
    at = at or timezone.now()
    # A change that the quality gate holds waits for a person, also after its time.
    due = waiting_for_time().filter(apply_after__lte=at).exclude(policy__startswith=POLICY.format(""))
    keys = set(due.values_list("offering_key", flat=True))
    if not keys:
        return Outcome()
    return reconcile(keys, actor="registry", reason="nobody objected in time", batch=uuid4(), at=at)
