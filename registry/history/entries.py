"""What the ledger tells of one offering over time: every change, with who made it and why.

What was published at any time is in the versions, see `registry.catalogue.queries`; which revision and which day are
meant, in `registry.catalogue.as_of`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db.models import QuerySet

from registry.catalogue.queries import Stamp
from registry.database.chunks import CHUNK
from registry.models import LedgerEntry, OfferingVersion, Revision


def entries_of(key: str) -> QuerySet[LedgerEntry]:
    """All that ever changed about an offering, oldest first."""
    return LedgerEntry.objects.filter(offering_key=key).order_by("id")


def by_field(entries: Iterable[LedgerEntry]) -> dict[str, Sequence[LedgerEntry]]:
    """Entries under their fields, in the order in which they came."""
    found: dict[str, list[LedgerEntry]] = {}
    for entry in entries:
        found.setdefault(entry.field, []).append(entry)
    return {name: found[name] for name in sorted(found)}


def revision_dates(upto: int, wanted: Collection[int]) -> dict[int, datetime]:
    """When revisions were published. One query: of these alone when they are few, else of all up to one."""
    dates = Revision.objects.filter(number__lte=upto).order_by()
    if len(wanted) <= CHUNK:
        dates = dates.filter(number__in=wanted)
    return dict(dates.values_list("number", "created_at"))


def known_since(key: str) -> Stamp | None:
    """The revision in which an offering was published first; None when it never was. Two queries."""
    return _first(OfferingVersion.objects.filter(key=key))


def model_known_since(model: str) -> Stamp | None:
    """The revision in which an offering was linked to a model (its key) first; None when none ever was. Two queries."""
    return _first(OfferingVersion.objects.filter(model=model))


def _first(versions: QuerySet[OfferingVersion]) -> Stamp | None:
    number = versions.order_by("revision_from").values_list("revision_from", flat=True).first() or 0
    row = Revision.objects.filter(number=number, number__gt=0).values_list("number", "batch", "created_at").first()
    return Stamp(*row) if row else None
