"""Releases many pins as one batch, or those whose sources agree by now."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext as _

from curation.apply import pin_drift
from curation.apply.load import published_states
from curation.core.accepted import accepted
from curation.core.inputs import PublishedState
from curation.models import Pin
from curation.pins import pinning
from curation.review.stale_check import Refused, ReviewOutcome
from registry.catalogue.publish import sole_writer


def release_all(
    chosen: Collection[int], *, actor: User, reason: str, at: datetime | None = None, batch: UUID | None = None
) -> ReviewOutcome:
    """Releases pins by id. Those that are not in force any more are refused one by one."""
    at, batch, outcome = at or timezone.now(), batch or uuid4(), ReviewOutcome()
    for pin in Pin.objects.filter(pk__in=chosen).order_by("pk"):
        try:
            pinning.release(pin, actor=actor, reason=reason, at=at, batch=batch)
            outcome.done.append(pin.pk)
        except Refused as refusal:
            outcome.refused.append((pin.pk, str(refusal)))
    return outcome


def release_agreed(chosen: Collection[int], *, actor: User, at: datetime | None = None) -> ReviewOutcome:
    """Releases pins whose sources state the same by now, so that no value moves. The others are refused."""
    at, outcome = at or timezone.now(), ReviewOutcome()
    with sole_writer():
        held = list(Pin.objects.filter(pk__in=chosen, released_at__isnull=True))
        states = published_states({pin.offering_key for pin in held})
        agreed = [
            pin.pk
            for pin, behind in zip(held, pin_drift.behind_all(held, at=at), strict=True)
            if behind.drift is pin_drift.Drift.CAME_ROUND and _lies_behind(pin, states.get(pin.offering_key))
        ]
        why = _("The sources do not say the same any more, or what they say waits for review; look again.")
        outcome.refused = [(pin.pk, why) for pin in held if pin.pk not in agreed]
        done = release_all(agreed, actor=actor, reason=_("the sources agree now"), at=at)
    outcome.done, outcome.refused = done.done, [*outcome.refused, *done.refused]
    return outcome


def _lies_behind(pin: Pin, published: PublishedState | None) -> bool:
    """Whether the pinned value is the accepted one, which releasing the pin publishes."""
    return published is not None and accepted(published).facts.get(pin.field) == pin.value
