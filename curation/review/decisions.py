"""What curators do: approve, reject, pin, release. Admin, API and shell call the same functions.

Each takes the actor and a reason, locks what it writes, checks that it is still what the person saw (stale check),
writes, and returns what was done and what was refused, each with a sentence. A change whose base or value has moved
since is refused and shown again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone

from curation.apply import pin_drift
from curation.apply.reconcile import reconcile
from curation.core.decided import Request
from curation.core.parts import refusals
from curation.models import Change, Pin
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
from registry.domain import fields, offering_ids
from registry.models import Offering

__all__ = (
    "LONGEST_REASON",
    "Refused",
    "ReviewOutcome",
    "approve",
    "end_expired_pins",
    "pin",
    "reconsider",
    "reject",
    "release",
)
_PLACE: Final = ("offering_key", "unit")
LONGEST_EVIDENCE: Final = 500
"""As the column of `curation.models.Pin` is."""


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


def pin(
    *,
    offering: str,
    field: str,
    value: Any,
    actor: User,
    reason: str,
    evidence: str = "",
    expires_at: datetime | None = None,
    review_at: datetime | None = None,
    at: datetime | None = None,
    batch: UUID | None = None,
    settle: bool = True,
) -> Pin:
    """Overrides one field of one published offering until released or expired. Replaces an earlier pin of the field.

    `value` is in the Python form of the field's kind; None pins that there is none. From `review_at` on the pin is
    listed as due for another look, and holds on. To make many pins, pass `settle=False`, call `pin_drift.start_all`
    and reconcile once. Raises Refused.
    """
    at, batch = at or timezone.now(), batch or uuid4()
    _check_pin(reason, evidence, expires_at, review_at, at)
    try:
        offering_ids.check(offering)
    except ValueError as error:
        raise Refused(str(error)) from error
    try:
        declared = fields.field(field)
        data = declared.encode(declared.clean(value))
    except (ValueError, TypeError) as error:
        raise Refused(f"{field}: {error}") from error
    with sole_writer():
        if not Offering.objects.filter(key=offering).exists():
            raise Refused(f"There is no published offering {offering}.")
        for earlier in Pin.objects.filter(offering_key=offering, field=declared.name, released_at__isnull=True):
            _end(earlier, actor, at)
        new_pin = Pin(
            offering_key=offering,
            field=declared.name,
            value=data,
            reason=reason.strip(),
            evidence=evidence,
            author=actor,
            created_at=at,
            expires_at=expires_at,
            review_at=review_at,
            batch=batch,
        )
        if settle:
            pin_drift.start([new_pin], at=at)
        new_pin.save(force_insert=True)
        if settle:
            _settle(offering, actor, f"pinned {declared.name}: {reason}", at, batch)
    return new_pin


def _check_pin(
    reason: str, evidence: str, expires_at: datetime | None, review_at: datetime | None, at: datetime
) -> None:
    """Raises Refused for a pin without a reason, with bad evidence, or with dates that cannot hold."""
    if not reason.strip():
        raise Refused("Say why: a pin without a reason cannot be judged later.")
    if len(reason) > LONGEST_REASON:
        raise Refused(
            f"The reason has {len(reason):,} signs; {LONGEST_REASON:,} are kept. Put the rest behind the evidence link."
        )
    if evidence and not _is_web_address(evidence):
        raise Refused("The evidence must be a web address that begins with https:// or http://.")
    if expires_at and expires_at <= at:
        raise Refused("The pin would have expired already; choose a later time, or none.")
    if review_at and review_at <= at:
        raise Refused("The day to look again has passed already; choose a later one, or none.")
    if review_at and expires_at and review_at >= expires_at:
        raise Refused("The pin would expire before anybody looks at it again; choose an earlier day, or none.")


def release(pin: Pin, *, actor: User, reason: str = "", at: datetime | None = None, batch: UUID | None = None) -> None:
    """Releases a pin: the sources decide the field again. Raises Refused when the pin is not in force any more."""
    at = at or timezone.now()
    with sole_writer():
        held = Pin.objects.select_for_update().get(pk=pin.pk)
        if held.released_at:
            raise Refused("This pin has been released already.")
        _end(held, actor, at)
        _settle(held.offering_key, actor, f"released {held.field}: {reason}", at, batch or uuid4())
    pin.refresh_from_db()


def end_expired_pins(*, at: datetime | None = None) -> list[Pin]:
    """Releases expired pins; the sources decide their fields again. For the schedule."""
    at = at or timezone.now()
    with sole_writer():
        over = list(Pin.objects.filter(released_at__isnull=True, expires_at__lte=at))
        for pin_over in over:
            pin_over.released_at, pin_over.released_by = at, "expiry"
            pin_over.save(update_fields=["released_at", "released_by"])
        if over:
            keys = {pin_over.offering_key for pin_over in over}
            reconcile(keys, actor="registry", reason="pins expired", batch=uuid4(), at=at)
    pin_drift.note_all(at=at)
    return over


def _is_web_address(text: str) -> bool:
    try:
        URLValidator(schemes=("https", "http"))(text)
    except ValidationError:
        return False
    return len(text) <= LONGEST_EVIDENCE


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


def _end(pin: Pin, actor: User, at: datetime) -> None:
    pin.released_at, pin.released_by = at, actor.get_username()
    pin.save(update_fields=["released_at", "released_by"])


def _settle(offering: str, actor: User, reason: str, at: datetime, batch: UUID) -> None:
    reconcile([offering], actor=actor.get_username(), reason=reason, batch=batch, at=at)
