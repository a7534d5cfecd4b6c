"""The new claims of a source before they are stored.

A run is decided before anything is written: a payload that is not accepted leaves no claims, and no process waits for a
lock while a long list is merged. The claims are then written together with the decisions, slice by slice.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from curation.core.run_guard import moves
from curation.models import Source, StoredClaim
from registry.domain.fields import Json

WRITTEN: Final = (
    "digest", "values", "evidence", "since", "moved", "dropped", "next_start", "delisted", "aliases", "as_of",
    "estimates", "unreadable", "origin", "changed_at",
    "missing_since",
)  # fmt: skip
"""The columns of a claim that a reading moves."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """The claims of one source that differ from the stored ones, and the source after this reading."""

    source: Source
    """Not saved by this."""
    claims: Mapping[str, StoredClaim]
    """By offering."""
    before: Mapping[str, Mapping[str, Json]]
    """By offering, the earlier values of the claims that changed."""

    def moving(self, *, on: date) -> list[str]:
        """The offerings whose values changed in a way that counts: see `curation.core.run_guard`."""
        return [key for key, values in self.before.items() if moves(key, values, self.claims[key].values, on=on)]

    def over(self, stored: Sequence[StoredClaim], keys: Collection[str]) -> list[StoredClaim]:
        """The stored claims about offerings, those of this source replaced by the incoming ones."""
        others = [row for row in stored if row.source_id != self.source.pk or row.offering_key not in self.claims]
        return others + [self.claims[key] for key in keys if key in self.claims]

    def source_over(self, rows: Sequence[Source]) -> list[Source]:
        """All sources, this one replaced by its state after this reading."""
        return [*(row for row in rows if row.pk != self.source.pk), self.source]

    def write(self, keys: Collection[str]) -> int:
        """Stores the claims about some offerings. Returns rows written."""
        rows = [self.claims[key] for key in sorted(keys) if key in self.claims]
        StoredClaim.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["source", "offering_key"],
            update_fields=list(WRITTEN),
            batch_size=500,
        )
        return len(rows)
