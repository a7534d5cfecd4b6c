"""What changes are measured against: the values of when the day began, and those of a month ago.

What is read within one UTC day is weighed as if it had been read together, so an automatic change of the morning is no
base for the one of the evening. What a person decided is one, from then on. Values are read back from the versions,
which keep what lay behind pins too; the ledger says what moved, and by whom.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from django.db.models import F, Q, QuerySet

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
"""How far back small steps of a price are added up."""
_PERSONAL: Final = ("approved by ", "rolled back by ", PINS_APPLY, PIN_ENDED, UPGRADED)
"""How the ledger names what people decided, or the clock and an upgrade by what people had decided."""

ValuesBefore = dict[str, AccountedValue | None]
"""Field → what it was, None where there was nothing."""


@dataclass(frozen=True, slots=True)
class Move:
    """One value that moved, published or behind a pin."""

    field: str
    revision: int
    old: Any
    """In JSON form; None or `ABSENT` where there was none."""
    is_personal: bool
    is_of_sources: bool = True
    """Whether it moved what is accepted, and not only what a pin shows."""


Moves = Sequence[Move]
"""The newest first."""


def openings(published: Mapping[str, PublishedState], *, at: datetime, whole_day: bool) -> dict[str, Opening]:
    """What changes to offerings are measured against, those left out of which there is nothing to say.

    With `whole_day`, today's automatic changes are no base. Up to eight queries a chunk, one for all, and two more
    where a grace has passed.
    """
    today = _first_revision(datetime.combine(at.date(), time(), UTC)) if whole_day else None
    found: dict[str, Opening] = {}
    for keys in chunks(sorted(published)):
        chunk = {key: published[key] for key in keys}
        months = _month_ago(chunk, at - MONTH)
        days = _day_began(chunk, at, today) if today is not None else {}
        for key in months.keys() | days.keys():
            before = days.get(key, {})
            found[key] = Opening(before or {}, was_new=before is None, month_ago=months.get(key, {}))
    return found


def _first_revision(since: datetime) -> int:
    """The number of the first revision since a time, made or to come.

    It follows the newest one before that time: a clock that was set back must not make old revisions new.
    """
    before = Revision.objects.filter(Q(created_at__lt=since) | Q(number=0))
    return (before.order_by("-number").values_list("number", flat=True).first() or 0) + 1


def _moves(entries: QuerySet[LedgerEntry], behind: Mapping[str, Course]) -> dict[str, Moves]:
    """What moved of each offering: these entries, and what these courses tell of moves behind pins."""
    written = list(entries.order_by("-pk"))
    hidden = [(key, move) for key, course in behind.items() for move in course.hidden_moves()]
    by_itself = [(entry.offering_key, entry.revision_id) for entry in written if not is_personal(entry)]
    by_itself += [(key, move.revision) for key, move in hidden]
    unopposed = _unopposed({key for key, _revision in by_itself}, {revision for _key, revision in by_itself})
    found: dict[str, list[Move]] = defaultdict(list)
    for entry in written:
        had_time = (entry.offering_key, _unit(entry.field), entry.revision_id) in unopposed
        told = Move(entry.field, entry.revision_id, entry.old, had_time or is_personal(entry), is_of_sources(entry))
        found[entry.offering_key].append(told)
    for key, move in hidden:
        had_time = (key, _unit(move.field), move.revision) in unopposed
        found[key].append(Move(move.field, move.revision, move.before, had_time or move.policy.startswith(_PERSONAL)))
    return {key: sorted(moves, key=lambda move: -move.revision) for key, moves in found.items()}


def is_personal(entry: LedgerEntry) -> bool:
    """Whether a person decided an entry, or the clock and an upgrade by what people had decided. Who published it does
    not tell: the clock decides by policies as well, and beside what a person does policies go on.
    """
    return entry.source == PIN_SOURCE or entry.policy.startswith(_PERSONAL)


def _unopposed(keys: Collection[str], revisions: Collection[int]) -> set[tuple[str, str, int]]:
    """Offering, unit and revision of what waited for its time and was published then (`curation.review.delayed_apply`).

    People could have objected, so it counts as decided: else it would wait once more with the next reading. The queue
    tells it, since the ledger names the policy only. Two queries, one where nothing was.
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
    """Offering → prices of a month ago that have moved by themselves since, by field."""
    prices = LedgerEntry.objects.filter(
        offering_key__in=published, field__startswith=PREFIX, old__isnull=False, revision__created_at__gte=since
    )
    pinned = [key for key, state in published.items() if any(name.startswith(PREFIX) for name in state.behind)]
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for key, moves in _moves(prices, courses(pinned, _first_revision(since) - 1) if pinned else {}).items():
        for move in _since_a_person(moves):
            if move.field.startswith(PREFIX) and move.old is not ABSENT and move.old is not None:
                found[key][move.field] = move.old  # the newest first, so that the oldest stays
    return found


def _since_a_person(moves: Moves) -> Iterable[Move]:
    """The automatic moves of each field since a person last decided it."""
    decided: set[str] = set()
    for move in moves:
        if move.is_personal:
            decided.add(move.field)
        elif move.field not in decided:
            yield move


# -- when the day began --------------------------------------------------------------------------------------------


def _day_began(published: Mapping[str, PublishedState], at: datetime, first: int) -> dict[str, ValuesBefore | None]:
    """Offering → what was accepted otherwise when the day began (or a person last decided its unit); None where it was
    not published then. `first` is the first revision of the day.
    """
    moved = Offering.objects.filter(key__in=published, revision__gte=first).values_list("key", flat=True)
    taken = courses(list(moved), first - 1)
    moves = _moves(LedgerEntry.objects.filter(offering_key__in=taken, revision__gte=first), taken) if taken else {}
    found: dict[str, ValuesBefore | None] = {}
    for key, course in taken.items():
        state, decided = published[key], _decided(moves.get(key, ()))
        is_new = state.created_at is not None and state.created_at.date() >= at.date()
        if is_new and not decided:
            found[key] = None
            continue
        # Of what came today, a person's first look at any of it is where it begins.
        began = max(decided.values()) if is_new else first - 1
        if before := _values_before(course, state, moves.get(key, ()), decided, began):
            found[key] = before
    return found


def _decided(moves: Moves) -> dict[str, int]:
    """Unit → the revision in which a person last decided anything of it."""
    decided: dict[str, int] = {}
    for move in moves:
        if move.is_personal:
            decided.setdefault(_unit(move.field), move.revision)
    return decided


def _values_before(
    course: Course, published: PublishedState, moves: Moves, decided: Mapping[str, int], began: int
) -> ValuesBefore:
    """What was accepted otherwise when each unit was decided last, or when the day began."""
    now = accepted(published).facts
    since = {unit: course.at(revision) for unit, revision in decided.items()}
    first = course.at(began)
    moved = {m.field for m in moves if m.is_of_sources and m.revision > decided.get(_unit(m.field), began)}
    found: ValuesBefore = {}
    for name in {*now, *(name for since in course.states for name in since.state.facts)}:
        base = since.get(unit_of(name), first)
        if name not in base.not_kept and (name in moved or base.value(name) != now.get(name, ABSENT)):
            found[name] = None if base.value(name) is ABSENT else AccountedValue(base.value(name), base.account(name))
    return found


def _unit(name: str) -> str:
    """The unit of a field, which may be one that is declared no longer."""
    try:
        return unit_of(name)
    except ValueError:
        return name
