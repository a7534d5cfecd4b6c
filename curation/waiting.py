"""What waits for a person, as one reconciliation sees and leaves it: a change is proposed once, superseded when its
values move, and never proposed again once somebody said No to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from curation import gate, models
from curation.circumstances import as_json
from curation.core.decide import Fate, Ruling
from curation.core.inputs import Base, PublishedState, Waiting, written
from curation.diff import Change
from curation.gather import chunks
from curation.policy import Circumstances, Judgement, Verdict

BY_POLICY: Final = "policy"
"""Stands in for a person's name where a policy decided a change that waited."""
_FACTOR_STEP: Final = Decimal("0.0000000001")
_LARGEST_FACTOR: Final = Decimal(10) ** 18


class Queue:
    """Held changes: proposed once, superseded when they move, silent about what a person has rejected."""

    def __init__(self, keys: Collection[str], *, batch: UUID, at: datetime) -> None:
        self._keys, self._batch, self._at = keys, batch, at
        self._standing: set[tuple[str, str, str]] = set()
        self._open: dict[tuple[str, str], models.Change] = {}
        self._rejected: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
        self._fresh: list[models.Change] = []
        self._applied: set[tuple[str, str]] = set()
        self._judged_again: list[models.Change] = []
        self._decided: list[models.Change] = []
        states = (models.Change.State.PROPOSED, models.Change.State.REJECTED)
        for chunk in chunks(sorted(keys)):
            for row in models.Change.objects.filter(offering_key__in=chunk, state__in=states):
                if row.state == models.Change.State.PROPOSED:
                    self._open[row.offering_key, row.field] = row
                else:
                    self._rejected[row.offering_key].add((row.field, row.source, written(row.new)))

    def base(self, published: Mapping[str, PublishedState]) -> dict[str, Base]:
        """What stands about the offerings, their published side included."""
        waiting: dict[str, dict[str, Waiting]] = defaultdict(dict)
        for (key, name), row in self._open.items():
            waiting[key][name] = as_waiting(row)
        return {
            key: Base(published.get(key), waiting.get(key, {}), frozenset(self._rejected.get(key, ())))
            for key in self._keys
        }

    def take(self, rulings: Sequence[Ruling]) -> int:
        """Takes in what was decided. Returns how many changes are up for review that were not before."""
        fresh = 0
        for ruling in rulings:
            match ruling.fate:
                case Fate.HELD:
                    fresh += self._hold(ruling.judgement, ruling.about)
                case Fate.DECLINED:
                    self._reject(ruling.judgement, ruling.about)
                case Fate.APPLIED if ruling.approver:
                    self._open.pop((ruling.change.offering, ruling.change.field), None)  # recorded by who approved
                case Fate.APPLIED:
                    self._apply(ruling.change, "" if ruling.by_curator else ruling.judgement.policy)
        self._standing = {(r.change.offering, r.change.field, r.change.fingerprint) for r in rulings}
        return fresh

    def _hold(self, judgement: Judgement, about: Circumstances) -> int:
        """Puts a change up for review. 1 when it is a new one, 0 when the very same waits already."""
        change, waiting = judgement.change, self._same(judgement.change)
        until = self._at + timedelta(hours=judgement.grace_hours) if judgement.grace_hours else None
        if waiting:
            self._judge_again(waiting, judgement, until)
            return 0
        self._fresh.append(self._row(change, judgement.policy, about))
        self._fresh[-1].apply_after = until
        return 1

    def _judge_again(self, waiting: models.Change, judgement: Judgement, until: datetime | None) -> None:
        """The same change, held by another policy since people edited them. A time that was promised is kept."""
        if judgement.verdict is not Verdict.HOLD:
            return  # it waits though its policy would apply it, since a person is deciding beside it
        by_gate = judgement.policy.startswith(gate.POLICY.format(""))
        kept = waiting.apply_after if until or by_gate else None
        if until and not kept and waiting.postponed_until is None:
            kept = until
        if (waiting.policy, waiting.apply_after) != (judgement.policy, kept):
            waiting.policy, waiting.apply_after = judgement.policy, kept
            self._judged_again.append(waiting)

    def _reject(self, judgement: Judgement, about: Circumstances) -> None:
        """Declines a change for good, as its policy says."""
        change, waiting = judgement.change, self._same(judgement.change)
        row = waiting or self._row(change, judgement.policy, about)
        if waiting:
            del self._open[change.offering, change.field]
            self._decided.append(row)
        else:
            self._fresh.append(row)
        said = f"{judgement.policy}: {judgement.reason}" if judgement.reason else judgement.policy
        row.policy, row.state, row.decided_at = judgement.policy, models.Change.State.REJECTED, self._at
        row.decided_by, row.reason = BY_POLICY, said[:500]

    def _apply(self, change: Change, policy: str = "") -> None:
        """A change that is published now: the same need not wait any longer. `policy` let it through, if one did."""
        waiting = self._same(change)
        if waiting and policy:
            del self._open[change.offering, change.field]
            self._decided.append(waiting)
            why = "nobody objected in time" if waiting.apply_after else "judged again"
            waiting.state, waiting.decided_at, waiting.decided_by = models.Change.State.APPLIED, self._at, BY_POLICY
            waiting.reason = f"{why}: {policy}"
        self._applied.add((change.offering, change.field))

    def _same(self, change: Change) -> models.Change | None:
        """The very same change, when it waits already."""
        waiting = self._open.get((change.offering, change.field))
        same = waiting and waiting.fingerprint == change.fingerprint and waiting.source == change.decision.source
        return waiting if same else None

    def _row(self, change: Change, policy: str, about: Circumstances) -> models.Change:
        return models.Change(
            offering_key=change.offering,
            provider_slug=change.offering.partition("/")[0],
            field=change.field,
            kind=change.kind.value,
            old=change.old,
            new=change.new,
            factor=storable(change.factor),
            fingerprint=change.fingerprint,
            source=change.decision.source,
            policy=policy,
            circumstances=as_json(about, change.voices),
            batch=self._batch,
            first_seen_at=self._at,
            last_seen_at=self._at,
        )

    def write(self) -> int:
        """Writes the fresh ones and closes those that no longer stand. Returns rows written."""
        renewed = {(row.offering_key, row.field) for row in self._fresh} | self._applied
        over = [
            row
            for place, row in self._open.items()
            if place in renewed or (row.offering_key, row.field, row.fingerprint) not in self._standing
        ]
        for row in over:
            row.state, row.decided_at, row.reason = models.Change.State.SUPERSEDED, self._at, "its values moved"
        models.Change.objects.bulk_update(over, ["state", "decided_at", "reason"], batch_size=500)
        decided = ["state", "decided_at", "decided_by", "reason", "policy"]
        models.Change.objects.bulk_update(self._decided, decided, batch_size=500)
        models.Change.objects.bulk_update(self._judged_again, ["policy", "apply_after"], batch_size=500)
        models.Change.objects.bulk_create(self._fresh, batch_size=1000)
        return len(over) + len(self._fresh) + len(self._decided) + len(self._judged_again)


def as_waiting(row: models.Change) -> Waiting:
    """A row of the queue as the decision sees it."""
    return Waiting(row.fingerprint, row.source, row.policy, row.apply_after, row.postponed_until)


def storable(factor: Decimal | None) -> Decimal | None:
    """A factor as the column takes it; None for one that is absurdly large."""
    return factor.quantize(_FACTOR_STEP) if factor is not None and factor < _LARGEST_FACTOR else None
