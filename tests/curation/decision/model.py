"""An executable model of laws 1, 3 and 4 for one price list among sources of equal rank. An oracle for the tests.

It was searched by brute force for contradictions between the laws. It knows no policies, no limits and no dates: a
list is its ordinary prices and, where they are stated, its batch prices.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

HALF = Decimal("1.5")
"""From this factor on a change waits, unless two sources state it."""
TEN = Decimal(10)
"""From this factor on a change waits."""

Ordinary = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Stated:
    """What one source states today."""

    source: str
    ordinary: Ordinary
    batch: Ordinary | None = None
    moved_on: int = -1
    """The day on which its ordinary prices were last seen to move; -1 for never."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A published list and the source whose it is."""

    lead: str
    ordinary: Ordinary
    batch: Ordinary | None = None


def decide(base: Accepted | None, claims: Collection[Stated]) -> Accepted | None:
    """The list that is published after a reading. `base` is what was accepted when the day began."""
    if not claims:
        return base
    support = Counter(claim.ordinary for claim in claims)
    if base is None:
        return _first(claims, support)
    seat = next((claim for claim in claims if claim.source == base.lead), None)
    chosen = _chosen(seat, claims, support)
    if chosen.ordinary == base.ordinary:
        return _complete(seat if seat and seat.ordinary == chosen.ordinary else chosen, claims)
    size = factor(base.ordinary, chosen.ordinary)
    if size < TEN and (support[chosen.ordinary] >= 2 or size < HALF):
        return _complete(chosen, claims)
    return base


def _first(claims: Collection[Stated], support: Counter[Ordinary]) -> Accepted | None:
    """A first list: nothing where equals without a majority are far apart."""
    lead = min(claims, key=lambda claim: _order(claim, support))
    others = [claim for claim in claims if claim.ordinary != lead.ordinary]
    is_tied = any(support[claim.ordinary] == support[lead.ordinary] for claim in others)
    if is_tied and max(factor(lead.ordinary, claim.ordinary) for claim in others) >= HALF:
        return None
    return _complete(lead, claims)


def _chosen(seat: Stated | None, claims: Collection[Stated], support: Counter[Ordinary]) -> Stated:
    """The incumbent, unless two or more others outnumber it."""
    most = max(support.values())
    if seat and not (most >= 2 and support[seat.ordinary] < most):
        return seat
    left = [claim for claim in claims if support[claim.ordinary] == most] if seat else claims
    return min(left, key=lambda claim: _order(claim, support))


def _order(claim: Stated, support: Counter[Ordinary]) -> tuple[int, int, str]:
    """More support first, then the later move in a source's own words, then preference."""
    return -support[claim.ordinary], -claim.moved_on, claim.source


def _complete(lead: Stated, claims: Collection[Stated]) -> Accepted:
    """The list of its lead, and the batch prices of another that states the same ordinary prices."""
    alike = [claim for claim in claims if claim.ordinary == lead.ordinary and claim.batch]
    batch = lead.batch or (min(alike, key=lambda claim: claim.source).batch if alike else None)
    return Accepted(lead.source, lead.ordinary, batch)


def factor(left: Sequence[Decimal], right: Sequence[Decimal]) -> Decimal:
    """How far two lists are apart, by the rate that is farthest."""
    return max(max(a / b, b / a) for a, b in zip(left, right, strict=True))
