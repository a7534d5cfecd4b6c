"""Stale check (optimistic locking) shared by all review decisions.

The caller passes the fingerprint of each change as it was shown. A change that has moved since is refused, one by one,
with a sentence that says what to do.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from curation.audit import trail
from curation.core.parts import Place
from curation.models import Change
from registry.database.chunks import chunks

LONGEST_REASON: Final = 500
"""As the columns of `curation.models` are."""
SAY_WHY: Final = gettext_lazy("Say why: the reason is what the next curator reads.")


class Refused(Exception):
    """The request cannot be carried out; the text says why and what to do."""


@dataclass(slots=True)
class ReviewOutcome:
    """Result of a decision about several changes."""

    done: list[int] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    """Change id and the reason, as a sentence."""
    revision: int | None = None
    waiting: list[int] = field(default_factory=list)
    """Approved by this person, and a second one has to agree before anything is published."""


def reason_for(text: str) -> str:
    """A reason that was required, trimmed. Raises Refused when there is none."""
    reason = text.strip()
    if not reason:
        raise Refused(str(SAY_WHY))
    return reason[:LONGEST_REASON]


def lock_unchanged(fingerprints: Mapping[int, str], outcome: ReviewOutcome) -> list[Change]:
    """Locks and returns the changes that still wait and match their fingerprint; the others go to `outcome.refused`."""
    locked: dict[int, Change] = {}
    numbers = sorted(fingerprints)
    for chunk in chunks(numbers):
        some = Change.objects.select_for_update().filter(pk__in=chunk)
        locked |= {change.pk: change for change in some}
    waiting = []
    for pk, fingerprint in fingerprints.items():
        change = locked.get(pk)
        if change is None:
            outcome.refused.append((pk, _("This change does not exist any more.")))
        elif change.state != Change.State.PROPOSED:
            outcome.refused.append((pk, _("This change is %(state)s already.") % {"state": change.get_state_display()}))
        elif change.fingerprint != fingerprint:
            outcome.refused.append((pk, _("The values have moved since you looked; please look again.")))
        else:
            waiting.append(change)
    return waiting


def without_stale(changes: Collection[Change], stale: Collection[Place], outcome: ReviewOutcome) -> list[Change]:
    """The changes whose values have not moved; the others are refused."""
    why = _("A published value, a pin or the source has moved; it is shown again as it is now.")
    outcome.refused += ((change.pk, why) for change in changes if change.place in stale)
    return [change for change in changes if change.place not in stale]


def record(changes: Collection[Change], state: str, actor: User, reason: str, at: datetime) -> None:
    """Records a decision: its state, person, time and reason."""
    for change in changes:
        change.state, change.decided_at = state, at
        change.decided_by, change.reason = actor.get_username(), reason.strip()[:LONGEST_REASON]
    Change.objects.bulk_update(changes, ["state", "decided_at", "decided_by", "reason"], batch_size=500)
    if state != Change.State.APPLIED:  # what is published is in the ledger
        trail.record_all(str(state), changes, actor=actor, reason=reason, at=at)
