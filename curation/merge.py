"""The merge: what sources claim, decided unit by unit.

The precedence rules, in order:

1. Only sources that are an authority for the field are heard. What others say is shown and never published.
2. What its provider no longer lists is frozen; a catalogue that no longer lists the offering is not heard.
3. Token prices are one list, led by one source; others add rates only while their ordinary prices are the lead's. See
   `curation.core.token_list`. Every other field stands for itself.
4. The best standing wins (official, marketplace, catalogue, community, estimate). A source speaks officially for the
   provider whose own it is. What its source calls an estimate has the standing of one. What is not confirmed any more
   ranks one lower, see `curation.trust`. Who repeats the price of the base offering ranks below an equal that states
   the very condition.
5. Among equals the incumbent stays, unless two independent equals outnumber it; without one: more support, the later
   move, declared preference. See `curation.core.seat`.
6. What nobody states is not decided: it is absent, which is unknown. Nothing is filled in.

Pure: plain values in, decisions with reasons out. The day is an argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from curation import price_lists
from curation.core import lines, token_list
from curation.core.seat import MAJORITY, Choice, choose
from curation.core.statements import (
    DERIVING_SOURCE,
    PIN_SOURCE,
    Accepted,
    Decision,
    Listing,
    PinnedValue,
    Quality,
    Reason,
    SourceClaim,
    Voice,
    independent,
    sides,
    slugs,
    voice_of,
)
from curation.price_lists import TOKEN_PRICES, unit_of
from curation.trust import Standing
from registry import fields, rates

__all__ = [
    "DERIVING_SOURCE", "PIN_SOURCE", "Accepted", "Decision", "Listing", "Merged", "PinnedValue", "Quality", "Reason",
    "SourceClaim", "merge", "pinned", "quality", "sides",
]  # fmt: skip

NO_BASE: Final[Mapping[str, Accepted]] = {}


@dataclass(frozen=True, slots=True)
class Merged:
    """What was decided about one offering."""

    decided: dict[str, Decision]
    elsewhere: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Prices that are stated and not decided, since they belong to another price list → the sources."""
    accepted_list: dict[str, Decision] | None = None
    """The token rates beside the accepted ordinary prices, where the lead's are other ones by now: what holds while the
    new list waits."""
    news: dict[str, dict[str, Decision]] = field(default_factory=dict)
    """Unit → what an equal of the lead says since it was seen to move away from it."""
    is_frozen: bool = False
    """Its provider no longer lists it, or nobody does: what is accepted stays."""


def merge(provider: str, claims: Sequence[SourceClaim], *, on: date, base: Mapping[str, Accepted] = NO_BASE) -> Merged:
    """Decides each field that a source with authority states. Fields come in order of name.

    `provider` is the slug of the offering's provider, for which its own sources speak officially; `base` is what was
    accepted before, by field; `on` is the day on which prices are compared.
    """
    heard = [_with_seats(claim, base, on) for claim in claims if claim.listing is not Listing.GONE]
    if is_frozen(provider, claims):
        return Merged({}, is_frozen=True)
    names = sorted({name for claim in heard for name in claim.values})
    merging = _Merging(provider, heard, base, on)
    for _place, name in sorted((price_lists.order(name), name) for name in names if unit_of(name) != TOKEN_PRICES):
        merging.decide(name)
    merging.decide_token_prices([name for name in names if unit_of(name) == TOKEN_PRICES])
    decided = {name: merging.decided[name] for name in sorted(merging.decided)}
    return Merged(decided, merging.elsewhere, merging.accepted_list, merging.news)


def _with_seats(claim: SourceClaim, base: Mapping[str, Accepted], on: date) -> SourceClaim:
    """A claim without the fields that its source dropped and has no seat of. A list that moved takes its rates along."""
    if not claim.dropped:
        return claim
    moved = any(
        name in base and name not in claim.dropped and not fields.agrees(name, value, base[name].value, on=on)
        for name, value in token_list.stated(claim).items()
    )
    kept = {
        name: value
        for name, value in claim.values.items()
        if name not in claim.dropped
        or (name in base and base[name].source == claim.source.slug and not (moved and unit_of(name) == TOKEN_PRICES))
    }
    return replace(claim, values=kept)


