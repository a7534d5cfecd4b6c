"""Pins the current values from the review queue, so that a proposed change is not applied."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext as _

from curation.apply import pin_drift
from curation.apply.load import published_states
from curation.apply.reconcile import reconcile
from curation.core.accepted import accepted
from curation.core.inputs import PublishedState
from curation.core.parts import Part
from curation.models import Change, Pin
from curation.pins import pinning
from curation.review.stale_check import LONGEST_REASON, ReviewOutcome, lock_unchanged, reason_for, record
from registry.catalogue.publish import sole_writer
from registry.domain import fields


def pin_current(
    fingerprints: Mapping[int, str],
    *,
    actor: User,
    reason: str,
    evidence: str = "",
    expires_at: datetime | None = None,
    at: datetime | None = None,
) -> ReviewOutcome:
    """Pins each accepted value that these changes would move, unless it is pinned already. `fingerprints`: by change
    id, as the person saw them.

    The proposed values are recorded as rejected: they are not proposed again, also when the pins end.

    Refused one by one: changes that are decided or have moved, and those of which there is nothing to pin. Raises
    Refused for a pin that `pinning.pin` would not accept.
    """
    at, batch, outcome, why = at or timezone.now(), uuid4(), ReviewOutcome(), reason_for(reason)
    new_pins: list[Pin] = []
    with sole_writer():
        waiting = lock_unchanged(fingerprints, outcome)
        published = published_states({change.offering_key for change in waiting})
        for change in waiting:
            held, why_not = _to_pin(change, published.get(change.offering_key))
            if why_not:
                outcome.refused.append((change.pk, why_not))
                continue
            record([change], Change.State.REJECTED, actor, _("pinned as it was: %s") % why, at)
            new_pins += (
                pinning.pin(
                    offering=change.offering_key,
                    field=part.field,
                    value=fields.field(part.field).decode(part.old),
                    actor=actor,
                    reason=why,
                    evidence=evidence,
                    expires_at=expires_at,
                    at=at,
                    batch=batch,
                    settle=False,
                )
                for part in held
            )
            outcome.done.append(change.pk)
        if new_pins:
            pin_drift.start_all(new_pins, at=at)
            keys = {pin.offering_key for pin in new_pins}
            reconcile(keys, actor=actor.get_username(), reason=f"pinned: {why}"[:LONGEST_REASON], batch=batch, at=at)
    return outcome


def _to_pin(change: Change, published: PublishedState | None) -> tuple[list[Part], str]:
    """The parts of a change whose old values are to be pinned, or why there are none.

    A change moves accepted values; the published value of a pinned field is the pin's, not the accepted one.
    """
    values = accepted(published).facts if published else {}
    parts = [part for part in change.parts_shown if part.field in values]
    if any(values[part.field] != part.old for part in parts):
        return [], _("The values have moved since you looked; please look again.")
    held = [part for part in parts if published and part.field not in published.pinned]
    if held:
        return held, ""
    if parts:
        return [], _("All that is published of it is pinned already; reject it if it is not to come.")
    return [], _("Nothing is published here that could be pinned.")
