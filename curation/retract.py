"""Taking back what was decided a moment ago: the change waits again, as if nobody had pressed the key.

Undo of the ledger (`curation.undo`) remembers what it undoes as rejected, so that no sync does it again. Here the
person has not said no: what goes back also goes back to the queue.
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

from curation import postpone, review, undo
from curation.models import Change, Pin
from curation.reconcile import reconcile
from curation.shown import Outcome, Refused
from registry.changeset import OfferingChange
from registry.models import Offering
from registry.publish import publish, sole_writer

REASON: Final = "taken back at once"


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, with all that it takes to take it back. Plain, so that it can travel in a signed token."""

    verdict: str
    changes: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    revision: int | None = None
    accounts: Mapping[str, Any] = field(default_factory=dict)
    """Change → provenance of its field, as it was before the field was pinned."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def accounts_of(changes: Mapping[int, str]) -> dict[str, Any]:
    """Provenance of the fields of some changes, by change: what `Decision.accounts` keeps before they are pinned."""
    rows = list(Change.objects.filter(pk__in=changes))
    known = dict(Offering.objects.filter(key__in={row.offering_key for row in rows}).values_list("key", "provenance"))
    return {str(row.pk): known.get(row.offering_key, {}).get(row.field) for row in rows}


def retract(decision: Decision, *, actor: User, at: datetime | None = None) -> Outcome:
    """Takes a decision back. What something newer sits on stays, and is named in `refused`. Raises Refused."""
    at = at or timezone.now()
    with sole_writer():
        _forget_first_approvals(decision.waiting, actor)
        match decision.verdict:
            case "approve":
                outcome = _unpublish(decision, actor, at)
            case "reject":
                outcome = review.reconsider(decision.changes, actor=actor, reason=REASON, at=at)
            case "postpone":
                outcome = Outcome(done=postpone.wake(decision.changes))
            case "keep":
                outcome = _unpin(decision, actor, at)
            case _:
                raise Refused(_("This cannot be taken back here; see the ledger."))
    outcome.done = sorted({*outcome.done, *decision.waiting})
    return outcome


def _forget_first_approvals(changes: list[int], actor: User) -> None:
    mine = Change.objects.filter(pk__in=changes, first_approved_by=actor.get_username(), state=Change.State.PROPOSED)
    mine.update(first_approved_by="", first_approved_at=None)


def _unpublish(decision: Decision, actor: User, at: datetime) -> Outcome:
    outcome = Outcome()
    if decision.revision is None:
        return outcome
    undone = undo.roll_back(revision=decision.revision, actor=actor, reason=REASON, at=at)
    outcome.revision, outcome.refused = undone.revision, undone.skipped
    decided = {(c.offering_key, c.field, c.fingerprint): c.pk for c in Change.objects.filter(pk__in=decision.changes)}
    remembered = Change.objects.filter(state=Change.State.REJECTED, decided_at=at, decided_by=actor.get_username())
    again = {
        row.pk: decided[place]
        for row in remembered
        if (place := (row.offering_key, row.field, row.fingerprint)) in decided
    }
    review.reconsider(again, actor=actor, reason=REASON, at=at)
    outcome.done = sorted(again.values())
    return outcome


def _unpin(decision: Decision, actor: User, at: datetime) -> Outcome:
    """Ends pins of what was published anyway. The value stays, under its own source again, and the change waits."""
    outcome, back = Outcome(), []
    for change in Change.objects.select_for_update().filter(pk__in=decision.changes):
        place = {"offering_key": change.offering_key, "field": change.field}
        pin = Pin.objects.select_for_update().filter(**place, released_at__isnull=True).first()
        account = decision.accounts.get(str(change.pk))
        if pin is None or pin.author_id != actor.pk or pin.value != change.old or not account:
            outcome.refused.append((change.pk, _("The field is not pinned any more as you left it.")))
            continue
        pin.released_at, pin.released_by = at, actor.get_username()
        pin.save(update_fields=["released_at", "released_by"])
        if not Change.objects.filter(**place, state=Change.State.PROPOSED).exists():
            change.state, change.decided_at, change.decided_by = Change.State.PROPOSED, None, ""
            change.reason = REASON
            change.save(update_fields=["state", "decided_at", "decided_by", "reason"])
        back.append((change, account))
    if not back:
        return outcome
    name, batch, keys = actor.get_username(), uuid4(), {change.offering_key for change, _account in back}
    rows = Offering.objects.filter(key__in=keys).values_list("key", "missing_since", "not_seen_since")
    listing = {key: (missing, not_seen) for key, missing, not_seen in rows}
    accounts: dict[str, dict[str, Any]] = {key: {} for key in keys}
    for change, account in back:
        accounts[change.offering_key][change.field] = account
    unpinned = [OfferingChange(key, [], fields, None, *listing[key]) for key, fields in accounts.items()]
    publish(unpinned, actor=name, reason=REASON, batch=batch, at=at)
    reconcile(keys, actor=name, reason=REASON, batch=batch, at=at, approved={})
    outcome.done = sorted(change.pk for change, _account in back)
    return outcome
