"""Ledger entries of one offering: every change, with who made it and why.

What was published at a given time is in the versions, see `registry.catalogue.queries`; `registry.catalogue.as_of`
chooses revision and day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db.models import QuerySet

from registry.catalogue.queries import Stamp
from registry.database.chunks import CHUNK
from registry.models import LedgerEntry, OfferingVersion, Revision


def entries_of(key: str) -> QuerySet[LedgerEntry]:
    """All changes of an offering, oldest first."""
    return LedgerEntry.objects.filter(offering_key=key).order_by("id")


def by_field(entries: Iterable[LedgerEntry]) -> dict[str, Sequence[LedgerEntry]]:
    """Entries by field, in their order."""
    fields: dict[str, list[LedgerEntry]] = {}
    for entry in entries:
        fields.setdefault(entry.field, []).append(entry)
    return {name: fields[name] for name in sorted(fields)}


def revision_dates(upto: int, wanted: Collection[int]) -> dict[int, datetime]:
    """When revisions were published. One query: only these when they are few, else all up to `upto`."""
    dates = Revision.objects.filter(number__lte=upto).order_by()
    if len(wanted) <= CHUNK:
        dates = dates.filter(number__in=wanted)
    return dict(dates.values_list("number", "created_at"))


def known_since(key: str) -> Stamp | None:
    """The first revision in which an offering was published; None when it never was. Two queries."""
    return _first(OfferingVersion.objects.filter(key=key))


def model_known_since(model: str) -> Stamp | None:
    """The first revision in which an offering was linked to a model (by key); None when none was. Two queries."""
    return _first(OfferingVersion.objects.filter(model=model))


def _first(versions: QuerySet[OfferingVersion]) -> Stamp | None:
    number = versions.order_by("revision_from").values_list("revision_from", flat=True).first() or 0
    row = Revision.objects.filter(number=number, number__gt=0).values_list("number", "batch", "created_at").first()
    return Stamp(*row) if row else None
