"""The token prices of an offering: one list, led by one source. Pure.

The ordinary prices (input and output of text) come from one source, the lead. Others add a rate only while their
ordinary prices are the lead's, or while they state none. So every published list was stated whole by a source,
or is such a list with rates of the same list added.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from curation.core.added_rates import added
from curation.core.candidates import Candidate
from curation.core.claims_by_field import ClaimsByField, factor
from curation.core.price_lists import ORDINARY, is_same
from curation.core.seat import Choice
from curation.core.statements import Decision, Prices, Reason, SourceClaim

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


def token_prices(by_field: ClaimsByField) -> TokenPrices:
    """Decides the list, and the rates that are added to it."""
    heard = {name: by_field.candidates(name) for name in ORDINARY}
    candidates = [_with_earlier(candidate) for candidate in by_field.lists(heard)]
    if not candidates:
        rates_alone = added(by_field, {}, "")
        return TokenPrices(rates_alone.decided, rates_alone.elsewhere, None, None)
    accepted = by_field.accepted_list(ORDINARY)
    choice = by_field.choose_list(candidates, accepted)
    ordinary = choice.winner.value
    beside = added(by_field, ordinary, choice.winner.slug)
    beside_accepted = None
    if accepted and not is_same(accepted.value, ordinary, on=by_field.on):
        beside_accepted = added(by_field, accepted.value, accepted.source).decided
    news = _list_of(by_field, choice.news) if choice.news else None
    return TokenPrices(_ordinary(by_field, choice) | beside.decided, beside.elsewhere, beside_accepted, news)


def _ordinary(by_field: ClaimsByField, choice: Choice[Prices]) -> dict[str, Decision]:
    """The ordinary prices of the lead."""
    lead, on = choice.winner, by_field.on
    apart = [_apart(lead.value, candidate.value, on) for candidate in choice.contested]
    widest = max((factor for factor in apart if factor is not None), default=None)
    return {
        name: by_field.decision(name, Choice(by_field.candidate(name, lead.slug), choice.reason), apart=widest)
        for name in lead.value
    }


def _apart(left: Prices, right: Prices, on: date) -> Decimal | None:
    """How far two lists are apart, as a factor: the largest of their shared prices; None where they share none."""
    return max((factor(name, left[name], right[name], on) for name in left.keys() & right.keys()), default=None)


def _list_of(by_field: ClaimsByField, leader: Candidate[Prices]) -> dict[str, Decision]:
    """The whole list of a source that would lead."""
    ordinary = {
        name: by_field.decision(name, Choice(by_field.candidate(name, leader.slug), Reason.LATEST_MOVE))
        for name in leader.value
    }
    return ordinary | added(by_field, leader.value, leader.slug).decided


def stated(claim: SourceClaim) -> Prices:
    """The ordinary prices that a claim states with authority."""
    return {
        name: claim.values[name] for name in ORDINARY if name in claim.values and claim.source.is_authority_for(name)
    }


def _with_earlier(candidate: Candidate[Prices]) -> Candidate[Prices]:
    """The list of a source, with the lists that it was seen to state before."""
    claim, ordinary = candidate.claim, candidate.value
    days = sorted({move.on for name in ordinary for move in claim.moves.get(name, ())}, reverse=True)
    return replace(candidate, earlier=tuple(_before(claim, ordinary, day) for day in days[:_EARLIER]))


def _before(claim: SourceClaim, ordinary: Prices, day: date) -> Prices:
    """The ordinary prices as they were stated before a day on which some of them moved."""
    return {
        name: next((move.value for move in claim.moves.get(name, ()) if move.on >= day), value)
        for name, value in ordinary.items()
    }
