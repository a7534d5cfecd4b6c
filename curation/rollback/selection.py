"""Which ledger entries, and whole revisions, are to be undone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from curation.core.merge import PIN_SOURCE
from curation.core.policy import PIN_ENDED
from curation.core.price_lists import TOKEN_PRICES, unit_of
from registry.domain import fields
from registry.models import LedgerEntry, Revision


def select(
    *,
    batch: UUID | None = None,
    revision: int | None = None,
    entries: Collection[int] | None = None,
    actor_name: str = "",
    since: datetime | None = None,
) -> QuerySet[LedgerEntry]:
    """The ledger entries of one batch, one revision, one list, or one actor since a time. Give exactly one of them.

    A list is filled up with the other token prices that were published with one of it: they are undone together.
    """
    ways = [batch is not None, revision is not None, entries is not None, bool(actor_name)]
    if sum(ways) != 1 or bool(actor_name) != (since is not None):
        raise TypeError("give one of: batch, revision, entries, actor_name with since")
    rows = LedgerEntry.objects.select_related("revision")
    if batch is not None:
        return rows.filter(revision__batch=batch)
    if revision is not None:
        return rows.filter(revision_id=revision)
    if entries is not None:
        return rows.filter(pk__in=_with_units(entries))
    return rows.filter(actor=actor_name, revision__created_at__gte=since)


def revisions(
    *,
    batch: UUID | None = None,
    revision: int | None = None,
    entries: Collection[int] | None = None,
    actor_name: str = "",
    since: datetime | None = None,
) -> frozenset[int]:
    """The revisions of which a selection (see `select`) takes back everything; none for a list of entries."""
    rows = Revision.objects.filter(number__gt=0)
    if revision is not None:
        return frozenset([revision])
    if batch is not None:
        return frozenset(rows.filter(batch=batch).values_list("number", flat=True))
    if since is not None:
        return frozenset(rows.filter(actor=actor_name, created_at__gte=since).values_list("number", flat=True))
    return frozenset()


def _with_units(entries: Collection[int]) -> set[int]:
    """These entries, and those of the same unit in the same revision. Two queries at most."""
    chosen = LedgerEntry.objects.filter(pk__in=entries)
    places = {(entry.revision_id, entry.offering_key) for entry in chosen if is_of_a_list(entry)}
    revisions, keys = {revision for revision, _key in places}, {key for _revision, key in places}
    beside = LedgerEntry.objects.filter(revision__in=revisions, offering_key__in=keys) if places else ()
    whole = {entry.pk for entry in beside if (entry.revision_id, entry.offering_key) in places and is_of_a_list(entry)}
    return {*entries, *whole}


def is_of_a_list(entry: LedgerEntry) -> bool:
    """Whether an entry published one of several token prices. A pin, and the end of one, stands for itself."""
    is_personal = entry.source == PIN_SOURCE or entry.policy == PIN_ENDED
    return not is_personal and is_field(entry.field) and unit_of(entry.field) == TOKEN_PRICES


def is_field(name: str) -> bool:
    try:
        fields.field(name)
    except ValueError:
        return False
    return True
