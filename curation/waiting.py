"""What waits for a person, as one reconciliation sees and leaves it: a change is proposed once, superseded when its
values move, and never proposed again once somebody said No to it.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from curation import gate, models
from curation.circumstances import as_json
from curation.diff import Change
from curation.gather import chunks
from curation.policy import Circumstances, Judgement, Verdict
from registry import fields

BY_POLICY: Final = "policy"
"""Stands in for a person's name where a policy decided a change that waited."""
_FACTOR_STEP: Final = Decimal("0.0000000001")
_LARGEST_FACTOR: Final = Decimal(10) ** 18


class Queue:
    """Held changes: proposed once, superseded when they move, silent about what a person has rejected."""

    def __init__(self, keys: Collection[str], *, batch: UUID, at: datetime) -> None:
        self._batch, self._at = batch, at
        self._open: dict[tuple[str, str], models.Change] = {}
        self._rejected: set[tuple[str, str, str, str]] = set()
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
                    self._rejected.add((row.offering_key, row.field, row.source, _written(row.new)))

    def rejected_before(self, change: Change) -> bool:
        """No is remembered: the same source saying the same about the same field is not asked again."""
        return (change.offering, change.field, change.decision.source, _written(change.new)) in self._rejected

    def waiting(self, change: Change) -> models.Change | None:
        """What waits for a decision about the same field."""
        return self._open.get((change.offering, change.field))

    def hold(self, judgement: Judgement, about: Circumstances) -> int:
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

    def reject(self, judgement: Judgement, about: Circumstances) -> None:
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

    def applied(self, change: Change, policy: str = "") -> None:
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
        waiting = self.waiting(change)
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

    def write(self, judgements: list[Judgement]) -> int:
        """Writes the fresh ones and closes those that no longer stand. Returns rows written."""
        standing = {(j.change.offering, j.change.field, j.change.fingerprint) for j in judgements}
        renewed = {(row.offering_key, row.field) for row in self._fresh} | self._applied
        over = [
            row
            for place, row in self._open.items()
            if place in renewed or (row.offering_key, row.field, row.fingerprint) not in standing
        ]
        for row in over:
            row.state, row.decided_at, row.reason = models.Change.State.SUPERSEDED, self._at, "its values moved"
        models.Change.objects.bulk_update(over, ["state", "decided_at", "reason"], batch_size=500)
        decided = ["state", "decided_at", "decided_by", "reason", "policy"]
        models.Change.objects.bulk_update(self._decided, decided, batch_size=500)
        models.Change.objects.bulk_update(self._judged_again, ["policy", "apply_after"], batch_size=500)
        models.Change.objects.bulk_create(self._fresh, batch_size=1000)
        return len(over) + len(self._fresh) + len(self._decided) + len(self._judged_again)


def _written(data: fields.Json) -> str:
    """Canonical text: databases may give the keys of an object back in another order."""
    return json.dumps(data, sort_keys=True)


def storable(factor: Decimal | None) -> Decimal | None:
    """A factor as the column takes it; None for one that is absurdly large."""
    return factor.quantize(_FACTOR_STEP) if factor is not None and factor < _LARGEST_FACTOR else None
