"""The token prices of an offering: one list, led by one source. Pure.

The ordinary prices (input and output of text) come from one source, the lead. Others add a rate only while their
ordinary prices are the lead's, or while they state none. So every published list was stated whole by a source,
or is such a list with rates of the same list added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from curation.core.added_rates import added
from curation.core.candidates import Candidate, candidate_of, folded
from curation.core.claims_by_field import ClaimsByField, factor
from curation.core.price_lists import ORDINARY, is_same
from curation.core.seat import Choice, choose
from curation.core.statements import Accepted, Decision, Prices, Reason, SourceClaim
from registry.domain.fields import Value

_EARLIER: Final = 4


@dataclass(frozen=True, slots=True)
class TokenPrices:
    """The decision on the token prices of an offering."""

    decided: dict[str, Decision]
    elsewhere: dict[str, tuple[str, ...]]
    """Rates that are stated beside other ordinary prices only → the sources."""
    accepted_list: dict[str, Decision] | None
    """The rates beside the accepted ordinary prices, where the lead has other ones by now."""
    news: dict[str, Decision] | None
    """The list of an equal that was seen to move away from the accepted one."""


@dataclass(frozen=True, slots=True)
class Lead:
    """The list that is followed."""

    choice: Choice[Prices]
    ordinary: Prices


def token_prices(by_field: ClaimsByField) -> TokenPrices:
    """Decides the list, and the rates that are added to it."""
    followed = lead(by_field.provider, by_field.claims, by_field.base, on=by_field.on)
    if followed is None:
        rates_alone = added(by_field, {}, "")
        return TokenPrices(rates_alone.decided, rates_alone.elsewhere, None, None)
    choice, ordinary = followed.choice, followed.ordinary
    beside = added(by_field, ordinary, choice.winner.slug)
    decided = _ordinary(by_field, followed) | beside.decided
    news = _list_of(by_field, choice.news) if choice.news else None
    return TokenPrices(decided, beside.elsewhere, _beside_accepted(by_field, ordinary), news)


def _ordinary(by_field: ClaimsByField, followed: Lead) -> dict[str, Decision]:
    """The ordinary prices of the lead."""
    choice, on = followed.choice, by_field.on
    apart = [_apart(followed.ordinary, candidate.value, on) for candidate in choice.contested]
    widest = max((factor for factor in apart if factor is not None), default=None)
    return {
        name: by_field.decision(name, Choice(by_field.candidate(name, choice.winner.slug), choice.reason), apart=widest)
        for name in followed.ordinary
    }


def _apart(left: Prices, right: Prices, on: date) -> Decimal | None:
    """How far two lists are apart, as a factor: the largest of their shared prices; None where they share none."""
    return max((factor(name, left[name], right[name], on) for name in left.keys() & right.keys()), default=None)


def _beside_accepted(by_field: ClaimsByField, ordinary: Prices) -> dict[str, Decision] | None:
    """The rates beside the accepted ordinary prices, where these are others."""
    accepted = _accepted(by_field.base)
    if accepted is None or is_same(accepted.value, ordinary, on=by_field.on):
        return None
    return added(by_field, accepted.value, accepted.source).decided


def _list_of(by_field: ClaimsByField, leader: Candidate[Prices]) -> dict[str, Decision]:
    """The whole list of a source that would lead."""
    ordinary = {
        name: by_field.decision(name, Choice(by_field.candidate(name, leader.slug), Reason.LATEST_MOVE))
        for name in leader.value
    }
    return ordinary | added(by_field, leader.value, leader.slug).decided


def lead(provider: str, claims: Sequence[SourceClaim], base: Mapping[str, Accepted[Value]], *, on: date) -> Lead | None:
    """The list that is followed; None where nobody states ordinary prices."""
    candidates = [candidate for claim in claims if (candidate := _candidate(provider, claim, on))]
    if not candidates:
        return None
    choice = choose(candidates, lambda left, right: is_same(left, right, on=on), _accepted(base))
    return Lead(choice, choice.winner.value)


def stated(claim: SourceClaim) -> Prices:
    """The ordinary prices that a claim states with authority."""
    return {
        name: claim.values[name] for name in ORDINARY if name in claim.values and claim.source.is_authority_for(name)
    }


def _candidate(provider: str, claim: SourceClaim, on: date) -> Candidate[Prices] | None:
    ordinary = stated(claim)
    if not ordinary:
        return None
    candidate = folded({name: candidate_of(name, provider, claim, on) for name in ordinary})
    days = sorted({move.on for name in ordinary for move in claim.moves.get(name, ())}, reverse=True)
    earlier = tuple(_before(claim, ordinary, day) for day in days[:_EARLIER])
    return replace(candidate, earlier=earlier)


def _before(claim: SourceClaim, ordinary: Prices, day: date) -> Prices:
    """The ordinary prices as they were stated before a day on which some of them moved."""
    return {
        name: next((move.value for move in claim.moves.get(name, ()) if move.on >= day), value)
        for name, value in ordinary.items()
    }


def _accepted(base: Mapping[str, Accepted[Value]]) -> Accepted[Prices] | None:
    """The accepted list, and who leads it."""
    held = {name: base[name] for name in ORDINARY if name in base}
    if not held:
        return None
    return Accepted({name: accepted.value for name, accepted in held.items()}, next(iter(held.values())).source)
