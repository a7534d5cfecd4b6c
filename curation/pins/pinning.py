"""Pins and releases single fields. Admin, API, imports and shell call the same functions.

Each takes the actor and a reason, and reconciles the offering in the same transaction.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone

from curation.apply import pin_drift
from curation.apply.reconcile import reconcile
from curation.models import Pin
from curation.review.stale_check import LONGEST_REASON, Refused
from registry.catalogue.publish import sole_writer
from registry.domain import fields, offering_ids
from registry.models import Offering

LONGEST_EVIDENCE: Final = 500
"""The length of the column `evidence` of `curation.models.Pin`."""


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
    listed as due for review, and stays in force. To make many pins, pass `settle=False`, call `pin_drift.start_all`
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
            earlier.end(actor.get_username(), at)
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
        held.end(actor.get_username(), at)
        _settle(held.offering_key, actor, f"released {held.field}: {reason}", at, batch or uuid4())
    pin.refresh_from_db()


def end_expired_pins(*, at: datetime | None = None) -> list[Pin]:
    """Releases expired pins; the sources decide their fields again. For the schedule."""
    at = at or timezone.now()
    with sole_writer():
        over = list(Pin.objects.filter(released_at__isnull=True, expires_at__lte=at))
        for pin_over in over:
            pin_over.end("expiry", at)
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


def _settle(offering: str, actor: User, reason: str, at: datetime, batch: UUID) -> None:
    reconcile([offering], actor=actor.get_username(), reason=reason, batch=batch, at=at)
