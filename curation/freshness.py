"""The log of readings for `registry.catalogue.freshness`: good readings of sources, and what they no longer list."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import QuerySet

from curation.models import Source, StoredClaim
from curation.models.claim import day_start
from registry.catalogue.freshness import SourceReading


class Sources:
    """The log of readings, from the table of sources."""

    def readings(self) -> Mapping[str, SourceReading]:
        """One query over as many rows as there are sources."""
        rows = Source.objects.only("slug", "last_good_at", "speaks_for", "url")
        return {row.slug: SourceReading(row.slug, row.confirmed_at, row.speaks_for) for row in rows}

    def gone(self, offerings: Collection[str] | None) -> Collection[tuple[str, str, str]]:
        """Two queries. Values that are unreadable or no longer stated are included."""
        places = "offering_key", "source_id"
        missing = _about(offerings).filter(missing_since__isnull=False).values_list(*places)
        in_part = _about(offerings).exclude(unreadable={}, dropped={}).values_list(*places, "unreadable", "dropped")
        return frozenset(
            [(*place, "") for place in missing]
            + [(key, slug, name) for key, slug, unread, dropped in in_part for name in (*unread, *dropped)]
        )

    def dated(self, offerings: Collection[str] | None) -> Mapping[tuple[str, str], datetime]:
        """One query."""
        rows = _about(offerings).filter(missing_since__isnull=True, source__url="", as_of__isnull=False)
        dates = rows.values_list("offering_key", "source_id", "as_of")
        return {(key, slug): day_start(day) for key, slug, day in dates if day}


def _about(offerings: Collection[str] | None) -> QuerySet[StoredClaim]:
    rows = StoredClaim.objects.order_by()
    return rows if offerings is None else rows.filter(offering_key__in=offerings)
