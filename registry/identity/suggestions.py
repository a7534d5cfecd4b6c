"""Suggestions for an unresolved id: similar names, the widely listed ones first."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final, NamedTuple

from rapidfuzz import fuzz, process

from registry.values import Json

SUGGESTIONS: Final = 5
LEAST_SIMILARITY: Final = 70.0
_LOOKED_AT: Final = 60
#: Bonus points of similarity (of 100): for the same first word, and at most for being listed by many.
_SAME_WORD: Final = 8.0
_WELL_KNOWN: Final = 6.0
#: Penalty for what is delisted, or listed by a hub of anybody's weights only.
_GONE: Final = -15.0
_FIRST_WORD: Final = re.compile(r"[^\W\d_]+")


class KnownName(NamedTuple):
    """A name that may be suggested."""

    name: str
    id: str
    kind: str
    """model or offering."""
    listed: int
    """How many offerings with this name are listed today, hubs of anybody's weights left out."""


class Suggestions:
    """Names to suggest, from those of all models and offerings."""

    def __init__(self, names: Iterable[KnownName]) -> None:
        self._names = tuple(names)

    def near(self, text: str) -> tuple[Mapping[str, Json], ...]:
        """The most similar names, best first: whole ids for a text with a slash, bare names else."""
        query = text.lower()
        by_name = self._whole if "/" in query else self._bare
        first = _first_word(query.rpartition("/")[2])
        matches = [
            (name, similarity)
            for name, similarity, _ in process.extract(
                query, by_name.keys(), scorer=fuzz.ratio, limit=_LOOKED_AT, score_cutoff=LEAST_SIMILARITY - _SAME_WORD
            )
        ]
        matches += [(start, fuzz.ratio(query, start)) for start in _beginnings(query) if start in by_name]
        ranked: dict[str, tuple[float, float, str]] = {}
        for name, similarity in matches:
            candidate = by_name[name]
            same = bool(first) and _first_word(name.rpartition("/")[2]) == first
            if similarity < LEAST_SIMILARITY and not same:
                continue
            points = similarity + _SAME_WORD * same + (min(_WELL_KNOWN, math.log2(1 + candidate.listed)) or _GONE)
            ranked[candidate.id] = max(ranked.get(candidate.id, (0.0, 0.0, "")), (points, similarity, candidate.kind))
        best = sorted(ranked.items(), key=lambda pair: (-pair[1][0], pair[0]))[:SUGGESTIONS]
        return tuple(
            {"id": id, "kind": kind, "score": round(similarity / 100, 2)} for id, (_, similarity, kind) in best
        )

    @cached_property
    def _bare(self) -> Mapping[str, KnownName]:
        return _by_name(
            (name.name.rpartition("/")[2] if name.kind == "model" else name.name, name) for name in self._names
        )

    @cached_property
    def _whole(self) -> Mapping[str, KnownName]:
        return _by_name((name.id, name) for name in self._names)


def _by_name(pairs: Iterable[tuple[str, KnownName]]) -> Mapping[str, KnownName]:
    """By name in lower case. Of several with one name: listed before delisted, models before offerings, then the one
    with more listings.
    """

    best: dict[str, KnownName] = {}
    for name, candidate in pairs:
        incumbent = best.get(name.lower())
        if incumbent is None or _precedence(candidate) > _precedence(incumbent):
            best[name.lower()] = candidate
    return best


def _precedence(name: KnownName) -> tuple[bool, bool, int]:
    return name.listed > 0, name.kind == "model", name.listed


def _beginnings(text: str) -> list[str]:
    """`gpt-4o-mini` and `gpt-4o` of `gpt-4o-mini-max`: at least two words."""
    ends = [match.start() for match in re.finditer(r"[-:@]", text)]
    return [text[:end] for end in ends[1:]]


def _first_word(text: str) -> str:
    match = _FIRST_WORD.search(text)
    return match[0] if match else ""
