"""What sources contradict each other about, kept with the day on which it began. Written only when the sides change.

`curation.apply.reconcile` calls it with the sides of today; `curation.review.conflicts` is what people do about them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from curation.core.corroboration import Side
from curation.models import Conflict
from registry.database.chunks import chunks
from registry.domain.offering_ids import provider_of

_WRITTEN: Final = ["sides", "state", "first_seen_at", "changed_at", "settled_at"]


def record(contested: Mapping[str, Mapping[str, Sequence[Side]]], *, at: datetime) -> int:
    """Brings the kept conflicts of the given offerings to the sides of today. Returns rows written.

    `contested` maps every offering that was looked at to its contested fields. One query a chunk when nothing changed.
    """
    fresh: list[Conflict] = []
    moved: list[Conflict] = []
    for chunk in chunks(sorted(contested)):
        known = {(row.offering_key, row.field): row for row in Conflict.objects.filter(offering_key__in=chunk)}
        for key in chunk:
            for name, sides in contested[key].items():
                said = [side.as_json() for side in sides]
                row = known.pop((key, name), None)
                if row is None:
                    fresh.append(_new(key, name, said, at))
                elif row.state == Conflict.State.SETTLED or row.sides != said:
                    moved.append(_moved(row, said, at))
        over = [row for row in known.values() if row.state != Conflict.State.SETTLED]
        for row in over:
            row.state, row.settled_at = Conflict.State.SETTLED, at
        moved += over
    Conflict.objects.bulk_create(fresh, batch_size=1000)
    Conflict.objects.bulk_update(moved, _WRITTEN, batch_size=200)
    return len(fresh) + len(moved)


def _new(key: str, name: str, sides: list[dict[str, Any]], at: datetime) -> Conflict:
    return Conflict(
        offering_key=key,
        provider_slug=provider_of(key),
        field=name,
        sides=sides,
        first_seen_at=at,
        changed_at=at,
    )


def _moved(row: Conflict, sides: list[dict[str, Any]], at: datetime) -> Conflict:
    """The sides are others. What was open stays open since it began; what was settled or left begins anew."""
    if row.state != Conflict.State.OPEN:
        row.first_seen_at = at
    row.state, row.sides, row.changed_at, row.settled_at = Conflict.State.OPEN, sides, at, None
    return row
