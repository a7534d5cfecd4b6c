"""The token prices of an offering: one list, led by one source. Pure.

The ordinary prices (input and output of text) come from one source, the lead. Others add a rate only while their
ordinary prices are the lead's, or while they state none. So every list that is published was stated whole by somebody,
or is such a list with rates of the same list added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from curation.core.seat import Choice, choose
from curation.core.statements import Accepted, SourceClaim, Voice, voice_of
from curation.price_lists import ORDINARY
from registry import fields

Ordinary = Mapping[str, Any]
"""Ordinary prices by field."""
_EARLIER: Final = 4


@dataclass(frozen=True, slots=True)
class Lead:
    """The list that is followed."""

    choice: Choice
    ordinary: Ordinary
    voices: tuple[Voice, ...]
    """All that state ordinary prices, each with its list as the value."""


def lead(provider: str, claims: Sequence[SourceClaim], base: Mapping[str, Accepted], *, on: date) -> Lead | None:
    """The list that is followed; None where nobody states ordinary prices."""
    voices = tuple(voice for claim in claims if (voice := _voice(provider, claim, on)))
    if not voices:
        return None
    choice = choose(voices, lambda one, other: is_same(one, other, on=on), _accepted(base))
    return Lead(choice, choice.winner.value, voices)


def is_same(one: Ordinary, other: Ordinary, *, on: date) -> bool:
    """Whether two lists have the same ordinary prices, as far as both state them: at least one, and all of those."""
    shared = one.keys() & other.keys()
    return bool(shared) and all(fields.agrees(name, one[name], other[name], on=on) for name in shared)


def stated(claim: SourceClaim) -> Ordinary:
    """The ordinary prices that a claim states with authority."""
    return {
        name: claim.values[name] for name in ORDINARY if name in claim.values and claim.source.is_authority_for(name)
    }


def _voice(provider: str, claim: SourceClaim, on: date) -> Voice | None:
    said = stated(claim)
    if not said:
        return None
    by_price = [voice_of(name, provider, claim, on, value=said) for name in said]
    voice = replace(
        max(by_price, key=lambda one: one.rank),
        counts=all(one.counts for one in by_price),
        is_dropped=any(one.is_dropped for one in by_price),
    )
    days = sorted({move.on for name in said for move in claim.moved.get(name, ())}, reverse=True)
    earlier = tuple(_before(claim, said, day) for day in days[:_EARLIER])
    return replace(voice, earlier=earlier, moved_on=days[0] if days else None)


def _before(claim: SourceClaim, said: Ordinary, day: date) -> Ordinary:
    """The ordinary prices as they were stated before a day on which some of them moved."""
    return {
        name: next((move.value for move in claim.moved.get(name, ()) if move.on >= day), value)
        for name, value in said.items()
    }


def _accepted(base: Mapping[str, Accepted]) -> Accepted | None:
    """The accepted list, and who leads it."""
    held = {name: base[name] for name in ORDINARY if name in base}
    if not held:
        return None
    return Accepted({name: one.value for name, one in held.items()}, next(iter(held.values())).source)
