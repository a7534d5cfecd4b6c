"""The token prices of offerings after earlier revisions, and which of these price lists a source had stated whole.

Earlier rules decided field by field: where half of a new list was applied and the other half was held, a combination
was published that no source ever stated. It is recognised by the changes that waited while it was published.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from curation.apply.ledger_state import ABSENT, wrote
from curation.core.merge import PIN_SOURCE
from curation.core.price_lists import ORDINARY, TOKEN_PRICES, unit_of
from curation.models import Change, StoredClaim
from curation.rollback.undo import ROLLED_BACK
from registry.domain import fields
from registry.domain.rates import PREFIX
from registry.models import LedgerEntry

JOINED: Final = "joined with the other prices of its list"
"""The reason of changes that a migration closed when it joined all that waited about a list into one change."""
_BY_PEOPLE: Final = ("approved by ", f"{ROLLED_BACK} ")


@dataclass(frozen=True, slots=True)
class ListState:
    """The token prices of an offering since one revision, without pins."""

    revision: int
    entries: Mapping[str, LedgerEntry]
    """Field → the entry that published its value."""
    is_whole: bool
    """Whether its ordinary prices were stated together, as far as is known."""

    @property
    def ordinary(self) -> dict[str, fields.Json]:
        """The ordinary prices, by field."""
        return {name: self.entries[name].new for name in ORDINARY if name in self.entries}

    @property
    def is_of_a_person(self) -> bool:
        """Whether a person decided one of its ordinary prices."""
        return any(is_of_a_person(self.entries[name]) for name in self.ordinary)


@dataclass(frozen=True, slots=True)
class Wait:
    """A change of an ordinary price that was not published from one time to another."""

    since: datetime
    until: datetime | None

    def covers(self, at: datetime) -> bool:
        """Whether it waited right after this time."""
        return self.since <= at and (self.until is None or self.until > at)


def is_of_a_person(entry: LedgerEntry) -> bool:
    """Whether a person approved what an entry published, or rolled back to it."""
    return entry.policy.startswith(_BY_PEOPLE)


def price_lists_of(keys: Collection[str]) -> dict[str, list[ListState]]:
    """By offering, its token prices after each revision that moved one of them, oldest first. Three queries."""
    entries = LedgerEntry.objects.filter(offering_key__in=keys, field__startswith=PREFIX).exclude(source=PIN_SOURCE)
    by_offering: dict[str, dict[int, list[LedgerEntry]]] = defaultdict(lambda: defaultdict(list))
    for entry in entries.select_related("revision").order_by("id"):
        if _is_token_price(entry.field):
            by_offering[entry.offering_key][entry.revision_id].append(entry)
    waits, claims = _waits(keys), _claims(keys)
    return {key: list(_states(by_revision, waits[key], claims[key])) for key, by_revision in by_offering.items()}


def same_prices(left: Mapping[str, Any], right: Mapping[str, Any], *, on: date) -> bool:
    """Whether two lists have the very same ordinary prices, given in canonical JSON."""
    return left.keys() == right.keys() and all(same_value(name, left[name], right[name], on=on) for name in left)


def same_value(name: str, left: fields.Json, right: fields.Json, *, on: date) -> bool:
    """Whether two values of a field, in canonical JSON, mean the same."""
    declared = fields.field(name)
    return left == right or fields.agrees(name, declared.decode(left), declared.decode(right), on=on)


def _states(
    by_revision: Mapping[int, list[LedgerEntry]], waits: Collection[Wait], claims: Mapping[str, StoredClaim]
) -> Iterable[ListState]:
    now: dict[str, LedgerEntry] = {}
    was_whole = False
    for number, entries in by_revision.items():
        before = {name: now[name].pk for name in ORDINARY if name in now}
        for entry in entries:
            now.pop(entry.field, None)
            if wrote(entry) is not ABSENT:
                now[entry.field] = entry
        if before != {name: now[name].pk for name in ORDINARY if name in now}:
            at = entries[0].revision.created_at
            was_stated = all(_was_stated(entry, claims.get(entry.source), at) for entry in entries)
            was_whole = was_stated and not any(wait.covers(at) for wait in waits)
        yield ListState(number, dict(now), was_whole)


def _was_stated(entry: LedgerEntry, claim: StoredClaim | None, at: datetime) -> bool:
    """False where the source of an ordinary price is known to have said something else at that time."""
    if entry.field not in ORDINARY or claim is None or claim.changed_at > at:
        return True
    value = claim.values.get(entry.field)
    return value is not None and same_value(entry.field, value, entry.new, on=at.date())


def _is_token_price(name: str) -> bool:
    try:
        return unit_of(name) == TOKEN_PRICES
    except ValueError:  # a field of an earlier version
        return False


def _claims(keys: Collection[str]) -> dict[str, dict[str, StoredClaim]]:
    claims: dict[str, dict[str, StoredClaim]] = defaultdict(dict)
    for claim in StoredClaim.objects.filter(offering_key__in=keys):
        claims[claim.offering_key][claim.source_id] = claim
    return claims


def _waits(keys: Collection[str]) -> dict[str, list[Wait]]:
    """By offering, when a change of an ordinary price waited, or was rejected and still stood."""
    waits: dict[str, list[Wait]] = defaultdict(list)
    began: dict[tuple[str, str], datetime] = {}
    rows = list(Change.objects.filter(offering_key__in=keys, unit=TOKEN_PRICES))
    for row in rows:
        if row.reason == JOINED:
            began |= {(row.offering_key, name): row.first_seen_at for name in row.moved_fields}
    for row in rows:
        is_over = row.state in (Change.State.SUPERSEDED, Change.State.APPLIED)
        for name in row.moved_fields if row.reason != JOINED else ():
            if name in ORDINARY:
                since = row.first_seen_at if is_over else began.get((row.offering_key, name), row.first_seen_at)
                waits[row.offering_key].append(Wait(since, row.decided_at if is_over else None))
    return waits
