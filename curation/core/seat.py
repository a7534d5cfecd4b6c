"""Which source is followed, among several: the incumbent stays among equals. Pure.

The lead of the accepted value keeps its seat while it has the best rank and still lists the offering; what it states
now is a change. An equal that differs is a conflict, unless two independent equals outnumber the lead. With a better
source or an empty seat the lead is chosen anew: more independent support, then the later move that was seen or dated,
then declared preference. The day of a first or last reading does not count.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Generic

from curation.core.candidates import Candidate, independent
from curation.core.statements import DERIVING_SOURCE, Accepted, Reason, V

MAJORITY: Final = 2
"""Independent equals that it takes to outnumber an incumbent."""


@dataclass(frozen=True, slots=True)
class Choice(Generic[V]):
    """The candidate that is followed."""

    winner: Candidate[V]
    reason: Reason
    contested: tuple[Candidate[V], ...] = ()
    """Equals that state something else with as much support, where there is no incumbent."""
    news: Candidate[V] | None = None
    """An equal that stated the accepted value before, and was seen to move away from it."""


def choose(candidates: Sequence[Candidate[V]], agrees: Callable[[V, V], bool], base: Accepted[V] | None) -> Choice[V]:
    """Chooses among at least one candidate; `base` is what was accepted before, None where nothing was."""
    candidates = _without_copies(candidates)
    if len(candidates) == 1:
        return Choice(candidates[0], Reason.DERIVED if candidates[0].slug == DERIVING_SOURCE else Reason.ONLY_SOURCE)
    best = min(candidate.rank for candidate in candidates)
    equals = [candidate for candidate in candidates if candidate.rank == best]
    incumbent = next((candidate for candidate in equals if base and candidate.slug == base.source), None)
    if incumbent and base:
        return _among_equals(incumbent, equals, agrees, base)
    winner, reason, contested = _first(equals, agrees)
    if len(equals) == 1:
        reason = Reason.BEST_SOURCE_TYPE
    return Choice(winner, reason, contested if base is None else ())


def _without_copies(candidates: Sequence[Candidate[V]]) -> Sequence[Candidate[V]]:
    """The candidates without copies of sources that are candidates themselves."""
    originals = {candidate.claim.counted_as for candidate in candidates if not candidate.claim.is_copy}
    return [
        candidate
        for candidate in candidates
        if not (candidate.claim.is_copy and candidate.claim.counted_as in originals)
    ]


def _among_equals(
    incumbent: Candidate[V], equals: Sequence[Candidate[V]], agrees: Callable[[V, V], bool], base: Accepted[V]
) -> Choice[V]:
    """The incumbent among its equals."""
    others = [candidate for candidate in equals if not agrees(incumbent.value, candidate.value)]
    own = _support(incumbent, equals, agrees)
    stronger = [v for v in others if _support(v, others, agrees) >= max(MAJORITY, own + 1)]
    if stronger:
        return Choice(_first(stronger, agrees)[0], Reason.MAJORITY)
    if incumbent.is_dropped and (same := [v for v in equals if v.counts and agrees(incumbent.value, v.value)]):
        # The seat goes to an equal that still states the value.
        return Choice(_first(same, agrees)[0], Reason.INCUMBENT)
    news = [candidate for candidate in others if candidate.counts and _left(candidate, base, agrees)]
    reason = Reason.INCUMBENT if len(equals) > 1 else Reason.BEST_SOURCE_TYPE
    return Choice(incumbent, reason, news=_first(news, agrees)[0] if news else None)


def _left(candidate: Candidate[V], base: Accepted[V], agrees: Callable[[V, V], bool]) -> bool:
    """Whether a source stated the accepted value before, and was seen to move away."""
    return any(agrees(base.value, earlier) for earlier in candidate.earlier)


def _first(
    equals: Sequence[Candidate[V]], agrees: Callable[[V, V], bool]
) -> tuple[Candidate[V], Reason, tuple[Candidate[V], ...]]:
    """The first of equals where there is no incumbent, the reason, and the equals that contest it."""
    support = {candidate.slug: _support(candidate, equals, agrees) for candidate in equals}

    def order(candidate: Candidate[V]) -> tuple[int, int, int, str]:
        last_move = (candidate.moved_on or date.min).toordinal()
        return -support[candidate.slug], -last_move, candidate.claim.source.preference, candidate.slug

    winner, *rest = sorted(equals, key=order)
    others = [candidate for candidate in rest if not agrees(winner.value, candidate.value)]
    if not others or support[winner.slug] > max(support[candidate.slug] for candidate in others):
        return winner, Reason.MAJORITY if others else Reason.PREFERRED, ()
    alike = tuple(candidate for candidate in others if support[candidate.slug] == support[winner.slug])
    by_move = all(order(winner)[1] < order(candidate)[1] for candidate in alike)
    return winner, Reason.LATEST_MOVE if by_move else Reason.PREFERRED, alike


def _support(candidate: Candidate[V], equals: Sequence[Candidate[V]], agrees: Callable[[V, V], bool]) -> int:
    """How many independent sources among equals state what this one states."""
    return independent(other for other in equals if agrees(candidate.value, other.value))
