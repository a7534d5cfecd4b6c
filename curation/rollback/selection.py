"""Which ledger entries, and whole revisions, are to be undone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from curation.apply.ledger_state import PinActs, pin_acts
from curation.core.merge import PIN_SOURCE
from curation.core.policy import PIN_ENDED
from curation.core.price_lists import TOKEN_PRICES, unit_of
from registry.domain import fields
from registry.models import LedgerEntry, Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """One batch, one revision, a list of ledger entries, or what one actor did since a time. Raises TypeError unless
    exactly one of them is given.
    """

    batch: UUID | None = None
    revision: int | None = None
    entries: Collection[int] | None = None
    actor_name: str = ""
    since: datetime | None = None

    def __post_init__(self) -> None:
        ways = [self.batch is not None, self.revision is not None, self.entries is not None, bool(self.actor_name)]
        if sum(ways) != 1 or bool(self.actor_name) != (self.since is not None):
            raise TypeError("give one of: batch, revision, entries, actor_name with since")

    def ledger(self) -> QuerySet[LedgerEntry]:
        """The ledger entries. A list is filled up with the other token prices that were published with one of it: they
        are undone together.
        """
        rows = LedgerEntry.objects.select_related("revision")
        if self.entries is not None:
            return rows.filter(pk__in=_with_units(self.entries))
        return rows.filter(revision__in=self._whole())

    def revisions(self) -> frozenset[int]:
        """The revisions of which everything is taken back; none for a list of entries."""
        return frozenset(self._whole().values_list("number", flat=True))

    def _whole(self) -> QuerySet[Revision]:
        rows = Revision.objects.filter(number__gt=0)
        if self.revision is not None:
            return rows.filter(number=self.revision)
        if self.batch is not None:
            return rows.filter(batch=self.batch)
        if self.since is not None:
            return rows.filter(actor=self.actor_name, created_at__gte=self.since)
        return rows.none()

    def pin_acts(self) -> PinActs:
        """The pins that were made and released with it."""
        return pin_acts(actor_name=self.actor_name, since=self.since, batch=self.batch)


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
