"""How many independent sources state a value: who backs a correction, and where sources contradict each other.

A copy counts as its origin. What a source calls an estimate, and what nobody confirms any more (see
`curation.core.authority`), does not count here. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from curation.core.authority import SourceType
from curation.core.merge import Decision, Reason, SourceClaim, is_coherent
from registry.domain import fields
from registry.domain.fields import Value

#: Wording is no contradiction, and what is measured differs with every measurement.
_UNCONTESTED: Final = frozenset({"name", "hugging_face_id", "variants"})
_UNCONTESTED_GROUPS: Final = frozenset({fields.Group.TEXT, fields.Group.SPEED})


@dataclass(frozen=True, slots=True)
class Side:
    """The sources that state the same value of a field."""

    value: fields.Json
    """In canonical JSON form, as the first of them states it."""
    sources: tuple[str, ...]

    def as_json(self) -> dict[str, Value]:
        """The side as a conflict stores it."""
        return {"value": self.value, "sources": list(self.sources)}


def backing(
    name: str,
    published: Value,
    decision: Decision,
    claims: Iterable[SourceClaim],
    *,
    provider: str,
    on: date,
) -> int:
    """How many independent sources back a decision as a correction of what is published; 0 where it is none.

    It is none when the provider's own source, or more than one independent source, still states the published value.
    The provider's own source counts as one source like any other.
    """
    if decision.reason is Reason.PINNED:
        return 0
    backers: set[str] = set()
    holders: set[str] = set()
    for claim in _speaking(name, claims, provider, on):
        if fields.agrees(name, decision.value, claim.values[name], on=on):
            backers.add(claim.counted_as)
        elif fields.agrees(name, published, claim.values[name], on=on):
            if claim.source_type(name, provider) is SourceType.OFFICIAL:
                return 0
            holders.add(claim.counted_as)
    if len(holders - backers) > 1:
        return 0
    return len(backers)


def contested(
    provider: str, claims: Iterable[SourceClaim], decided: Mapping[str, Decision], *, on: date
) -> dict[str, list[Side]]:
    """The fields about which independent sources contradict each other, with the sides, the larger first.

    A field that is pinned is decided by a person, and a special price of another list contradicts
    nothing by itself, nor does a flag beside another list of modalities.
    """
    heard = list(claims)
    values = {name: decision.value for name, decision in decided.items()}
    conflicts = {}
    for name, decision in decided.items():
        if decision.disagreeing and decision.reason is not Reason.PINNED and _is_contestable(name):
            speaking = [c for c in _speaking(name, heard, provider, on) if is_coherent(name, c.values, values, on=on)]
            sides = _sides(name, speaking, on)
            if len(sides) > 1 and len({claim.counted_as for claim in speaking}) > 1:
                conflicts[name] = sides
    return conflicts


def _is_contestable(name: str) -> bool:
    return name not in _UNCONTESTED and fields.field(name).group not in _UNCONTESTED_GROUPS


def _speaking(name: str, claims: Iterable[SourceClaim], provider: str, on: date) -> Iterator[SourceClaim]:
    for claim in claims:
        if name not in claim.values or not claim.source.is_authority_for(name):
            continue
        if claim.heard(name, provider, on).counts:
            yield claim


def _sides(name: str, claims: Iterable[SourceClaim], on: date) -> list[Side]:
    groups: list[tuple[Value, list[str]]] = []
    for claim in sorted(claims, key=lambda claim: claim.source.slug):
        value = claim.values[name]
        group = next((each for each in groups if fields.agrees(name, each[0], value, on=on)), None)
        if group is None:
            group = (value, [])
            groups.append(group)
        group[1].append(claim.source.slug)
    declared = fields.field(name)
    sides = [Side(declared.encode(value), tuple(sources)) for value, sources in groups]
    return sorted(sides, key=lambda side: (-len(side.sources), side.sources))
