"""Approves, rejects and reconsiders changes. Admin, API and shell call the same functions.

Each takes the actor and a reason, locks the changes, checks that they are still as the person saw them (stale check),
writes, and returns the changes that were decided and those that were refused, each with a reason. A change whose base
or value has moved since is refused and shown again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.utils import timezone

from curation.apply.reconcile import reconcile
from curation.core.decided import Request
from curation.core.parts import refusals
from curation.models import Change
from curation.review import four_eyes
from curation.review.stale_check import (
    LONGEST_REASON,
    Refused,
    ReviewOutcome,
    lock_unchanged,
    reason_for,
    record,
    without_stale,
)
from registry.catalogue.publish import sole_writer

__all__ = (
    "LONGEST_REASON",
    "Refused",
    "ReviewOutcome",
    "approve",
    "reconsider",
    "reject",
)
_PLACE: Final = ("offering_key", "unit")


def approve(
    fingerprints: Mapping[int, str],
    *,
    actor: User,
    reason: str = "",
    at: datetime | None = None,
    batch: UUID | None = None,
) -> ReviewOutcome:
    """Publishes changes as they were shown. `fingerprints`: by change id, as the person saw them.

    Refused one by one: a change decided already, one whose published values, pins or source have moved. Those that
    moved are proposed anew as they are now. Where a second person is required, the first approval is only recorded.
    """
    at, outcome = at or timezone.now(), ReviewOutcome()
    with sole_writer():
        waiting = lock_unchanged(fingerprints, outcome)
        ready, first = four_eyes.split(waiting, outcome, actor=actor)
        if not ready and not first:
            return outcome
        result = reconcile(
            {change.offering_key for change in (*ready, *first)},
            actor=actor.get_username(),
            reason=reason or "approved",
            batch=batch or uuid4(),
            at=at,
            request=Request(
                {change.place: four_eyes.approvers(change, actor) for change in ready},
                expected={change.place: change.fingerprint for change in (*ready, *first)},
            ),
        )
        ready, first = (without_stale(some, result.refused, outcome) for some in (ready, first))
        record(ready, Change.State.APPLIED, actor, reason, at)
        if first:
            four_eyes.record_first(first, outcome, actor=actor, at=at)
        outcome.done, outcome.revision = sorted(change.pk for change in ready), result.published.revision
    return outcome


def reject(fingerprints: Mapping[int, str], *, actor: User, reason: str, at: datetime | None = None) -> ReviewOutcome:
    """Rejects changes: the same value of the same source is not proposed again. A reason is required."""
    at, outcome, why = at or timezone.now(), ReviewOutcome(), reason_for(reason)
    with sole_writer():
        waiting = lock_unchanged(fingerprints, outcome)
        record(waiting, Change.State.REJECTED, actor, why, at)
        outcome.done = sorted(change.pk for change in waiting)
        if waiting:  # this publishes only provenance
            keys = {change.offering_key for change in waiting}
            reconcile(keys, actor=actor.get_username(), reason=why, batch=uuid4(), at=at, approved={})
    return outcome


def reconsider(changes: Collection[int], *, actor: User, reason: str, at: datetime | None = None) -> ReviewOutcome:
    """Undoes rejections: the changes wait again when they still stand, and are closed when they do not.

    Nothing is published. A change whose base has moved is proposed as it is now. Other rejections of the same value of
    the same source are lifted too. A reason is required.
    """
    at, outcome, why = at or timezone.now(), ReviewOutcome(), reason_for(reason)
    with sole_writer():
        chosen = _rejected(changes, outcome)
        note = f"reconsidered by {actor.get_username()}: {why}"[:LONGEST_REASON]
        occupied = set(Change.objects.awaiting_review().filter(offering_key__in=_keys(chosen)).values_list(*_PLACE))
        for change in chosen:
            waits = change.place not in occupied
            occupied.add(change.place)
            change.state = Change.State.PROPOSED if waits else Change.State.SUPERSEDED
            change.decided_at, change.decided_by = (None, "") if waits else (at, actor.get_username())
            change.reason, change.postponed_until, change.first_approved_by = note, None, ""
            change.save(
                update_fields=["state", "decided_at", "decided_by", "reason", "postponed_until", "first_approved_by"]
            )
        _lift_same_no(chosen, note)
        outcome.done = sorted(change.pk for change in chosen)
        if chosen:
            reconcile(_keys(chosen), actor=actor.get_username(), reason=note, batch=uuid4(), at=at, approved={})
            gone = Change.objects.filter(pk__in=outcome.done, state=Change.State.SUPERSEDED)
            gone.update(decided_by=actor.get_username(), reason=note)
    return outcome


def _rejected(changes: Collection[int], outcome: ReviewOutcome) -> list[Change]:
    rows = {change.pk: change for change in Change.objects.select_for_update().filter(pk__in=changes)}
    for pk in changes:
        if pk not in rows:
            outcome.refused.append((pk, "This change does not exist any more."))
        elif rows[pk].state != Change.State.REJECTED:
            outcome.refused.append((pk, f"This change is not rejected, it is {rows[pk].get_state_display()}."))
    return [change for change in rows.values() if change.state == Change.State.REJECTED]


def _keys(changes: Collection[Change]) -> set[str]:
    return {change.offering_key for change in changes}


def _lift_same_no(changes: Collection[Change], reason: str) -> None:
    """Closes the other rejections of the same value of the same source, whatever their base."""
    lifted = {(change.offering_key, no) for change in changes for no in refusals(change.parts_shown)}
    rejected = Change.objects.filter(offering_key__in=_keys(changes), state=Change.State.REJECTED)
    same = [row.pk for row in rejected if any((row.offering_key, no) in lifted for no in refusals(row.parts_shown))]
    Change.objects.filter(pk__in=same).update(state=Change.State.SUPERSEDED, reason=reason)
