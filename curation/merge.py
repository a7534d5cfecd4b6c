"""The merge: what sources claim and curators pinned, decided field by field.

The law, in order:

1. A pin wins, always, until it is released or expires.
2. Only sources that are an authority for the field are heard. What others say is shown and never published.
3. Among those, the best standing wins (official, marketplace, catalogue, community, estimate). A source speaks
   officially for the provider whose own it is. What its source calls an estimate has the standing of one.
4. Among equals, the freshest statement wins, then the value with more independent voices, then declared preference.
5. What nobody states is not decided: it is absent, which is unknown. Nothing is filled in.

Pure: plain values in, decisions with reasons out. The day is an argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from curation.trust import SourceFacts, Standing
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

    @property
    def voice(self) -> str:
        """Whose statement this really is, for counting independent agreement."""
        return self.origin or self.source.voice

    def stated_on(self, name: str) -> date:
        since = self.since.get(name, date.min)
        return min(since, self.as_of) if self.as_of and since != date.min else self.as_of or since


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


@dataclass(frozen=True, slots=True)
class _Voice:
    claim: SourceClaim
    value: Any
    standing: Standing
    stated_on: date

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
    names = sorted({name for claim in claims for name in claim.values} | set(pins))
    decided = {name: _decide(name, provider, claims, pins.get(name), on) for name in names}
    return {name: decision for name, decision in decided.items() if decision is not None}


def sides(name: str, value: Any, claims: Iterable[SourceClaim], *, on: date) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The sources with authority over a field that state this value, and those that state another."""
    heard = [c for c in claims if name in c.values and c.source.is_authority_for(name)]
    same = [c.source.slug for c in heard if fields.agrees(name, value, c.values[name], on=on)]
    return tuple(sorted(same)), tuple(sorted({c.source.slug for c in heard} - set(same)))


def _decide(
    name: str, provider: str, claims: Iterable[SourceClaim], pin: PinnedValue | None, on: date
) -> Decision | None:
    voices = [_voice(name, provider, c) for c in claims if name in c.values and c.source.is_authority_for(name)]
    if pin:
        same, other = _sides(name, pin.value, voices, on)
        sure = pin.has_evidence or any(v.standing is Standing.OFFICIAL for v in same)
        quality = Quality.VERIFIED if sure else Quality.PARTIAL
        return Decision(pin.value, PIN_SOURCE, Reason.PINNED, quality, pin.pinned_on, _slugs(same), _slugs(other))
    if not voices:
        return None
    winner, reason = _winner(name, voices, on)
    same, other = _sides(name, winner.value, voices, on)
    return Decision(
        winner.value,
        winner.slug,
        reason,
        _quality(winner, same),
        winner.stated_on if winner.stated_on != date.min else None,
        tuple(slug for slug in _slugs(same) if slug != winner.slug),
        _slugs(other),
    )


def _voice(name: str, provider: str, claim: SourceClaim) -> _Voice:
    standing = Standing.ESTIMATE if name in claim.estimates else claim.source.standing_towards(provider)
    return _Voice(claim, claim.values[name], standing, claim.stated_on(name))


def _winner(name: str, voices: list[_Voice], on: date) -> tuple[_Voice, Reason]:
    """The best voice, and the first step of the law at which it stood alone."""
    if len(voices) == 1:
        derived = voices[0].slug == DERIVING_SOURCE
        return voices[0], Reason.DERIVED if derived else Reason.ONLY_SOURCE
    best = min(voice.standing.rank for voice in voices)
    left = [voice for voice in voices if voice.standing.rank == best]
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


def _quality(winner: _Voice, same: Sequence[_Voice]) -> Quality:
    if winner.standing is Standing.ESTIMATE:
        return Quality.ESTIMATED
    firm = [voice for voice in same if voice.standing is not Standing.ESTIMATE]
    if winner.standing is Standing.OFFICIAL or _independent(firm) >= 2:
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
