"""Undo: what a set of ledger entries did to the catalogue is taken back, as new entries of a new revision.

Nothing is erased. Each field goes back to what it was before the oldest entry of the set, as far as nothing newer sits
on top; what cannot go back is listed with the reason. And it lasts:

* token prices that were published together go back together;
* what a source said and was undone is remembered as a rejection, so that no sync applies it again until the source
  says something else;
* what was accepted behind a pin goes back behind it;
* a pin that is undone is released, and a pin that was taken away by what is undone holds again, also where neither
  moved a value;
* whatever else the sources say about these fields now is put up for review.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext as _

from curation.apply.ledger_state import ABSENT, wrote
from curation.apply.load import gather, published_states
from curation.apply.reconcile import reconcile
from curation.core import diff
from curation.core.decided import Request
from curation.core.inputs import Base
from curation.core.merge import PIN_SOURCE, Decision
from curation.core.parts import Part, Place
from curation.core.plan import plan as propose
from curation.core.price_lists import unit_of
from curation.models import Change, Pin
from curation.review.stale_check import Refused, reason_for
from curation.rollback.plan import plan
from curation.rollback.selection import Selection
from curation.rollback.steps import Plan, Step
from registry.catalogue.publish import sole_writer
from registry.domain import fields
from registry.domain.offering_ids import provider_of
from registry.domain.provenance import UNKNOWN, AccountedValue, Provenance

ROLLED_BACK: Final = "rolled back by"


@dataclass(slots=True)
class Outcome:
    """What came of undoing."""

    done: list[int] = field(default_factory=list)
    """The ledger entries that were undone."""
    skipped: list[tuple[int, str]] = field(default_factory=list)
    """Ledger entry and the reason it stands, as a sentence."""
    pins: list[int] = field(default_factory=list)
    """Pins that were released, or hold again, without any value that moved."""
    skipped_pins: list[tuple[int, str]] = field(default_factory=list)
    behind: list[Place] = field(default_factory=list)
    """Offering and field of what had moved behind a pin and went back: the ledger has no entry of it."""
    remembered: list[Change] = field(default_factory=list)
    """The rejections that keep a sync from doing again what was undone."""
    revision: int | None = None


def roll_back(
    selection: Selection, *, actor: User, reason: str, shown: str = "", at: datetime | None = None
) -> Outcome:
    """Undoes a selection of the ledger. Raises Refused.

    `shown` is the fingerprint of the plan that the person saw; when it would do anything else by now, it is refused.
    """
    reason = reason_for(reason)
    at = at or timezone.now()
    with sole_writer():
        rollback = plan(selection.ledger(), selection.pin_acts(), at=at, whole=selection.revisions())
        if shown and rollback.fingerprint != shown:
            raise Refused(_("Something has moved since you looked; this is what would go back as it is now."))
        pins, left = sorted(pin.pk for pin in rollback.pins), [(pin.pk, why) for pin, why in rollback.skipped_pins]
        outcome = Outcome(rollback.done, rollback.skipped, pins, left, rollback.behind)
        if rollback.steps:
            outcome.remembered, outcome.revision = _take_back(rollback.steps, actor, reason, at)
    return outcome


def preview(rollback: Plan, *, on: date) -> list[Change]:
    """What goes back as changes that are not kept, one for each unit: from the published values to the earlier ones."""
    moves = [step for step in rollback.steps if step.entries or step.is_behind]
    by_place = {(step.offering, step.field): step for step in reversed(moves)}
    units = by_unit(reversed(by_place.values()))
    return [_change(steps, [_shown(step, on) for step in steps], {}) for steps in units.values()]


def _shown(step: Step, on: date) -> Part:
    return _part(step, step.now, step.before, on) or Part(step.field, "", _json(step.now), _json(step.before))


def by_unit(steps: Iterable[Step]) -> dict[Place, list[Step]]:
    """Steps by the unit of their field."""
    units: dict[Place, list[Step]] = defaultdict(list)
    for step in steps:
        units[step.offering, unit_of(step.field)].append(step)
    return units


def _take_back(steps: Sequence[Step], actor: User, reason: str, at: datetime) -> tuple[list[Change], int | None]:
    """Carries a plan out. Returns what is remembered as rejected, and the revision."""
    name, batch = actor.get_username(), uuid4()
    for step in steps:
        _settle_pins(step, actor, batch, at)
    keys = sorted({step.offering for step in steps})
    restored = _restored(steps)
    remembered = list(_remembered(steps, keys, restored, at))
    note = f"{ROLLED_BACK} {name}: {reason}"
    _lift_rejections(steps, at, note)
    for row in remembered:
        row.batch, row.state, row.first_seen_at, row.last_seen_at = batch, Change.State.REJECTED, at, at
        row.decided_at, row.decided_by, row.reason = at, name, reason[:500]
    Change.objects.bulk_create(remembered, batch_size=1000)
    # Nothing else is applied by this: what waits on a value that is gone now is closed, and asked anew as it is now.
    request = Request({}, restored=restored, ledger_policy=f"{ROLLED_BACK} {name}"[:80])
    result = reconcile(keys, actor=name, reason=note, batch=batch, at=at, request=request)
    return remembered, result.published.revision


def _restored(steps: Iterable[Step]) -> dict[Place, AccountedValue | None]:
    """The accepted values that go back."""
    return {
        (step.offering, step.field): None if step.before is ABSENT else _restored_value(step)
        for step in steps
        if step.restores
    }


def _restored_value(step: Step) -> AccountedValue:
    origin = step.origin
    account = step.account or (Provenance.of(origin.source, origin.quality, origin.reason) if origin else UNKNOWN)
    return AccountedValue(step.before, Provenance.of(account.source, account.quality, account.reason))


def _settle_pins(step: Step, actor: User, batch: UUID, at: datetime) -> None:
    if step.release:
        step.release.end(actor.get_username(), at)
    if held := step.hold_again:
        Pin.objects.create(
            offering_key=held.offering_key,
            field=held.field,
            value=held.value,
            reason=held.reason,
            evidence=held.evidence,
            author=actor,
            created_at=at,
            expires_at=held.expires_at,
            review_at=held.review_at,
            batch=batch,
            behind_then=held.behind_then,
            drift=held.drift,
            drift_since=held.drift_since,
        )


# -- what is remembered ----------------------------------------------------------------------------


def _remembered(
    steps: Sequence[Step], keys: Collection[str], restored: Mapping[Place, AccountedValue | None], at: datetime
) -> Iterator[Change]:
    """The rejections that keep a sync from doing again what is undone, a row of a unit for each time it was stated."""
    inputs, states = gather(keys, at=at), published_states(keys)
    back: dict[str, dict[str, AccountedValue | None]] = defaultdict(dict)
    for (key, name), value in restored.items():
        back[key][name] = value
    proposed = {
        key: propose(key, inputs[key], Base(states.get(key)), at=at, restored=back[key]).merged.decided for key in keys
    }
    for (key, unit), of_unit in by_unit(steps).items():
        pins = {name: value for name, value in inputs[key].pinned.items() if unit_of(name) == unit}
        yield from _rejections(of_unit, proposed[key], pins, at.date())


def _rejections(
    steps: Sequence[Step], decided: Mapping[str, Decision], pins: Mapping[str, fields.Json], on: date
) -> Iterator[Change]:
    """Those of one unit: as it was stated with each revision, and by whoever states it now."""
    rows: dict[int, dict[str, Part]] = defaultdict(dict)
    for step in steps:
        for revision, source, value in _undone(step, decided.get(step.field)):
            if part := _part(step, step.before, value, on):
                rows[revision][step.field] = replace(part, source=source)
    for parts in rows.values():
        yield _change(steps, list(parts.values()), pins)


def _undone(step: Step, decision: Decision | None) -> Iterator[tuple[int, str, Any]]:
    """The values of a field that are undone, each once: its revision (0 for today), its source, and itself."""
    undone = [
        (entry.revision_id, entry.source, wrote(entry))
        for entry in step.entries
        if entry.source != PIN_SOURCE and not entry.policy.startswith(ROLLED_BACK)
    ]
    undone += [(m.revision, m.source, m.after) for m in step.hidden if not m.policy.startswith(ROLLED_BACK)]
    proposed = fields.field(step.field).encode(decision.value) if decision else ABSENT
    if any(proposed == value for _revision, _source, value in undone):
        undone.append((0, decision.source if decision else "", proposed))
    stated: list[tuple[str, Any]] = []
    for revision, source, value in undone:
        if value != step.before and (source, value) not in stated:
            stated.append((source, value))
            yield revision, source, value


def _lift_rejections(steps: Sequence[Step], at: datetime, note: str) -> None:
    """Forgets the No to values that are published again: the No was what has been undone."""
    values = {(step.offering, step.field): _json(step.before) for step in steps}
    rejected = Change.objects.filter(state=Change.State.REJECTED, offering_key__in={step.offering for step in steps})
    over = []
    for row in rejected:
        again = [
            (data, values[place])
            for name, data in row.new_values.items()
            if (place := (row.offering_key, name)) in values
        ]
        if again and all(data == value for data, value in again):
            over.append(row)
    for row in over:
        row.state, row.decided_at, row.reason = Change.State.SUPERSEDED, at, note[:500]
    Change.objects.bulk_update(over, ["state", "decided_at", "reason"], batch_size=500)


def _change(steps: Sequence[Step], parts: Collection[Part], pins: Mapping[str, fields.Json]) -> Change:
    """A change of the unit of these steps, not kept."""
    row = Change(
        offering_key=steps[0].offering,
        provider_slug=provider_of(steps[0].offering),
        unit=unit_of(steps[0].field),
        kind=max(parts, key=lambda part: part.reach).kind,
        policy=next((step.entries[0].policy for step in steps if step.entries), ""),
    )
    row.take(parts, pins)
    return row


def _part(step: Step, old: Any, new: Any, on: date) -> Part | None:
    """The step's field from one value to another; None when the two mean the same."""
    declared = fields.field(step.field)
    published = {} if old is ABSENT else {step.field: old}
    decided = {} if new is ABSENT else {step.field: Decision.of_value(declared.decode(new))}
    return next((Part.of(change) for change in diff.diff(step.offering, published, decided, on=on)), None)


def _json(value: Any) -> fields.Json:
    return None if value is ABSENT else value
