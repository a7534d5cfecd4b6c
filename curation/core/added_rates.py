"""The rates beside the ordinary prices of a token list: batch, cache, long requests, audio. Pure.

A source may add a rate while it states the ordinary prices of the list, or none. The rates of one condition (for
example batch input and output) come from one source. Others that do not contradict it add what it lacks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import groupby

from curation.core import price_lists
from curation.core.candidates import Candidate, slugs
from curation.core.claims_by_field import ClaimsByField, factor
from curation.core.price_lists import ORDINARY, TOKEN_PRICES, unit_of
from curation.core.seat import Choice
from curation.core.statements import Decision, Prices, Reason
from registry.domain import fields
from registry.domain.fields import Value

Heard = Mapping[str, Sequence[Candidate[Value]]]
"""Rate → the sources that may add it."""


@dataclass(slots=True)
class Added:
    """What is added to a list."""

    decided: dict[str, Decision] = field(default_factory=dict)
    elsewhere: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Rates that are stated beside other ordinary prices only → the sources."""


def added(by_field: ClaimsByField, ordinary: Mapping[str, Value], leader: str) -> Added:
    """The rates beside these ordinary prices. `leader` is the source of those, "" where there are none."""
    rates = Added()
    names = [name for name in by_field.names() if unit_of(name) == TOKEN_PRICES and name not in ordinary]
    for _place, group in groupby(sorted(names, key=_place_of), key=_place_of):
        prices = {**ordinary, **{name: decision.value for name, decision in rates.decided.items()}}
        _add(by_field, list(group), prices, rates)
    if leader:
        rates.decided = {
            name: decision if decision.source == leader else replace(decision, reason=Reason.SAME_LIST)
            for name, decision in rates.decided.items()
        }
    return rates


def _place_of(name: str) -> tuple[bool, int, str]:
    """When a rate is decided: an ordinary price before all that depend on it, the rates of one condition together."""
    return name not in ORDINARY, price_lists.order(name), price_lists.group_of(name)


def _add(by_field: ClaimsByField, group: Sequence[str], prices: Mapping[str, Value], rates: Added) -> None:
    """Adds the rates of one condition."""
    heard: dict[str, list[Candidate[Value]]] = {}
    for name in group:
        candidates = by_field.candidates(name)
        if of_list := [v for v in candidates if price_lists.is_of_list(name, v.claim.values, prices, on=by_field.on)]:
            heard[name] = of_list
        elif candidates:
            rates.elsewhere[name] = slugs(candidates)
    rates.decided |= _group(by_field, heard)


def _group(by_field: ClaimsByField, heard: Heard) -> dict[str, Decision]:
    if len(heard) < 2:
        return {name: by_field.decide(name, candidates) for name, candidates in heard.items()}
    choice = _lead(by_field, heard)
    parts = {name: part for name, candidates in heard.items() if (part := _part(by_field, name, candidates, choice))}
    widest = max((part.contested_by for part in parts.values() if part.contested_by), default=None)
    return {name: replace(part, contested_by=widest) if part.contested_by else part for name, part in parts.items()}


def _lead(by_field: ClaimsByField, heard: Heard) -> Choice[Prices]:
    """The source whose rates of the condition are taken, and the equals that would contest it without an incumbent."""
    candidates = by_field.lists(heard)
    first = by_field.choose_list(candidates, None)
    choice = by_field.choose_list(candidates, by_field.accepted_list(heard))
    return replace(choice, contested=(first.winner, *first.contested))


def _part(
    by_field: ClaimsByField, name: str, heard: Sequence[Candidate[Value]], choice: Choice[Prices]
) -> Decision | None:
    """One rate of a condition: the lead's, or what those that do not contradict the lead add to it."""
    lead = choice.winner
    if name not in lead.value:
        beside = [candidate for candidate in heard if not _contradicts(candidate, lead.value, by_field)]
        return by_field.decide(name, beside) if beside else None
    winner = by_field.candidate(name, lead.slug)
    # An incumbent of another rate of the condition is no incumbent of a rate that was never accepted.
    contesting = [
        candidate.value[name] for candidate in choice.contested if name in candidate.value and name not in by_field.base
    ]
    apart: list[Decimal] = [
        factor(name, winner.value, value, by_field.on)
        for value in contesting
        if not fields.agrees(name, winner.value, value, on=by_field.on)
    ]
    return by_field.decision(name, Choice(winner, choice.reason), apart=max(apart, default=None), heard=heard)


def _contradicts(candidate: Candidate[Value], prices: Mapping[str, Value], by_field: ClaimsByField) -> bool:
    values = candidate.claim.values
    return any(
        name in values and not fields.agrees(name, values[name], prices[name], on=by_field.on) for name in prices
    )
