"""The witness of freshness: when each source was read well, and what it no longer lists. See `registry.freshness`."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from curation.models import Source, StoredClaim
from registry.freshness import Reading


class Sources:
    """Sources as witnesses of what is published."""

    def readings(self) -> Mapping[str, Reading]:
        """One query over as many rows as there are sources."""
        rows = Source.objects.values_list("slug", "last_good_at", "speaks_for")
        return {slug: Reading(slug, at, speaks_for) for slug, at, speaks_for in rows}

    def gone(self, offerings: Collection[str] | None) -> Collection[tuple[str, str]]:
        """One query."""
        rows = StoredClaim.objects.filter(missing_since__isnull=False)
        if offerings is not None:
            rows = rows.filter(offering_key__in=offerings)
        return frozenset(rows.order_by().values_list("offering_key", "source_id"))
