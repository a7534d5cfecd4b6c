"""What each source states of one field, as candidates for it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic

from curation.core.authority import SourceType, weight
from curation.core.statements import Prices, SourceClaim, V
from registry.domain import fields
from registry.values import Value


@dataclass(frozen=True, slots=True)
class Candidate(Generic[V]):
    """What one source states of one field (or of one price list), as a candidate for it."""

    claim: SourceClaim
    value: V
    source_type: SourceType
    rank: tuple[int, bool]
    """The key by which candidates are compared, lower is better: the weight of the source, then whether it only repeats
    the price of the base offering."""
    counts: bool
    """Whether it counts where independent sources are counted."""
    is_dropped: bool = False
    """Whether the source lists the offering and states the field no longer."""
    moved_on: date | None = None
    """The last day on which it was seen to move, or from which it dates its own word."""
    earlier: tuple[V, ...] = ()
    """What it stated before it was seen to move."""

    @property
    def slug(self) -> str:
        """The source."""
        return self.claim.source.slug


def candidate_of(name: str, provider: str, claim: SourceClaim, on: date) -> Candidate[Value]:
    """A claim as a candidate for a field."""
    heard = claim.heard(name, provider, on)
    moves = claim.moves.get(name, ())
    return Candidate(
        claim,
        claim.values[name],
        heard.source_type,
        (weight(heard.source_type, aged=heard.is_aged), claim.repeats_base),
        heard.counts,
        name in claim.dropped,
        moves[-1].on if moves else None,
        tuple(move.value for move in moves),
    )


def folded(by_field: Mapping[str, Candidate[Value]]) -> Candidate[Prices]:
    """What one source says of several fields as one candidate: it ranks as the worst of them."""
    candidates = list(by_field.values())
    worst = max(candidates, key=lambda candidate: candidate.rank)
    return Candidate(
        worst.claim,
        {name: candidate.value for name, candidate in by_field.items()},
        worst.source_type,
        worst.rank,
        counts=all(candidate.counts for candidate in candidates),
        is_dropped=any(candidate.is_dropped for candidate in candidates),
        moved_on=max((candidate.moved_on for candidate in candidates if candidate.moved_on), default=None),
    )


def independent(candidates: Iterable[Candidate[Any]]) -> int:
    """How many independent sources these are: copies of one origin, and all sources of one provider, are one."""
    return len({candidate.claim.counted_as for candidate in candidates if candidate.counts})


def slugs(candidates: Iterable[Candidate[Any]]) -> tuple[str, ...]:
    """The sources that state it still, by name."""
    return tuple(sorted({candidate.slug for candidate in candidates if not candidate.is_dropped}))


def candidates_of(name: str, provider: str, claims: Iterable[SourceClaim], *, on: date) -> list[Candidate[Value]]:
    """The claims that state a field with authority, as candidates for it."""
    return [
        candidate_of(name, provider, claim, on)
        for claim in claims
        if name in claim.values and claim.source.is_authority_for(name)
    ]


def split(
    name: str, value: Value, candidates: Iterable[Candidate[Value]], *, on: date
) -> tuple[list[Candidate[Value]], list[Candidate[Value]]]:
    """Those that state a value, and those that state another."""
    same: list[Candidate[Value]] = []
    other: list[Candidate[Value]] = []
    for candidate in candidates:
        (same if fields.agrees(name, value, candidate.value, on=on) else other).append(candidate)
    return same, other
