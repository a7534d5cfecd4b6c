"""The merge: what sources claim, decided unit by unit.

The precedence rules, in order:

1. Only sources that are an authority for the field count. What others state is shown and never published.
2. What its provider no longer lists is frozen; a catalogue that no longer lists the offering does not count.
3. Token prices are one list, led by one source; others add rates only while their ordinary prices are the lead's. See
   `curation.core.token_list`. Every other field is decided by itself.
4. The best source type wins (official, marketplace, catalogue, community, estimate). A source speaks officially for the
   provider whose own it is. What its source calls an estimate has that type. What is not confirmed any more ranks one
   lower, see `curation.core.authority`. A source that repeats the price of the base offering ranks below an equal
   that states the exact condition.
5. Among equals the incumbent stays, unless two independent equals outnumber it; without one: more support, the later
   move, declared preference. See `curation.core.seat`.
6. What nobody states is not decided: it is absent, which means unknown. Nothing is filled in.

Pure: plain values in, decisions with reasons out. The day is an argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from curation.core import modality_flags, price_lists, token_list
from curation.core.authority import SourceType
from curation.core.candidates import candidates_of, independent, slugs, split
from curation.core.claims_by_field import ClaimsByField, quality
from curation.core.price_lists import TOKEN_PRICES, unit_of
from curation.core.seat import Choice
from curation.core.statements import (
    DERIVING_SOURCE,
    PIN_SOURCE,
    Accepted,
    Decision,
    Listing,
    PinnedValue,
    Reason,
    SourceClaim,
)
from registry.domain import fields, rates
from registry.domain.fields import Value
from registry.domain.provenance import Quality

__all__ = [
    "DERIVING_SOURCE", "PIN_SOURCE", "Accepted", "Decision", "Listing", "Merged", "PinnedValue", "Reason",
    "SourceClaim", "merge", "pinned", "quality",
]  # fmt: skip

NO_BASE: Final[Mapping[str, Accepted[Value]]] = {}


@dataclass(frozen=True, slots=True)
class Merged:
    """What was decided about one offering."""

    decided: dict[str, Decision]
    elsewhere: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Prices that are not decided since they belong to another price list → the sources that state them."""
    accepted_list: dict[str, Decision] | None = None
    """The token rates beside the accepted ordinary prices, where the lead has other ones by now. They hold while
    the new list waits."""
    news: dict[str, dict[str, Decision]] = field(default_factory=dict)
    """Unit → what an equal of the lead states since it was seen to move away from it."""
    is_frozen: bool = False
    """Its provider no longer lists it, or nobody does: what is accepted stays."""


def merge(
    provider: str, claims: Sequence[SourceClaim], *, on: date, base: Mapping[str, Accepted[Value]] = NO_BASE
) -> Merged:
    """Decides each field that a source with authority states. Fields come in order of name.

    `provider` is the slug of the offering's provider, for which its own sources speak officially; `base` is what was
    accepted before, by field; `on` is the day on which prices are compared.
    """
    heard = [_with_seats(claim, base, on) for claim in claims if claim.listing is not Listing.GONE]
    if is_frozen(provider, claims):
        return Merged({}, is_frozen=True)
    by_field = ClaimsByField(provider, heard, base, on)
    merged = Merged({})
    alone = (name for name in by_field.names() if unit_of(name) != TOKEN_PRICES)
    for name in sorted(alone, key=_order):  # a plain price and a list of modalities before those that depend on it
        _decide_alone(name, by_field, merged)
    prices = token_list.token_prices(by_field)
    decided = merged.decided | prices.decided
    if prices.news is not None:
        merged.news[TOKEN_PRICES] = prices.news
    return replace(
        merged,
        decided={name: decided[name] for name in sorted(decided)},
        elsewhere=merged.elsewhere | prices.elsewhere,
        accepted_list=prices.accepted_list,
    )


def _order(name: str) -> tuple[int, bool]:
    return price_lists.order(name), modality_flags.repeats(name)


def is_coherent(name: str, claim_values: Mapping[str, Value], decided: Mapping[str, Value], *, on: date) -> bool:
    """Whether a source that states these values counts for a field: its price list and its lists of modalities agree
    with what is decided.
    """
    return price_lists.belongs(name, claim_values, decided, on=on) and modality_flags.is_beside(
        name, claim_values, decided
    )


def _decide_alone(name: str, by_field: ClaimsByField, merged: Merged) -> None:
    """Decides a field outside of the token list. It may depend on the plain price of its meter, or a modality list."""
    candidates = by_field.candidates(name)
    plain = {
        n: decision.value
        for n, decision in merged.decided.items()
        if n.startswith(rates.PREFIX) or n in modality_flags.LISTS
    }
    heard = [candidate for candidate in candidates if is_coherent(name, candidate.claim.values, plain, on=by_field.on)]
    if not heard:
        if candidates:
            merged.elsewhere[name] = slugs(candidates)
        return
    choice = by_field.choose(name, heard)
    merged.decided[name] = by_field.decision(name, choice, apart=by_field.apart(name, choice), heard=heard)
    if choice.news:
        merged.news[name] = {name: by_field.decision(name, Choice(choice.news, Reason.LATEST_MOVE))}


def _with_seats(claim: SourceClaim, base: Mapping[str, Accepted[Value]], on: date) -> SourceClaim:
    """The claim without dropped fields of which its source is not the incumbent. A list that moved drops its rates."""
    if not claim.dropped:
        return claim
    list_moved = any(
        name in base and name not in claim.dropped and not fields.agrees(name, value, base[name].value, on=on)
        for name, value in token_list.stated(claim).items()
    )
    values = {
        name: value
        for name, value in claim.values.items()
        if name not in claim.dropped
        or (
            name in base
            and base[name].source == claim.source.slug
            and not (list_moved and unit_of(name) == TOKEN_PRICES)
        )
    }
    return replace(claim, values=values)


def is_frozen(provider: str, claims: Iterable[SourceClaim]) -> bool:
    """Whether the provider's own source delisted the offering, or everybody did: then nothing moves any more.

    A person who takes back all that was stated by hand does not delist: those values are asked about.
    """
    listings = [
        (claim.listing, claim.source.speaks_for == provider)
        for claim in claims
        if claim.source.slug != DERIVING_SOURCE and claim.values
    ]
    official = [listing for listing, own in listings if own]
    gone = official or [listing for listing, _own in listings]
    return bool(gone) and all(listing is Listing.GONE for listing in gone)


def pinned(name: str, pin: PinnedValue, provider: str, claims: Iterable[SourceClaim], *, on: date) -> Decision:
    """The account of a pin: who agrees with it, and who does not."""
    candidates = candidates_of(name, provider, claims, on=on)
    same, other = split(name, pin.value, candidates, on=on)
    sure = pin.has_evidence or any(
        candidate.source_type is SourceType.OFFICIAL and candidate.counts for candidate in same
    )
    return Decision(
        pin.value,
        PIN_SOURCE,
        Reason.PINNED,
        Quality.VERIFIED if sure else Quality.PARTIAL,
        pin.pinned_on,
        slugs(same),
        slugs(other),
        independent(same),
        independent(candidates),
    )
