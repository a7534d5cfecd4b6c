"""Stores conflicts between sources with the time at which they began. Rows are written only when the sides change.

`curation.apply.reconcile` calls it with the current sides. People work on conflicts with `curation.review.conflicts`.
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
    """Updates the stored conflicts of offerings to the current sides. Returns rows written.

    `contested` maps every offering that was decided to its contested fields. One query a chunk when nothing changed.
    """
    fresh: list[Conflict] = []
    changed: list[Conflict] = []
    for chunk in chunks(sorted(contested)):
        rows = {(row.offering_key, row.field): row for row in Conflict.objects.filter(offering_key__in=chunk)}
        for key in chunk:
            for name, sides in contested[key].items():
                new_sides = [side.as_json() for side in sides]
                row = rows.pop((key, name), None)
                if row is None:
                    fresh.append(_new(key, name, new_sides, at))
                elif row.state == Conflict.State.SETTLED or row.sides != new_sides:
                    changed.append(_updated(row, new_sides, at))
        settled = [row for row in rows.values() if row.state != Conflict.State.SETTLED]
        for row in settled:
            row.state, row.settled_at = Conflict.State.SETTLED, at
        changed += settled
    Conflict.objects.bulk_create(fresh, batch_size=1000)
    Conflict.objects.bulk_update(changed, _WRITTEN, batch_size=200)
    return len(fresh) + len(changed)


def _new(key: str, name: str, sides: list[dict[str, Any]], at: datetime) -> Conflict:
    return Conflict(
        offering_key=key,
        provider_slug=provider_of(key),
        field=name,
        sides=sides,
        first_seen_at=at,
        changed_at=at,
    )


def _updated(row: Conflict, sides: list[dict[str, Any]], at: datetime) -> Conflict:
    """Stores new sides. An open conflict keeps the time at which it began; any other begins again."""
    if row.state != Conflict.State.OPEN:
        row.first_seen_at = at
    row.state, row.sides, row.changed_at, row.settled_at = Conflict.State.OPEN, sides, at, None
    return row
