"""What changes are measured against: the values of when the day began, and those of a month ago.

What is read within one UTC day is weighed as if it had been read together, so an automatic change of the morning is no
base for the one of the evening. What a person decided is one, from then on. Both are read back from the ledger.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from curation.core.inputs import Opening, PublishedState, Restored
from curation.gather import chunks
from curation.ledger_state import ABSENT, wrote
from curation.merge import PIN_SOURCE
from curation.policy import PIN_ENDED, PINS_APPLY
from registry.models import LedgerEntry
from registry.rates import PREFIX

MONTH: Final = timedelta(days=30)
"""How far back small steps of a price are added up."""
REGISTRY: Final = "registry"
"""The actor of what the registry does by the clock: grace, expiry, judging again."""
_PERSONAL: Final = ("approved by ", "rolled back by ", PINS_APPLY, PIN_ENDED)

Entries = list[LedgerEntry]
ValuesBefore = dict[str, Restored | None]
"""Field → what it was, None where there was nothing."""


def openings(published: Mapping[str, PublishedState], *, at: datetime, whole_day: bool) -> dict[str, Opening]:
    """What changes to offerings are measured against, those left out of which there is nothing to say.

    With `whole_day`, today's automatic changes are no base. Up to three queries a chunk.
    """
    found: dict[str, Opening] = {}
    for chunk in chunks(sorted(published)):
        months = _month_ago(chunk, at)
        days = _day_began({key: published[key] for key in chunk}, at) if whole_day else {}
        for key in months.keys() | days.keys():
            before = days.get(key, {})
            found[key] = Opening(before or {}, was_new=before is None, month_ago=months.get(key, {}))
    return found


def _month_ago(keys: Collection[str], at: datetime) -> dict[str, dict[str, Any]]:
    """Offering → prices of a month ago that have moved by themselves since, by field."""
    moved = LedgerEntry.objects.filter(
        offering_key__in=keys, field__startswith=PREFIX, old__isnull=False, revision__created_at__gte=at - MONTH
    ).select_related("revision")
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for (key, name), entries in _since_a_person(moved).items():
        if entries and entries[-1].old is not None:
            found[key][name] = entries[-1].old
    return found


def _since_a_person(entries: Iterable[LedgerEntry]) -> dict[tuple[str, str], Entries]:
    """By place, the automatic entries since a person last decided it, the newest first."""
    found: dict[tuple[str, str], Entries] = defaultdict(list)
    decided: set[tuple[str, str]] = set()
    for entry in sorted(entries, key=lambda entry: -entry.pk):
        place = entry.offering_key, entry.field
        if is_personal(entry):
            decided.add(place)
        elif place not in decided:
            found[place].append(entry)
    return found


def is_personal(entry: LedgerEntry) -> bool:
    """Whether a person, or the clock by a person's rule, decided an entry."""
    return entry.source == PIN_SOURCE or entry.policy.startswith(_PERSONAL) or entry.revision.actor == REGISTRY


def _day_began(published: Mapping[str, PublishedState], at: datetime) -> dict[str, ValuesBefore | None]:
    """Offering → what of it was otherwise when the day began (or a person last decided); None where it was not
    published then.
    """
    midnight = datetime.combine(at.date(), time(), UTC)
    today = LedgerEntry.objects.filter(
        offering_key__in=[key for key, one in published.items() if one.updated_at and one.updated_at >= midnight],
        revision__created_at__gte=midnight,
    ).select_related("revision")
    by_offering: dict[str, Entries] = defaultdict(list)
    for entry in today.order_by("-pk"):
        by_offering[entry.offering_key].append(entry)
    taken = {key: _until_a_person(entries) for key, entries in by_offering.items()}
    earlier = _earlier([entry for entries in taken.values() for entry in entries])
    found: dict[str, ValuesBefore | None] = {}
    for key, entries in taken.items():
        state = published[key]
        is_new = state.created_at is not None and state.created_at >= midnight
        if is_new and len(entries) == len(by_offering[key]):
            found[key] = None
        elif entries:
            found[key] = _values_before(entries, earlier)
    return found


def _until_a_person(entries: Entries) -> Entries:
    """The automatic entries of one offering, the newest first, up to what a person decided last."""
    personal = next((at for at, entry in enumerate(entries) if is_personal(entry)), len(entries))
    return entries[:personal]


def _earlier(entries: Entries) -> dict[tuple[str, str], LedgerEntry]:
    """The last entry before these, by place."""
    if not entries:
        return {}
    first = {(entry.offering_key, entry.field): entry.pk for entry in sorted(entries, key=lambda entry: -entry.pk)}
    keys, names = {key for key, _name in first}, {name for _key, name in first}
    before = LedgerEntry.objects.filter(offering_key__in=keys, field__in=names).order_by("pk")
    return {
        place: entry
        for entry in before
        if (place := (entry.offering_key, entry.field)) in first and entry.pk < first[place]
    }


def _values_before(entries: Entries, earlier: Mapping[tuple[str, str], LedgerEntry]) -> ValuesBefore:
    """The values before these entries, and their accounts."""
    found: ValuesBefore = {}
    for entry in entries:  # the newest first, so that the oldest stays
        before = earlier.get((entry.offering_key, entry.field))
        if before is None or wrote(before) is ABSENT:
            found[entry.field] = None
        else:
            told = {"source": before.source, "quality": before.quality, "reason": before.reason}
            found[entry.field] = before.new, {**told, "since": None, "policy": before.policy}
    return found
