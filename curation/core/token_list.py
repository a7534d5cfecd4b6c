"""The token prices of an offering: one list, led by one source. Pure.

The ordinary prices (input and output of text) come from one source, the lead. Others add a rate only while their
ordinary prices are the lead's, or while they state none. So every list that is published was stated whole by somebody,
or is such a list with rates of the same list added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from curation.core.added_rates import added
from curation.core.hearing import Hearing, factor
from curation.core.price_lists import ORDINARY, is_same
from curation.core.seat import Choice, choose
from curation.core.statements import Accepted, Decision, Reason, SourceClaim, Voice, folded, voice_of
from registry.domain.fields import Value

Ordinary = Mapping[str, Value]
"""Ordinary prices by field."""
_EARLIER: Final = 4


@dataclass(frozen=True, slots=True)
class TokenPrices:
    """What the token prices of an offering come to."""

    decided: dict[str, Decision]
    elsewhere: dict[str, tuple[str, ...]]
    """Rates that are stated beside other ordinary prices only → the sources."""
    accepted_list: dict[str, Decision] | None
    """The rates beside the accepted ordinary prices, where the lead's are other ones by now."""
    news: dict[str, Decision] | None
    """The list of an equal since it was seen to move away from the accepted one."""


@dataclass(frozen=True, slots=True)
class Lead:
    """The list that is followed."""

    choice: Choice
    ordinary: Ordinary


def token_prices(hearing: Hearing) -> TokenPrices:
    """Decides the list, and what is added to it."""
    followed = lead(hearing.provider, hearing.claims, hearing.base, on=hearing.on)
    if followed is None:
        rates_alone = added(hearing, {}, "")
        return TokenPrices(rates_alone.decided, rates_alone.elsewhere, None, None)
    choice, ordinary = followed.choice, followed.ordinary
    beside = added(hearing, ordinary, choice.winner.slug)
    decided = _ordinary(hearing, followed) | beside.decided
    news = _list_of(hearing, choice.news) if choice.news else None
    return TokenPrices(decided, beside.elsewhere, _beside_accepted(hearing, ordinary), news)


def _ordinary(hearing: Hearing, followed: Lead) -> dict[str, Decision]:
    """The ordinary prices of the lead."""
    choice, on = followed.choice, hearing.on
    apart = [_apart(followed.ordinary, voice.value, on) for voice in choice.contested]
    widest = max((factor for factor in apart if factor is not None), default=None)
    return {
        name: hearing.decision(name, Choice(hearing.voice(name, choice.winner.slug), choice.reason), apart=widest)
        for name in followed.ordinary
    }


def _apart(one: Ordinary, other: Ordinary, on: date) -> Decimal | None:
    """How far two lists are apart, as a factor: the largest of their shared prices; None where they share none."""
    return max((factor(name, one[name], other[name], on) for name in one.keys() & other.keys()), default=None)


def _beside_accepted(hearing: Hearing, ordinary: Ordinary) -> dict[str, Decision] | None:
    """The rates beside the accepted ordinary prices, where these are others."""
    accepted = _accepted(hearing.base)
    if accepted is None or is_same(accepted.value, ordinary, on=hearing.on):
        return None
    return added(hearing, accepted.value, accepted.source).decided


def _list_of(hearing: Hearing, leader: Voice) -> dict[str, Decision]:
    """The whole list of a source that would lead."""
    ordinary = {
        name: hearing.decision(name, Choice(hearing.voice(name, leader.slug), Reason.LATEST_MOVE))
        for name in leader.value
    }
    return ordinary | added(hearing, leader.value, leader.slug).decided


def lead(provider: str, claims: Sequence[SourceClaim], base: Mapping[str, Accepted], *, on: date) -> Lead | None:
    """The list that is followed; None where nobody states ordinary prices."""
    voices = [voice for claim in claims if (voice := _voice(provider, claim, on))]
    if not voices:
        return None
    choice = choose(voices, lambda one, other: is_same(one, other, on=on), _accepted(base))
    return Lead(choice, choice.winner.value)


def stated(claim: SourceClaim) -> Ordinary:
    """The ordinary prices that a claim states with authority."""
    return {
        name: claim.values[name] for name in ORDINARY if name in claim.values and claim.source.is_authority_for(name)
    }


def _voice(provider: str, claim: SourceClaim, on: date) -> Voice | None:
    said = stated(claim)
    if not said:
        return None
    voice = folded({name: voice_of(name, provider, claim, on) for name in said})
    days = sorted({move.on for name in said for move in claim.moved.get(name, ())}, reverse=True)
    earlier = tuple(_before(claim, said, day) for day in days[:_EARLIER])
    return replace(voice, earlier=earlier)


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
