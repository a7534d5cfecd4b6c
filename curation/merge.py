"""The merge: what sources claim and curators pinned, decided field by field.

The law, in order:

1. A pin wins, always, until it is released or expires.
2. Only sources that are an authority for the field are heard. What others say is shown and never published.
3. A price list is coherent: who states a special price (batch, cache, long requests, a region, …) is heard about it
   only while the ordinary prices it states itself are the decided ones. See `curation.price_lists`.
4. Among those, the best standing wins (official, marketplace, catalogue, community, estimate). A source speaks
   officially for the provider whose own it is. What its source calls an estimate has the standing of one. What is not
   confirmed any more ranks one lower. See `curation.trust`.
5. Among equals, the freshest statement wins, then the value with more independent voices, then declared preference.
6. What nobody states is not decided: it is absent, which is unknown. Nothing is filled in.

Pure: plain values in, decisions with reasons out. The day is an argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from curation import price_lists
from curation.trust import SourceFacts, Standing, is_aged, weight
from registry import fields


class Reason(StrEnum):
    """Why a value won. Shown in the admin and the API, so the words are part of the contract."""

    PINNED = "pinned"
    ONLY_SOURCE = "only source"
    BEST_STANDING = "best standing"
    FRESHEST = "freshest"
    MOST_VOICES = "most voices"
    PREFERRED = "preferred source"
    DERIVED = "derived"
    WITHDRAWN = "withdrawn"
    """Nobody states it any more; the proposal is to publish nothing."""


class Quality(StrEnum):
    """How sure a value is: computed here and nowhere else."""

    VERIFIED = "verified"
    PARTIAL = "partial"
    ESTIMATED = "estimated"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SourceClaim:
    """What one source states about the offering in question, as the merge sees it."""

    source: SourceFacts
    values: Mapping[str, Any]
    since: Mapping[str, date] = field(default_factory=dict)
    """Per field, the day since when the source has said so."""
    as_of: date | None = None
    """The source's own date of its statement; it stands in where `since` is silent, and never makes a claim newer."""
    estimates: frozenset[str] = frozenset()
    origin: str = ""
    """The source that this statement was taken from, when it is not the source's own."""
    confirmed_on: date | None = None
    """The day on which the source was last read well and still said so; None where that is not known."""
    unreadable: Mapping[str, date] = field(default_factory=dict)
    """Fields that the source could not be read about since: what it said on that day stands until it can."""

    @property
    def voice(self) -> str:
        """Whose statement this really is, for counting independent agreement."""
        return self.origin or self.source.voice

    def stated_on(self, name: str) -> date:
        since = self.since.get(name, date.min)
        return min(since, self.as_of) if self.as_of and since != date.min else self.as_of or since

    def standing(self, name: str, provider: str) -> Standing:
        """What its word on a field is worth for the offerings of a provider."""
        return Standing.ESTIMATE if name in self.estimates else self.source.standing_towards(provider)

    def is_aged(self, name: str, provider: str, on: date) -> bool:
        """Whether its word on a field has lost weight, since nobody confirms it any more."""
        standing = self.source.standing_towards(provider)
        confirmed_on = self.unreadable.get(name, self.confirmed_on)
        return is_aged(standing, confirmed_on=confirmed_on, as_of=self.as_of, on=on)


@dataclass(frozen=True, slots=True)
class PinnedValue:
    """A pin in force."""

    value: Any
    has_evidence: bool = False
    author: str = ""
    pinned_on: date = date.min


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided for one field, and why."""

    value: Any
    source: str
    reason: Reason
    quality: Quality
    stated_on: date | None
    agreeing: tuple[str, ...] = ()
    """Other sources that say the same; copies of one origin are all named here, but counted once for quality."""
    disagreeing: tuple[str, ...] = ()
    """Sources with authority over the field that say something else."""
    agree: int = 1
    """How many independent voices state the value: copies of one origin are one."""
    of: int = 1
    """How many independent voices state anything about the field."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What was decided about one offering."""

    decided: dict[str, Decision]
    elsewhere: dict[str, tuple[str, ...]]
    """Prices that are stated and not decided, since they belong to another price list → the sources."""


@dataclass(frozen=True, slots=True)
class _Voice:
    claim: SourceClaim
    value: Any
    standing: Standing
    rank: int
    stated_on: date
    belongs: bool
    """Whether it is of the decided price list; see `curation.price_lists`."""

    @property
    def slug(self) -> str:
        return self.claim.source.slug


PIN_SOURCE = "pin"
DERIVING_SOURCE = "identity"


def merge(
    provider: str,
    claims: Sequence[SourceClaim],
    pins: Mapping[str, PinnedValue],
    *,
    on: date,
) -> dict[str, Decision]:
    """Decides each field that a source with authority states or a curator pinned. Fields come in order of name.

    `provider` is the slug of the offering's provider, for which one of the sources may speak officially; `on` is the
    day on which prices are compared.
    """
    return merge_lists(provider, claims, pins, on=on).decided


