"""The values that changes are compared with: those at the start of the day.

Claims read on one UTC day are decided as if read together, so an automatic change of the morning is not the base of a
change in the evening. A decision of a person is the base from then on. The values come from the versions, which also
hold the values behind pins.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from curation.apply.accepted_then import Course, courses
from curation.apply.ledger_state import ABSENT
from curation.apply.moves import Moves, first_revision, midnight, moves_of, unit_then
from curation.core.accepted import accepted
from curation.core.inputs import Opening, PublishedState
from curation.core.price_lists import unit_of
from registry.database.chunks import chunks
from registry.domain.provenance import AccountedValue
from registry.models import LedgerEntry, Offering

ValuesBefore = dict[str, AccountedValue | None]
"""Field → its earlier value, None where there was none."""


def openings(published: Mapping[str, PublishedState], *, at: datetime) -> dict[str, Opening]:
    """The values that changes to offerings are compared with: today's automatic changes are no base. Offerings without
    any are left out.

    Up to five queries a chunk, one for all, and two more where a delay has passed.
    """
    today = first_revision(midnight(at))
    by_offering: dict[str, Opening] = {}
    for keys in chunks(sorted(published)):
        days = _day_began({key: published[key] for key in keys}, at, today)
        by_offering |= {key: Opening(before or {}, was_new=before is None) for key, before in days.items()}
    return by_offering


def _day_began(published: Mapping[str, PublishedState], at: datetime, first: int) -> dict[str, ValuesBefore | None]:
    """Offering → accepted values that were different at the start of the day, or at the last decision of a person about
    their unit; None where it was not published then. `first` is the first revision of the day.
    """
    changed_today = Offering.objects.filter(key__in=published, revision__gte=first).values_list("key", flat=True)
    courses_today = courses(list(changed_today), first - 1)
    entries = LedgerEntry.objects.filter(offering_key__in=courses_today, revision__gte=first).order_by("-pk")
    moves = moves_of(list(entries), courses_today) if courses_today else {}
    by_offering: dict[str, ValuesBefore | None] = {}
    for key, course in courses_today.items():
        state, decided = published[key], _decided(moves.get(key, ()))
        is_new = state.created_at is not None and state.created_at.date() >= at.date()
        if is_new and not decided:
            by_offering[key] = None
            continue
        # An offering that is new today begins with the first decision of a person about it.
        began = max(decided.values()) if is_new else first - 1
        if before := _values_before(course, state, moves.get(key, ()), decided, began):
            by_offering[key] = before
    return by_offering


def _decided(moves: Moves) -> dict[str, int]:
    """Unit → the last revision in which a person decided a field of it."""
    decided: dict[str, int] = {}
    for move in moves:
        if move.is_personal:
            decided.setdefault(unit_then(move.field), move.revision)
    return decided


def _values_before(
    course: Course, published: PublishedState, moves: Moves, decided: Mapping[str, int], began: int
) -> ValuesBefore:
    """The accepted values that were different at the last decision about their unit, or at the start of the day."""
    now = accepted(published).facts
    since = {unit: course.at(revision) for unit, revision in decided.items()}
    first = course.at(began)
    moved_fields = {m.field for m in moves if m.is_of_sources and m.revision > decided.get(unit_then(m.field), began)}
    values: ValuesBefore = {}
    for name in {*now, *(name for since in course.states for name in since.state.facts)}:
        base = since.get(unit_of(name), first)
        if name not in base.not_kept and (name in moved_fields or base.value(name) != now.get(name, ABSENT)):
            values[name] = None if base.value(name) is ABSENT else AccountedValue(base.value(name), base.account(name))
    return values
