"""The prices of a month ago. Changes are compared with them too, because small steps add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from curation.apply.accepted_then import courses
from curation.apply.ledger_state import ABSENT
from curation.apply.moves import Move, Moves, first_revision, midnight, moves_of
from curation.core.inputs import PublishedState
from registry.database.chunks import chunks
from registry.domain.rates import PREFIX
from registry.models import LedgerEntry, Revision

MONTH: Final = timedelta(days=30)
"""The period over which small steps of a price are added up."""


def month_ago(published: Mapping[str, PublishedState], *, at: datetime) -> dict[str, dict[str, Any]]:
    """Offering → field → price when the day a month ago began, of prices that have changed automatically since.

    For a newer price: the one with which its first day ended. A price that appeared and left within one day depends on
    the order of readings, so it is not used. Up to four queries a chunk, and two more where a delay has passed.
    """
    moved_prices: dict[str, dict[str, Any]] = {}
    for keys in chunks(sorted(published)):
        moved_prices |= _month_ago({key: published[key] for key in keys}, midnight(at - MONTH))
    return moved_prices


def _month_ago(published: Mapping[str, PublishedState], since: datetime) -> dict[str, dict[str, Any]]:
    prices = LedgerEntry.objects.filter(
        offering_key__in=published, field__startswith=PREFIX, revision__created_at__gte=since
    )
    pinned = [key for key, state in published.items() if any(name.startswith(PREFIX) for name in state.behind)]
    ledger = list(prices.order_by("-pk"))
    replaced = {(entry.offering_key, entry.field) for entry in ledger if entry.old is not None}
    ledger = [entry for entry in ledger if (entry.offering_key, entry.field) in replaced]
    moves_by_offering = moves_of(ledger, courses(pinned, first_revision(since) - 1) if pinned else {})
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
