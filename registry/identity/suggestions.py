"""What a text that means nothing may have meant: names near to it, and of these the well-known before the obscure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final, NamedTuple

from rapidfuzz import fuzz, process

from registry.values import Json

SUGGESTIONS: Final = 5
LEAST_LIKENESS: Final = 70.0
_LOOKED_AT: Final = 60
#: Points of likeness, of 100, that go to names which begin with the same word, and at most to those that many list.
_SAME_WORD: Final = 8.0
_WELL_KNOWN: Final = 6.0
#: And to what nobody lists any more.
_GONE: Final = -15.0
_FIRST_WORD: Final = re.compile(r"[^\W\d_]+")


class KnownName(NamedTuple):
    """A name that may be suggested."""

    name: str
    id: str
    kind: str
    """model or offering."""
    listed: int
    """How many offerings with this name are listed today."""


class Suggestions:
    """Names to suggest, from those of all models and offerings."""

    def __init__(self, names: Iterable[KnownName]) -> None:
        self._names = tuple(names)

    def near(self, text: str) -> tuple[Mapping[str, Json], ...]:
        """The nearest names, best first: whole ids for a text with a slash, bare names else. None is far off."""
        asked = text.lower()
        known = self._whole if "/" in asked else self._bare
        first = _first_word(asked.rpartition("/")[2])
        found = [
            (name, likeness)
            for name, likeness, _ in process.extract(
                asked, known.keys(), scorer=fuzz.ratio, limit=_LOOKED_AT, score_cutoff=LEAST_LIKENESS - _SAME_WORD
            )
        ]
        found += [(start, fuzz.ratio(asked, start)) for start in _beginnings(asked) if start in known]
        ranked: dict[str, tuple[float, float, str]] = {}
        for name, likeness in found:
            one = known[name]
            same = bool(first) and _first_word(name.rpartition("/")[2]) == first
            if likeness < LEAST_LIKENESS and not same:
                continue
            points = likeness + _SAME_WORD * same + (min(_WELL_KNOWN, math.log2(1 + one.listed)) or _GONE)
            ranked[one.id] = max(ranked.get(one.id, (0.0, 0.0, "")), (points, likeness, one.kind))
        best = sorted(ranked.items(), key=lambda pair: (-pair[1][0], pair[0]))[:SUGGESTIONS]
        return tuple({"id": id, "kind": kind, "score": round(likeness / 100, 2)} for id, (_, likeness, kind) in best)

    @cached_property
    def _bare(self) -> Mapping[str, KnownName]:
        return _best_known(
            (name.name.rpartition("/")[2] if name.kind == "model" else name.name, name) for name in self._names
        )

    @cached_property
    def _whole(self) -> Mapping[str, KnownName]:
        return _best_known((name.id, name) for name in self._names)


def _best_known(pairs: Iterable[tuple[str, KnownName]]) -> Mapping[str, KnownName]:
    """By name in lower case: of several with one name, what is listed, then a model, then what more list."""
    found: dict[str, KnownName] = {}
    for name, one in pairs:
        held = found.get(name.lower())
        if held is None or _weight(one) > _weight(held):
            found[name.lower()] = one
    return found


def _weight(one: KnownName) -> tuple[bool, bool, int]:
    return one.listed > 0, one.kind == "model", one.listed


def _beginnings(text: str) -> list[str]:
    """`gpt-4o-mini` and `gpt-4o` of `gpt-4o-mini-max`: at least two words."""
    ends = [match.start() for match in re.finditer(r"[-:@]", text)]
    return [text[:end] for end in ends[1:]]


def _first_word(text: str) -> str:
    found = _FIRST_WORD.search(text)
    return found[0] if found else ""
