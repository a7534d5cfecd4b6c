"""The values that changes are compared with: those at the start of the day, and those of a month ago.

Claims read on one UTC day are decided as if read together, so an automatic change of the morning is not the base of a
change in the evening. A decision of a person is the base from then on. The values come from the versions, which also
hold the values behind pins. The ledger says what changed and by whom.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import F, Q

from curation.apply.accepted_then import Course, courses
from curation.apply.ledger_state import ABSENT, is_of_sources
from curation.core.accepted import accepted
from curation.core.inputs import Opening, PublishedState
from curation.core.merge import PIN_SOURCE
from curation.core.policy import PIN_ENDED, PINS_APPLY, UPGRADED
from curation.core.price_lists import unit_of
from curation.models import Change
from registry.database.chunks import chunks
from registry.domain.provenance import AccountedValue
from registry.domain.rates import PREFIX
from registry.models import LedgerEntry, Offering, Revision

MONTH: Final = timedelta(days=30)
"""The period over which small steps of a price are added up."""
_PERSONAL: Final = ("approved by ", "rolled back by ", PINS_APPLY, PIN_ENDED, UPGRADED)
"""Prefixes of ledger policies for decisions of people, and for what the schedule or an upgrade derived from them."""

ValuesBefore = dict[str, AccountedValue | None]
"""Field → its earlier value, None where there was none."""


@dataclass(frozen=True, slots=True)
class Move:
    """A change of one value, published or behind a pin."""

    field: str
    revision: int
    old: Any
    """In JSON form; None or `ABSENT` where there was none."""
    is_personal: bool
    is_of_sources: bool = True
    """Whether it changed an accepted value, and not only a pinned one."""


Moves = Sequence[Move]
"""The newest first."""


def openings(published: Mapping[str, PublishedState], *, at: datetime, whole_day: bool) -> dict[str, Opening]:
    """The values that changes to offerings are compared with; offerings without any are left out.

    With `whole_day`, today's automatic changes are no base. Up to nine queries a chunk, one for all, and two more
    where a delay has passed.
    """
    today = _first_revision(_midnight(at)) if whole_day else None
    by_offering: dict[str, Opening] = {}
    for keys in chunks(sorted(published)):
        chunk = {key: published[key] for key in keys}
        months = _month_ago(chunk, _midnight(at - MONTH))
        days = _day_began(chunk, at, today) if today is not None else {}
        for key in months.keys() | days.keys():
            before = days.get(key, {})
            by_offering[key] = Opening(before or {}, was_new=before is None, month_ago=months.get(key, {}))
    return by_offering


def _midnight(at: datetime) -> datetime:
    """When the UTC day of a time began."""
    return datetime.combine(at.date(), time(), UTC)


def _first_revision(since: datetime) -> int:
    """The number of the first revision since a time, existing or future.

    It is the number after the newest revision before that time, so that a clock that was set back does not make old
    revisions new.
    """
    before = Revision.objects.filter(Q(created_at__lt=since) | Q(number=0))
    return (before.order_by("-number").values_list("number", flat=True).first() or 0) + 1


def _moves(ledger: Sequence[LedgerEntry], behind: Mapping[str, Course]) -> dict[str, Moves]:
    """The moves of each offering: these ledger entries, newest first, and the moves behind pins of these courses."""
    hidden = [(key, move) for key, course in behind.items() for move in course.hidden_moves()]
    by_itself = [(entry.offering_key, entry.revision_id) for entry in ledger if not is_personal(entry)]
    by_itself += [(key, move.revision) for key, move in hidden]
    unopposed = _unopposed({key for key, _revision in by_itself}, {revision for _key, revision in by_itself})
    moves_of: dict[str, list[Move]] = defaultdict(list)
    for entry in ledger:
        had_time = (entry.offering_key, _unit(entry.field), entry.revision_id) in unopposed
        by_person = had_time or is_personal(entry)
        moves_of[entry.offering_key].append(
            Move(entry.field, entry.revision_id, entry.old, by_person, is_of_sources(entry))
        )
    for key, move in hidden:
        had_time = (key, _unit(move.field), move.revision) in unopposed
        by_person = had_time or move.policy.startswith(_PERSONAL)
        moves_of[key].append(Move(move.field, move.revision, move.before, by_person))
    return {key: sorted(moves, key=lambda move: -move.revision) for key, moves in moves_of.items()}


def is_personal(entry: LedgerEntry) -> bool:
    """Whether a person decided an entry, or the schedule or an upgrade followed a decision of a person. The publishing
    actor does not tell: the schedule also applies policies, and policies also apply beside the act of a person.
    """
    return entry.source == PIN_SOURCE or entry.policy.startswith(_PERSONAL)


def _unopposed(keys: Collection[str], revisions: Collection[int]) -> set[tuple[str, str, int]]:
    """Offering, unit and revision of changes applied after their delay (`curation.review.delayed_apply`).

    People could have objected, so they count as decided; otherwise they would wait again after the next reading. They
    are read from the queue, since the ledger names only the policy. Two queries, one where there are none.
    """
    rows = Change.objects.filter(
        offering_key__in=keys, state=Change.State.APPLIED, apply_after__lte=F("decided_at"), postponed_until=None
    )
    decided = list(rows.order_by().values_list("offering_key", "unit", "decided_at")) if keys else []
    if not decided:
        return set()
    published = Revision.objects.filter(number__in=revisions).values_list("created_at", "number")
    numbers: dict[datetime | None, list[int]] = defaultdict(list)
    for at, number in published:
        numbers[at].append(number)
    return {(key, unit, number) for key, unit, at in decided for number in numbers[at]}


# -- a month ago ---------------------------------------------------------------------------------------------------


def _month_ago(published: Mapping[str, PublishedState], since: datetime) -> dict[str, dict[str, Any]]:
    """Offering → field → price when the day a month ago began, of prices that have changed automatically since.

    For a newer price: the one with which its first day ended. A price that appeared and left within one day depends on
    the order of readings, so it is not used.
    """
    prices = LedgerEntry.objects.filter(
        offering_key__in=published, field__startswith=PREFIX, revision__created_at__gte=since
    )
    pinned = [key for key, state in published.items() if any(name.startswith(PREFIX) for name in state.behind)]
    ledger = list(prices.order_by("-pk"))
    replaced = {(entry.offering_key, entry.field) for entry in ledger if entry.old is not None}
    ledger = [entry for entry in ledger if (entry.offering_key, entry.field) in replaced]
    moves_by_offering = _moves(ledger, courses(pinned, _first_revision(since) - 1) if pinned else {})
    days = _days(moves_by_offering.values())
    moved_prices: dict[str, dict[str, Any]] = {}
    for key, moves in moves_by_offering.items():
        automatic = (move for move in _since_a_person(moves) if move.field.startswith(PREFIX))
        # Moves come newest first: of each day the value at its beginning is stored last, then the oldest day.
        began = {(move.field, days.get(move.revision)): move.old for move in automatic}
        if values := {name: old for (name, _day), old in began.items() if old is not None and old is not ABSENT}:
            moved_prices[key] = values
    return moved_prices


def _days(moves_by_offering: Iterable[Moves]) -> dict[int, date]:
    """The UTC days of revisions, of fields that moved more than once. One query, none where there are none."""
    revisions: set[int] = set()
    for moves in moves_by_offering:
        times = Counter(move.field for move in moves)
        revisions |= {move.revision for move in moves if times[move.field] > 1}
    if not revisions:
        return {}
    published = Revision.objects.filter(number__in=revisions).values_list("number", "created_at")
    return {number: at.date() for number, at in published}


def _since_a_person(moves: Moves) -> Iterable[Move]:
    """The automatic moves of each field after the last decision of a person about it."""
    decided: set[str] = set()
    for move in moves:
        if move.is_personal:
            decided.add(move.field)
        elif move.field not in decided:
            yield move


# -- when the day began --------------------------------------------------------------------------------------------


def _day_began(published: Mapping[str, PublishedState], at: datetime, first: int) -> dict[str, ValuesBefore | None]:
    """Offering → accepted values that were different at the start of the day, or at the last decision of a person about
    their unit; None where it was not published then. `first` is the first revision of the day.
    """
    changed_today = Offering.objects.filter(key__in=published, revision__gte=first).values_list("key", flat=True)
    courses_today = courses(list(changed_today), first - 1)
    entries = LedgerEntry.objects.filter(offering_key__in=courses_today, revision__gte=first).order_by("-pk")
    moves = _moves(list(entries), courses_today) if courses_today else {}
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
            decided.setdefault(_unit(move.field), move.revision)
    return decided


def _values_before(
    course: Course, published: PublishedState, moves: Moves, decided: Mapping[str, int], began: int
) -> ValuesBefore:
    """The accepted values that were different at the last decision about their unit, or at the start of the day."""
    now = accepted(published).facts
    since = {unit: course.at(revision) for unit, revision in decided.items()}
    first = course.at(began)
    moved_fields = {m.field for m in moves if m.is_of_sources and m.revision > decided.get(_unit(m.field), began)}
    values: ValuesBefore = {}
    for name in {*now, *(name for since in course.states for name in since.state.facts)}:
        base = since.get(unit_of(name), first)
        if name not in base.not_kept and (name in moved_fields or base.value(name) != now.get(name, ABSENT)):
            values[name] = None if base.value(name) is ABSENT else AccountedValue(base.value(name), base.account(name))
    return values


def _unit(name: str) -> str:
    """The unit of a field; the field itself if it is no longer declared."""
    try:
        return unit_of(name)
    except ValueError:
        return name
