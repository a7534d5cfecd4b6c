"""Whose word is taken, among several: the incumbent stays among equals. Pure.

The lead of the accepted value keeps its seat while it has the best rank and still lists the offering; its new word is a
change. An equal that differs is a conflict, unless two independent equals outnumber it. A better source or an empty
seat decide anew: more independent support, then the later move that was seen or dated, then declared preference. The
day of a first or last reading is evidence of nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from curation.core.statements import DERIVING_SOURCE, Accepted, Reason, Voice, independent
from registry.domain.fields import Value

MAJORITY: Final = 2
"""Independent equals that it takes to outnumber an incumbent."""

Agrees = Callable[[Value, Value], bool]


@dataclass(frozen=True, slots=True)
class Choice:
    """The word that is taken."""

    winner: Voice
    reason: Reason
    contested: tuple[Voice, ...] = ()
    """Equals that say something else with as much support, where nobody was there first."""
    news: Voice | None = None
    """An equal that had said what the accepted value is, and was seen to move away from it."""


def choose(voices: Sequence[Voice], agrees: Agrees, base: Accepted | None) -> Choice:
    """Chooses among at least one voice; `base` is what was accepted before, None where nothing was."""
    voices = _without_copies(voices)
    if len(voices) == 1:
        return Choice(voices[0], Reason.DERIVED if voices[0].slug == DERIVING_SOURCE else Reason.ONLY_SOURCE)
    best = min(voice.rank for voice in voices)
    equals = [voice for voice in voices if voice.rank == best]
    sitting = next((voice for voice in equals if base and voice.slug == base.source), None)
    if sitting and base:
        return _kept(sitting, equals, agrees, base)
    winner, reason, contested = _first(equals, agrees)
    if len(equals) == 1:
        reason = Reason.BEST_STANDING
    return Choice(winner, reason, contested if base is None else ())


def _without_copies(voices: Sequence[Voice]) -> Sequence[Voice]:
    """The voices without the copies of a source that speaks for itself."""
    originals = {voice.claim.voice for voice in voices if not voice.claim.is_copy}
    return [voice for voice in voices if not (voice.claim.is_copy and voice.claim.voice in originals)]


def _kept(sitting: Voice, equals: Sequence[Voice], agrees: Agrees, base: Accepted) -> Choice:
    """The incumbent among its equals."""
    others = [voice for voice in equals if not agrees(sitting.value, voice.value)]
    own = _support(sitting, equals, agrees)
    stronger = [v for v in others if _support(v, others, agrees) >= max(MAJORITY, own + 1)]
    if stronger:
        return Choice(_first(stronger, agrees)[0], Reason.MAJORITY)
    if sitting.is_dropped and (same := [v for v in equals if v.counts and agrees(sitting.value, v.value)]):
        return Choice(_first(same, agrees)[0], Reason.INCUMBENT)  # the seat goes to one that still says so
    news = [voice for voice in others if voice.counts and _left(voice, base, agrees)]
    reason = Reason.INCUMBENT if len(equals) > 1 else Reason.BEST_STANDING
    return Choice(sitting, reason, news=_first(news, agrees)[0] if news else None)


def _left(voice: Voice, base: Accepted, agrees: Agrees) -> bool:
    """Whether a source said the accepted value before, and was seen to move away."""
    return any(agrees(base.value, earlier) for earlier in voice.earlier)


def _first(equals: Sequence[Voice], agrees: Agrees) -> tuple[Voice, Reason, tuple[Voice, ...]]:
    """The first of equals where nobody sits, why, and those that contest it."""
    support = {voice.slug: _support(voice, equals, agrees) for voice in equals}

    def order(voice: Voice) -> tuple[int, int, int, str]:
        moved = (voice.moved_on or date.min).toordinal()
        return -support[voice.slug], -moved, voice.claim.source.preference, voice.slug

    winner, *rest = sorted(equals, key=order)
    others = [voice for voice in rest if not agrees(winner.value, voice.value)]
    if not others or support[winner.slug] > max(support[voice.slug] for voice in others):
        return winner, Reason.MAJORITY if others else Reason.PREFERRED, ()
    alike = tuple(voice for voice in others if support[voice.slug] == support[winner.slug])
    by_move = all(order(winner)[1] < order(voice)[1] for voice in alike)
    return winner, Reason.LATEST_MOVE if by_move else Reason.PREFERRED, alike


def _support(voice: Voice, equals: Sequence[Voice], agrees: Agrees) -> int:
    """How many independent voices among equals say what this one says."""
    return independent(other for other in equals if agrees(voice.value, other.value))