def is_frozen(provider: str, claims: Iterable[SourceClaim]) -> bool:
    """Whether the provider's own source delisted the offering, or everybody did: then nothing moves any more."""
    listings = [
        (claim.listing, claim.source.speaks_for == provider) for claim in claims if claim.source.slug != DERIVING_SOURCE
    ]
    official = [listing for listing, own in listings if own]
    gone = official or [listing for listing, _own in listings]
    return bool(gone) and all(listing is Listing.GONE for listing in gone)


class _Merging:
    """One merge while it goes on."""

    def __init__(self, provider: str, claims: Sequence[SourceClaim], base: Mapping[str, Accepted], on: date) -> None:
        self.provider, self.claims, self.base, self.on = provider, claims, base, on
        self.decided: dict[str, Decision] = {}
        self.elsewhere: dict[str, tuple[str, ...]] = {}
        self.accepted_list: dict[str, Decision] | None = None
        self.news: dict[str, dict[str, Decision]] = {}

    def decide(self, name: str) -> None:
        """Decides a field that stands for itself, or hangs on the plain price of its own meter."""
        voices = self._voices(name)
        heard = [voice for voice in voices if price_lists.belongs(name, voice.claim.values, self._ordinary, on=self.on)]
        if heard:
            self.decided[name] = self._choose(name, heard, voices)
        elif voices:
            self.elsewhere[name] = slugs(voices)

    @property
    def _ordinary(self) -> Mapping[str, Any]:
        return {name: decision.value for name, decision in self.decided.items() if name.startswith(rates.PREFIX)}

    def decide_token_prices(self, names: Sequence[str]) -> None:
        """Decides the list, and what is added to it."""
        lead = token_list.lead(self.provider, self.claims, self.base, on=self.on)
        ordinary = dict(lead.ordinary) if lead else {}
        if lead:
            for name in lead.ordinary:
                self.decided[name] = self._of_lead(name, lead)
            if lead.choice.news:
                self.news[TOKEN_PRICES] = self._list_of(lead.choice.news, names, lead)
        added, elsewhere = self._added(names, ordinary, lead.choice.winner.slug if lead else "")
        self.decided |= added
        self.elsewhere |= elsewhere
        before = {name: self.base[name].value for name in price_lists.ORDINARY if name in self.base}
        if before and ordinary and not token_list.is_same(before, ordinary, on=self.on):
            leader = next(self.base[name].source for name in before)
            self.accepted_list = self._added(names, before, leader)[0]

    def _added(
        self, names: Sequence[str], ordinary: Mapping[str, Any], leader: str
    ) -> tuple[dict[str, Decision], dict[str, tuple[str, ...]]]:
        """The rates beside these ordinary prices, and those that are stated beside other ones only."""
        found: dict[str, Decision] = {}
        elsewhere: dict[str, tuple[str, ...]] = {}
        groups: dict[tuple[int, str], list[str]] = {}
        for name in names:
            if name not in ordinary:
                groups.setdefault((price_lists.order(name), price_lists.group_of(name)), []).append(name)
        for _place, group in sorted(groups.items()):
            known = {**ordinary, **{name: decision.value for name, decision in found.items()}}
            for name in group:
                heard = self._heard(name, known)
                if not heard and (voices := self._voices(name)):
                    elsewhere[name] = slugs(voices)
            found |= self._of_group([name for name in group if name not in elsewhere], known)
        added = {name: replace(one, reason=Reason.SAME_LIST) for name, one in found.items() if one.source != leader}
        return found | (added if leader else {}), elsewhere

    def _heard(self, name: str, known: Mapping[str, Any]) -> list[Voice]:
        """Those that may add a rate to a list of these prices."""
        return [v for v in self._voices(name) if price_lists.is_of_list(name, v.claim.values, known, on=self.on)]

    def _of_group(self, group: Sequence[str], known: Mapping[str, Any]) -> dict[str, Decision]:
        """The rates of one condition, batch say: those of one source, filled up by others that agree with it."""
        heard = {name: voices for name in group if (voices := self._heard(name, known))}
        if len(heard) < 2:
            return {name: self._choose(name, voices, self._voices(name)) for name, voices in heard.items()}
        choice = self._lead_of_group(heard)
        parts = {name: self._part_of_group(name, voices, choice) for name, voices in heard.items()}
        widest = max((one.contested_by for one in parts.values() if one and one.contested_by), default=None)
        return {
            name: replace(one, contested_by=widest) if one.contested_by else one for name, one in parts.items() if one
        }

    def _lead_of_group(self, heard: Mapping[str, Sequence[Voice]]) -> Choice:
        lists: dict[str, Voice] = {}
        for name, voices in heard.items():
            for voice in voices:
                said = lists[voice.slug].value if voice.slug in lists else {}
                lists[voice.slug] = replace(voice, value={**said, name: voice.value}, earlier=())
        held = {name: self.base[name] for name in heard if name in self.base}
        before = Accepted({n: one.value for n, one in held.items()}, next(iter(held.values())).source) if held else None
        return choose(list(lists.values()), lambda one, other: token_list.is_same(one, other, on=self.on), before)

    def _part_of_group(self, name: str, heard: Sequence[Voice], choice: Choice) -> Decision | None:
        """One rate of a group: the lead's, or what those that do not contradict the lead add to it."""
        lead = choice.winner
        if name not in lead.value:
            beside = [voice for voice in heard if not self._contradicts(voice, lead.value)]
            return self._choose(name, beside, self._voices(name)) if beside else None
        winner = next(voice for voice in heard if voice.slug == lead.slug)
        apart = [
            _factor(name, winner.value, voice.value[name], self.on)
            for voice in choice.contested
            if name in voice.value and not fields.agrees(name, winner.value, voice.value[name], on=self.on)
        ]
        reason = choice.reason
        return self._decision(name, Choice(winner, reason), self._voices(name), max(apart, default=None), heard)

    def _contradicts(self, voice: Voice, ordinary: Mapping[str, Any]) -> bool:
        said = voice.claim.values
        return any(
            name in said and not fields.agrees(name, said[name], ordinary[name], on=self.on) for name in ordinary
        )

    def _of_lead(self, name: str, lead: token_list.Lead) -> Decision:
        """One ordinary price of the lead."""
        voices = self._voices(name)
        apart = max((_apart(lead.ordinary, voice.value, on=self.on) for voice in lead.choice.contested), default=None)
        winner = next(voice for voice in voices if voice.slug == lead.choice.winner.slug)
        return self._decision(name, Choice(winner, lead.choice.reason), voices, apart)

    def _list_of(self, leader: Voice, names: Sequence[str], lead: token_list.Lead) -> dict[str, Decision]:
        """The whole list of a source that would lead."""
        found = {}
        for name in leader.value:
            voices = self._voices(name)
            winner = next(voice for voice in voices if voice.slug == leader.slug)
            found[name] = self._decision(name, Choice(winner, Reason.LATEST_MOVE), voices)
        return found | self._added(names, leader.value, leader.slug)[0]

    def _voices(self, name: str) -> list[Voice]:
        return [
            voice_of(name, self.provider, claim, self.on)
            for claim in self.claims
            if name in claim.values and claim.source.is_authority_for(name)
        ]

    def _choose(self, name: str, heard: Sequence[Voice], voices: Sequence[Voice]) -> Decision:
        """Decides one field among those that are heard; `voices` are all that state it."""
        choice = choose(heard, lambda one, other: fields.agrees(name, one, other, on=self.on), self.base.get(name))
        apart = max((_factor(name, choice.winner.value, v.value, self.on) for v in choice.contested), default=None)
        if choice.news and unit_of(name) == name:
            moved = Choice(choice.news, Reason.LATEST_MOVE)
            self.news[name] = {name: self._decision(name, moved, voices)}
        return self._decision(name, choice, voices, apart, heard)

    def _decision(
        self,
        name: str,
        choice: Choice,
        voices: Sequence[Voice],
        apart: Decimal | None = None,
        heard: Sequence[Voice] | None = None,
    ) -> Decision:
        winner = choice.winner
        same = [voice for voice in voices if fields.agrees(name, winner.value, voice.value, on=self.on)]
        other = [voice for voice in voices if voice not in same]
        beside = [v for v in (other if heard is None else heard) if v.counts and v.rank > winner.rank]
        is_price = name.startswith(rates.PREFIX)
        time = self._in_time(name, winner, voices) if is_price else {}
        far = max((_factor(name, winner.value, voice.value, self.on) for voice in beside), default=None)
        return Decision(
            winner.value,
            winner.slug,
            choice.reason,
            quality(name, winner, same, is_contested=apart is not None),
            winner.claim.stated_on(name) if winner.claim.stated_on(name) != date.min else None,
            tuple(slug for slug in slugs(same) if slug != winner.slug),
            slugs(other),
            independent(same),
            independent(voices),
            apart if is_price else None,
            far_from=far if is_price else None,
            **time,
        )

    def _in_time(self, name: str, winner: Voice, voices: Sequence[Voice]) -> dict[str, Any]:
        """What of a price line is firm, whether its start is confirmed, and what else is announced."""
        is_official = winner.standing is Standing.OFFICIAL
        to_come = {voice.slug: coming for voice in voices if (coming := lines.later(voice.value, self.on))}
        accepted = lines.later(self.base[name].value, self.on) if name in self.base else ()
        mine = to_come.get(winner.slug, ())
        backed = independent(voice for voice in voices if to_come.get(voice.slug) == mine) >= MAJORITY
        is_firm = is_official or backed or mine == accepted
        return {
            "firm": None if is_firm or not mine else lines.now(winner.value, self.on),
            "is_unconfirmed": not is_official
            and lines.is_unconfirmed(winner.value, self.on, winner.claim.confirmed_on),
            "announced": tuple(
                (slug, coming)
                for slug, coming in sorted(to_come.items())
                if coming != accepted and not (slug == winner.slug and is_firm)
            ),
        }


