"""The moves of values, published and behind pins, and which of them a person decided.

The ledger says what changed and by whom; versions also hold the values behind pins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, Final

from django.db.models import F, Q

from curation.apply.accepted_then import Course
from curation.apply.ledger_state import is_of_sources
from curation.core.merge import PIN_SOURCE
from curation.core.policy import PIN_ENDED, PINS_APPLY, UPGRADED
from curation.core.price_lists import unit_of
from curation.models import Change
from registry.models import LedgerEntry, Revision

_PERSONAL: Final = ("approved by ", "rolled back by ", PINS_APPLY, PIN_ENDED, UPGRADED)
"""Prefixes of ledger policies for decisions of people, and for what the schedule or an upgrade derived from them."""


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


def midnight(at: datetime) -> datetime:
    """When the UTC day of a time began."""
    return datetime.combine(at.date(), time(), UTC)


def first_revision(since: datetime) -> int:
    """The number of the first revision since a time, existing or future.

    It is the number after the newest revision before that time, so that a clock that was set back does not make old
    revisions new.
    """
    before = Revision.objects.filter(Q(created_at__lt=since) | Q(number=0))
    return (before.order_by("-number").values_list("number", flat=True).first() or 0) + 1


def moves_of(ledger: Sequence[LedgerEntry], behind: Mapping[str, Course]) -> dict[str, Moves]:
    """The moves of each offering: these ledger entries, newest first, and the moves behind pins of these courses."""
    hidden = [(key, move) for key, course in behind.items() for move in course.hidden_moves()]
    by_itself = [(entry.offering_key, entry.revision_id) for entry in ledger if not is_personal(entry)]
    by_itself += [(key, move.revision) for key, move in hidden]
    unopposed = _unopposed({key for key, _revision in by_itself}, {revision for _key, revision in by_itself})
    by_offering: dict[str, list[Move]] = defaultdict(list)
    for entry in ledger:
        had_time = (entry.offering_key, unit_then(entry.field), entry.revision_id) in unopposed
        by_person = had_time or is_personal(entry)
        by_offering[entry.offering_key].append(
            Move(entry.field, entry.revision_id, entry.old, by_person, is_of_sources(entry))
        )
    for key, move in hidden:
        had_time = (key, unit_then(move.field), move.revision) in unopposed
        by_person = had_time or move.policy.startswith(_PERSONAL)
        by_offering[key].append(Move(move.field, move.revision, move.before, by_person))
    return {key: sorted(moves, key=lambda move: -move.revision) for key, moves in by_offering.items()}


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


def unit_then(name: str) -> str:
    """The unit of a field; the field itself if it is no longer declared."""
    try:
        return unit_of(name)
    except ValueError:
        return name
