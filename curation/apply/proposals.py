"""The proposals of one reconciliation. A change is proposed once, superseded when its values change, and never proposed
again after a value of it was rejected.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from curation import models
from curation.core import quality_gate
from curation.core.decided import Fate, Ruling
from curation.core.inputs import AS_PUBLISHED, Base, Opening, PublishedState, Waiting
from curation.core.parts import Place, Refusal, refusals
from curation.core.policy import Judgement, Verdict
from curation.core.units import UnitJudgement
from registry.database.chunks import chunks
from registry.domain.offering_ids import provider_of

BY_POLICY: Final = "policy"
"""The name in `decided_by` where a policy decided a waiting change."""


class Queue:
    """The held changes of some offerings: proposed once, superseded when they change, not repeated once rejected."""

    def __init__(self, keys: Collection[str], *, batch: UUID, at: datetime) -> None:
        self._keys, self._batch, self._at = keys, batch, at
        self._open: dict[Place, models.Change] = {}
        self._rejected: dict[str, dict[Refusal, str]] = defaultdict(dict)
        self._fresh: list[models.Change] = []
        self._still_open: set[Place] = set()
        self._judged_again: list[models.Change] = []
        self._decided: list[models.Change] = []
        states = (models.Change.State.PROPOSED, models.Change.State.REJECTED)
        for chunk in chunks(sorted(keys)):
            for row in models.Change.objects.filter(offering_key__in=chunk, state__in=states):
                if row.state == models.Change.State.PROPOSED:
                    self._open[row.place] = row
                else:
                    self._rejected[row.offering_key] |= dict.fromkeys(refusals(row.parts_shown), _rejected_by(row))

    def base(
        self, published: Mapping[str, PublishedState], openings: Mapping[str, Opening] | None = None
    ) -> dict[str, Base]:
        """The base of each decision: published state, waiting and rejected changes, opening values."""
        waiting: dict[str, dict[str, Waiting]] = defaultdict(dict)
        for (key, unit), row in self._open.items():
            waiting[key][unit] = as_waiting(row)
        return {
            key: Base(
                published.get(key),
                waiting=waiting.get(key, {}),
                rejected=self._rejected.get(key, {}),
                opening=(openings or {}).get(key, AS_PUBLISHED),
            )
            for key in self._keys
        }

    def take(self, rulings: Sequence[Ruling]) -> int:
        """Records rulings. Returns how many changes are newly proposed."""
        fresh = 0
        for ruling in rulings:
            match ruling.fate:
                case Fate.HELD:
                    fresh += self._hold(ruling)
                case Fate.DECLINED:
                    self._reject(ruling)
                case Fate.APPLIED if ruling.approver:
                    self._open.pop(ruling.unit.place, None)  # recorded by who approved
                case Fate.APPLIED:
                    self._apply(ruling.unit)
                case Fate.REMEMBERED if self._same(ruling.unit):
                    self._still_open.add(ruling.unit.place)
        return fresh

    def _hold(self, ruling: Ruling) -> int:
        """Proposes a change. Returns 1 for a new one, 0 when the same change waits already."""
        unit, waiting = ruling.unit, self._same(ruling.unit)
        until = self._at + timedelta(hours=unit.grace_hours) if unit.grace_hours else None
        if waiting:
            self._still_open.add(unit.place)
            self._judge_again(waiting, ruling, until)
            return 0
        self._fresh.append(self._row(ruling))
        self._fresh[-1].apply_after = until
        return 1

    def _judge_again(self, waiting: models.Change, ruling: Ruling, until: datetime | None) -> None:
        """Updates a waiting change that another policy holds since policies were edited, or of which a part has another
        kind, size or source since another source was read. A promised time stays.
        """
        unit = ruling.unit
        if unit.verdict is not Verdict.HOLD:
            return  # its policy would apply it; it waits because a person decides other changes of the offering
        by_gate = unit.policy.startswith(quality_gate.POLICY.format(""))
        apply_after = waiting.apply_after if until or by_gate else None
        if until and not apply_after and waiting.postponed_until is None:
            apply_after = until
        parts = [part.as_json() for part in unit.parts]
        judged = (unit.policy, apply_after, unit.kind.value, parts)
        if (waiting.policy, waiting.apply_after, waiting.kind, waiting.parts) != judged:
            waiting.policy, waiting.apply_after, waiting.kind = unit.policy, apply_after, unit.kind.value
            waiting.policy_context = _contexts(ruling)
            waiting.take(unit.parts, unit.pins)
            self._judged_again.append(waiting)

    def _reject(self, ruling: Ruling) -> None:
        """Rejects a change as its policy says."""
        waiting, judgement = self._same(ruling.unit), ruling.unit.deciding
        row = waiting or self._row(ruling)
        if waiting:
            del self._open[ruling.unit.place]
            self._decided.append(row)
        else:
            self._fresh.append(row)
        reason = f"{judgement.policy}: {judgement.reason}" if judgement.reason else judgement.policy
        row.policy, row.state, row.decided_at = judgement.policy, models.Change.State.REJECTED, self._at
        row.decided_by, row.reason = BY_POLICY, reason[:500]

    def _apply(self, unit: UnitJudgement) -> None:
        """Closes a waiting change that is published now because its policies apply it."""
        if waiting := self._same(unit):
            del self._open[unit.place]
            self._decided.append(waiting)
            why = "nobody objected in time" if waiting.apply_after else "judged again"
            waiting.state, waiting.decided_at, waiting.decided_by = models.Change.State.APPLIED, self._at, BY_POLICY
            waiting.reason = f"{why}: {unit.policy}"

    def _same(self, unit: UnitJudgement) -> models.Change | None:
        """The waiting change with the same fingerprint, if any."""
        waiting = self._open.get(unit.place)
        return waiting if waiting and waiting.fingerprint == unit.fingerprint else None

    def _row(self, ruling: Ruling) -> models.Change:
        unit = ruling.unit
        row = models.Change(
            offering_key=unit.offering,
            provider_slug=provider_of(unit.offering),
            unit=unit.unit,
            kind=unit.kind.value,
            policy=unit.policy,
            policy_context=_contexts(ruling),
            batch=self._batch,
            first_seen_at=self._at,
            last_seen_at=self._at,
        )
        row.take(unit.parts, unit.pins)
        return row

    def write(self) -> int:
        """Writes new proposals and supersedes outdated ones. Returns rows written."""
        over = [row for place, row in self._open.items() if place not in self._still_open]
        for row in over:
            row.state, row.decided_at, row.reason = models.Change.State.SUPERSEDED, self._at, "its values moved"
        models.Change.objects.bulk_update(over, ["state", "decided_at", "reason"], batch_size=500)
        decided = ["state", "decided_at", "decided_by", "reason", "policy"]
        models.Change.objects.bulk_update(self._decided, decided, batch_size=500)
        again = ["policy", "apply_after", "kind", "policy_context", "parts", "source", "factor"]
        models.Change.objects.bulk_update(self._judged_again, again, batch_size=200)
        models.Change.objects.bulk_create(self._fresh, batch_size=1000)
        return len(over) + len(self._fresh) + len(self._decided) + len(self._judged_again)


def as_waiting(row: models.Change) -> Waiting:
    """A row of the queue in the form that the decision takes."""
    held_by = {name: row.policy_context.get(name, {}).get("policy", row.policy) for name in row.moved_fields}
    return Waiting(
        row.fingerprint,
        row.parts_shown,
        held_by,
        apply_after=row.apply_after,
        postponed_until=row.postponed_until,
        since=row.first_seen_at,
    )


def _rejected_by(row: models.Change) -> str:
    """Who rejected a change, and when."""
    day = f" on {row.decided_at:%Y-%m-%d}" if row.decided_at else ""
    return f"rejected by {row.decided_by or 'nobody known'}{day}"


def _contexts(ruling: Ruling) -> dict[str, Any]:
    """The policy context and verdict of each field of a held change."""
    return {
        judgement.change.field: ruling.contexts[judgement.change.field].as_json(judgement.change.corroboration)
        | _verdict(judgement)
        for judgement in ruling.unit.judgements
    }


def _verdict(judgement: Judgement) -> dict[str, Any]:
    verdict = "wait" if judgement.grace_hours else judgement.verdict.value
    return {"policy": judgement.policy, "verdict": verdict}
