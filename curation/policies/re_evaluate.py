"""Judging what waits once more, after policies were edited. What was decided stays decided.

The preview is the very same work, rolled back: its counts are what would come of it now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import uuid4

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from curation.apply.load import load_rules
from curation.apply.proposals import BY_POLICY
from curation.apply.reconcile import reconcile
from curation.core.diff import reach
from curation.models import Change
from registry.database.chunks import chunks

MOST: Final = 5_000
"""Changes that are judged at once."""
_SHOWN: Final = 50
_PREVIEWED: Final = 100
"""Offerings of one transaction of a preview."""


@dataclass(slots=True)
class Judged:
    """What came, or would come, of judging again."""

    looked_at: int = 0
    left: int = 0
    """Waiting changes beyond `MOST`."""
    applied: int = 0
    rejected: int = 0
    timed: int = 0
    """They wait for their time now, and did not before."""
    held_otherwise: int = 0
    """They still wait, held by another policy."""
    gone: int = 0
    """They stand no longer as they were, and are closed or asked anew."""
    examples: list[Change] = field(default_factory=list)
    """Those that would be applied or rejected, the largest moves first."""

    @property
    def stay(self) -> int:
        """Those of which nothing changes."""
        return self.looked_at - self.applied - self.rejected - self.timed - self.held_otherwise - self.gone


def preview(*, at: datetime | None = None) -> Judged:
    """What judging again would do now. Nothing is kept.

    A few offerings are done at a time, so that nobody waits for long; where a policy counts, all at once.
    """
    result, before = _begin()
    keys = sorted({row.offering_key for row in before.values()})
    counts = any(rule.counts for rule in load_rules())
    decided: list[Change] = []
    for chunk in chunks(keys, max(len(keys), 1) if counts else _PREVIEWED):
        few = {pk: row for pk, row in before.items() if row.offering_key in chunk}
        with transaction.atomic():
            decided += _judge(result, few, "registry", at or timezone.now())
            transaction.set_rollback(True)
    result.examples = _largest(decided)
    return result


def judge_again(*, actor: User, at: datetime | None = None) -> Judged:
    """Judges the waiting changes by today's policies, and publishes those that a policy applies now."""
    result, before = _begin()
    result.examples = _largest(_judge(result, before, actor.get_username(), at or timezone.now()))
    return result


def _begin() -> tuple[Judged, Mapping[int, Change]]:
    """The waiting changes that are judged, by id."""
    before = _waiting()
    return Judged(len(before), max(0, Change.objects.awaiting_review().count() - len(before))), before


def _judge(result: Judged, before: Mapping[int, Change], actor: str, at: datetime) -> list[Change]:
    """Judges changes and counts what became of them. Returns those that were applied or rejected."""
    keys = {row.offering_key for row in before.values()}
    reconcile(keys, actor=actor, reason="judged again by the policies of today", batch=uuid4(), at=at)
    after = Change.objects.in_bulk(list(before))
    became = {pk: _became(row, after.get(pk)) for pk, row in before.items()}
    for name, count in Counter(became.values()).items():
        if name:
            setattr(result, name, getattr(result, name) + count)
    return [after[pk] for pk, what in became.items() if what in ("applied", "rejected")]


def _largest(decided: Collection[Change]) -> list[Change]:
    return sorted(decided, key=lambda row: reach(row.kind, row.factor), reverse=True)[:_SHOWN]


def _waiting() -> Mapping[int, Change]:
    return {row.pk: row for row in Change.objects.awaiting_review().order_by("first_seen_at", "pk")[:MOST]}


def _became(before: Change, after: Change | None) -> str:
    """Which count of `Judged` a change belongs to; "" when nothing came of it."""
    if after is None or after.state == Change.State.SUPERSEDED:
        return "gone"
    if after.decided_by == BY_POLICY:
        return "applied" if after.state == Change.State.APPLIED else "rejected"
    if after.apply_after and not before.apply_after:
        return "timed"
    return "held_otherwise" if after.policy != before.policy else ""