def quality(name: str, winner: Voice, same: Sequence[Voice], *, is_contested: bool = False) -> Quality:
    """How sure a value is that `winner` states now, and `same` say too."""
    if winner.standing is Standing.ESTIMATE:
        return Quality.ESTIMATED
    if is_contested:
        return Quality.PARTIAL
    is_official = winner.standing is Standing.OFFICIAL and winner.counts
    return Quality.VERIFIED if is_official or independent(same) >= 2 else Quality.PARTIAL


def pinned(name: str, pin: PinnedValue, provider: str, claims: Iterable[SourceClaim], *, on: date) -> Decision:
    """The account of a pin: who agrees with it, and who does not."""
    voices = [
        voice_of(name, provider, claim, on)
        for claim in claims
        if name in claim.values and claim.source.is_authority_for(name)
    ]
    same = [voice for voice in voices if fields.agrees(name, pin.value, voice.value, on=on)]
    sure = pin.has_evidence or any(voice.standing is Standing.OFFICIAL and voice.counts for voice in same)
    return Decision(
        pin.value,
        PIN_SOURCE,
        Reason.PINNED,
        Quality.VERIFIED if sure else Quality.PARTIAL,
        pin.pinned_on,
        slugs(same),
        slugs(voice for voice in voices if voice not in same),
        independent(same),
        independent(voices),
    )


def _apart(one: Mapping[str, Any], other: Mapping[str, Any], *, on: date) -> Decimal:
    """How far two lists are apart, as a factor: the largest of their shared prices."""
    return max((_factor(name, one[name], other[name], on) for name in one.keys() & other.keys()), default=Decimal(1))


def _factor(name: str, one: Any, other: Any, on: date) -> Decimal:
    """How far two values are apart, without direction. Infinite where no factor tells: free, or another currency."""
    if not name.startswith(rates.PREFIX):
        return Decimal(1)
    first, second = rates.point_on(one or (), on), rates.point_on(other or (), on)
    if first is None or second is None:
        return Decimal(1)
    if not first.amount or not second.amount or first.currency != second.currency:
        return Decimal(1) if (first.state, first.currency) == (second.state, second.currency) else Decimal("Infinity")
    return max(first.amount / second.amount, second.amount / first.amount)