def merge_lists(provider: str, claims: Sequence[SourceClaim], pins: Mapping[str, PinnedValue], *, on: date) -> Merged:
    """The same, with the prices that were left out because they belong to another price list.

    Which list that is, is decided among the sources: a pin holds for its own field and moves no other.
    """
    names = {name for claim in claims for name in claim.values} | set(pins)
    decided: dict[str, Decision] = {}
    lists = price_lists.PriceLists(on)
    elsewhere: dict[str, tuple[str, ...]] = {}
    for place, name in sorted((price_lists.order(name), name) for name in names):
        voices = [
            _voice(name, provider, claim, on, place == 0 or lists.include(name, claim.values))
            for claim in claims
            if name in claim.values and claim.source.is_authority_for(name)
        ]
        heard = [voice for voice in voices if voice.belongs]
        among_sources = _decide(name, voices, heard, on) if heard else None
        if among_sources and place < 2:
            lists.ordinary[name] = among_sources.value
        if pin := pins.get(name):
            decided[name] = _pinned(name, pin, voices, on)
        elif among_sources:
            decided[name] = among_sources
        elif voices:
            elsewhere[name] = _slugs(voices)
    return Merged({name: decided[name] for name in sorted(decided)}, elsewhere)


def sides(name: str, value: Any, claims: Iterable[SourceClaim], *, on: date) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The sources with authority over a field that state this value, and those that state another."""
    heard = [c for c in claims if name in c.values and c.source.is_authority_for(name)]
    same = [c.source.slug for c in heard if fields.agrees(name, value, c.values[name], on=on)]
    return tuple(sorted(same)), tuple(sorted({c.source.slug for c in heard} - set(same)))


def agreement(name: str, value: Any, claims: Iterable[SourceClaim], *, on: date) -> tuple[int, int]:
    """How many independent voices with authority over a field state this value, and how many state anything."""
    heard = [c for c in claims if name in c.values and c.source.is_authority_for(name)]
    same = {c.voice for c in heard if fields.agrees(name, value, c.values[name], on=on)}
    return len(same), len({c.voice for c in heard})


def _pinned(name: str, pin: PinnedValue, voices: Sequence[_Voice], on: date) -> Decision:
    same, other = _sides(name, pin.value, voices, on)
    sure = pin.has_evidence or any(v.standing is Standing.OFFICIAL for v in same)
    return Decision(
        pin.value,
        PIN_SOURCE,
        Reason.PINNED,
        Quality.VERIFIED if sure else Quality.PARTIAL,
        pin.pinned_on,
        _slugs(same),
        _slugs(other),
        _independent(same),
        _independent(voices),
    )


def _decide(name: str, voices: Sequence[_Voice], heard: list[_Voice], on: date) -> Decision:
    winner, reason = _winner(name, heard, on)
    same, other = _sides(name, winner.value, voices, on)
    return Decision(
        winner.value,
        winner.slug,
        reason,
        _quality(name, winner, same),
        winner.stated_on if winner.stated_on != date.min else None,
        tuple(slug for slug in _slugs(same) if slug != winner.slug),
        _slugs(other),
        _independent(same),
        _independent(voices),
    )


def _voice(name: str, provider: str, claim: SourceClaim, on: date, belongs: bool) -> _Voice:
    standing = claim.standing(name, provider)
    rank = weight(standing, aged=claim.is_aged(name, provider, on))
    return _Voice(claim, claim.values[name], standing, rank, claim.stated_on(name), belongs)


def _winner(name: str, voices: list[_Voice], on: date) -> tuple[_Voice, Reason]:
    """The best voice, and the first step of the law at which it stood alone."""
    if len(voices) == 1:
        derived = voices[0].slug == DERIVING_SOURCE
        return voices[0], Reason.DERIVED if derived else Reason.ONLY_SOURCE
    best = min(voice.rank for voice in voices)
    left = [voice for voice in voices if voice.rank == best]
    if len(left) == 1:
        return left[0], Reason.BEST_STANDING
    freshest = max(voice.stated_on for voice in left)
    fresh = [voice for voice in left if voice.stated_on == freshest]
    if len(fresh) == 1:
        return fresh[0], Reason.FRESHEST
    support = {voice.slug: _independent(_sides(name, voice.value, voices, on)[0]) for voice in fresh}
    most = max(support.values())
    backed = [voice for voice in fresh if support[voice.slug] == most]
    chosen = min(backed, key=lambda voice: (voice.claim.source.preference, voice.slug))
    if len(backed) < len(fresh) and all(fields.agrees(name, chosen.value, v.value, on=on) for v in backed):
        return chosen, Reason.MOST_VOICES
    return chosen, Reason.PREFERRED


def _quality(name: str, winner: _Voice, same: Sequence[_Voice]) -> Quality:
    if winner.standing is Standing.ESTIMATE:
        return Quality.ESTIMATED
    # What a source said before it could not be read is not what it says today.
    readable = [voice for voice in same if name not in voice.claim.unreadable]
    firm = [voice for voice in readable if voice.standing is not Standing.ESTIMATE]
    if (winner.standing is Standing.OFFICIAL and winner in readable) or _independent(firm) >= 2:
        return Quality.VERIFIED
    return Quality.PARTIAL


def _sides(name: str, value: Any, voices: Iterable[_Voice], on: date) -> tuple[list[_Voice], list[_Voice]]:
    same: list[_Voice] = []
    other: list[_Voice] = []
    for voice in voices:
        (same if fields.agrees(name, value, voice.value, on=on) else other).append(voice)
    return same, other


def _independent(voices: Iterable[_Voice]) -> int:
    """How many independent voices these are: copies of one origin are one."""
    return len({voice.claim.voice for voice in voices})


def _slugs(voices: Iterable[_Voice]) -> tuple[str, ...]:
    return tuple(sorted(voice.slug for voice in voices))
