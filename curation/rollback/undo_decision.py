"""Taking back what was decided a moment ago: the change waits again, as if nobody had pressed the key.

Undo of the ledger (`curation.rollback.undo`) remembers what it undoes as rejected, so that no sync does it again. Here
the person has not said no: what goes back also goes back to the queue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext as _

from curation.apply.reconcile import reconcile
from curation.models import Change, Pin
from curation.review import decisions, postpone
from curation.review.stale_check import Refused, ReviewOutcome
from curation.rollback import undo
from curation.rollback.selection import Selection
from registry.catalogue.publish import sole_writer
from registry.domain.provenance import Provenance
from registry.models import Offering

REASON: Final = "taken back at once"


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, with all that it takes to take it back. Plain, so that it can travel in a signed token."""

    verdict: str
    changes: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    revision: int | None = None
    pinned: Mapping[str, list[str]] = field(default_factory=dict)
    """Change → the fields of it that were pinned by the decision."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def to_be_pinned(changes: Mapping[int, str]) -> dict[str, list[str]]:
    """The published fields of some changes that no pin holds yet: what `Decision.pinned` keeps."""
    rows = list(Change.objects.filter(pk__in=changes))
    offerings = Offering.objects.filter(key__in={row.offering_key for row in rows})
    accounts = dict(offerings.values_list("key", "provenance"))
    return {
        str(row.pk): [
            name
            for name in row.moved_fields
            if (account := accounts.get(row.offering_key, {}).get(name)) and not Provenance(account).is_pinned
        ]
        for row in rows
    }


def retract(decision: Decision, *, actor: User, at: datetime | None = None) -> ReviewOutcome:
    """Takes a decision back. What something newer sits on stays, and is named in `refused`. Raises Refused."""
    at = at or timezone.now()
    with sole_writer():
        _forget_first_approvals(decision.waiting, actor)
        match decision.verdict:
            case "approve":
                outcome = _unpublish(decision, actor, at)
            case "reject":
                outcome = decisions.reconsider(decision.changes, actor=actor, reason=REASON, at=at)
            case "postpone":
                outcome = ReviewOutcome(done=postpone.wake(decision.changes))
            case "keep":
                outcome = _unpin(decision, actor, at)
            case _:
                raise Refused(_("This cannot be taken back here; see the ledger."))
    outcome.done = sorted({*outcome.done, *decision.waiting})
    return outcome


def _forget_first_approvals(changes: list[int], actor: User) -> None:
    mine = Change.objects.filter(pk__in=changes, first_approved_by=actor.get_username(), state=Change.State.PROPOSED)
    mine.update(first_approved_by="", first_approved_at=None)


def _unpublish(decision: Decision, actor: User, at: datetime) -> ReviewOutcome:
    outcome = ReviewOutcome()
    if decision.revision is None:
        return outcome
    undone = undo.roll_back(Selection(revision=decision.revision), actor=actor, reason=REASON, at=at)
    outcome.revision, outcome.refused = undone.revision, undone.skipped
    decided = {(*row.place, row.fingerprint): row.pk for row in Change.objects.filter(pk__in=decision.changes)}
    again = {row.pk: decided[key] for row in undone.remembered if (key := (*row.place, row.fingerprint)) in decided}
    decisions.reconsider(again, actor=actor, reason=REASON, at=at)
    outcome.done = sorted(again.values())
    if not outcome.refused:
        why = _("Something newer sits on top; see the ledger.")
        outcome.refused = [(pk, why) for pk in sorted({*decision.changes} - {*outcome.done})]
    return outcome


def _unpin(decision: Decision, actor: User, at: datetime) -> ReviewOutcome:
    """Ends pins of what was published anyway. The values stay, under their own source again, and the change waits."""
    outcome, back, name = ReviewOutcome(), [], actor.get_username()
    for change in Change.objects.select_for_update().filter(pk__in=decision.changes):
        pins = _pins_as_made(change, decision.pinned.get(str(change.pk), []), actor)
        if not pins:
            outcome.refused.append((change.pk, _("What you pinned is not pinned any more as you left it.")))
            continue
        for pin in pins:
            pin.end(name, at)
        if not Change.objects.awaiting_review().filter(offering_key=change.offering_key, unit=change.unit).exists():
            change.state, change.decided_at, change.decided_by = Change.State.PROPOSED, None, ""
            change.reason = REASON
            change.save(update_fields=["state", "decided_at", "decided_by", "reason"])
        back.append(change)
    if back:
        keys = {change.offering_key for change in back}
        reconcile(keys, actor=name, reason=REASON, batch=uuid4(), at=at, approved={})
    outcome.done = sorted(change.pk for change in back)
    return outcome


def _pins_as_made(change: Change, names: list[str], actor: User) -> list[Pin]:
    """The pins that kept the published values of a change; none where one of them is not as the person left it."""
    held = Pin.objects.select_for_update().filter(offering_key=change.offering_key, released_at__isnull=True)
    pins = {pin.field: pin for pin in held.filter(field__in=names)}
    as_left = all(
        name in pins and pins[name].author_id == actor.pk and pins[name].value == change.old_values[name]
        for name in names
    )
    return list(pins.values()) if as_left else []
