"""How similar a name is to the name of a model, with the evidence for and against. Pure; it suggests and never links.

Numbers decide first: another size, version or date is another model, however similar the names are. So are another tier
(`mini`, `pro`) and another kind of output. What only one of the names says is shown as evidence.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from rapidfuzz import fuzz

from registry.identity.normalise import family_author
from registry.values import Json

LEAST: Final = Decimal("0.700")
"""Models that are less similar are not suggested."""
MOST_CANDIDATES: Final = 3
#: Words that tell models of one family apart.
_TIERS: Final = frozenset(
    {
        "mini", "nano", "micro", "tiny", "small", "medium", "large", "lite", "flash", "pro", "max", "ultra",
        "plus", "premier", "opus", "sonnet", "haiku", "turbo", "fast", "air", "codex", "coder", "code",
        "vision", "vl", "omni", "audio", "tts", "image", "embed", "embedding", "rerank", "guard", "safeguard",
        "ocr", "math", "thinking", "reasoning", "base", "preview", "exp", "distill", "instruct", "chat", "it", "search",
        "realtime", "transcribe", "think",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """A name to compare: canonical, without author and serving variants. `gives`: its output modalities, if known."""

    key: str
    name: str
    author: str = ""
    gives: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True, slots=True)
class Similarity:
    """A model that may be the one, with the score and the evidence."""

    candidate: str
    score: Decimal
    evidence: Mapping[str, Json]


def compare(subject: Named, model: Named) -> Similarity | None:
    """How similar two names are; None where they cannot be one model."""
    mine, theirs = set(subject.name.split("-")), set(model.name.split("-"))
    if _conflict(mine, theirs) or (subject.gives and model.gives and not subject.gives & model.gives):
        return None
    score = Decimal(round(fuzz.token_sort_ratio(subject.name, model.name) * 10)) / 1000
    if score < LEAST:
        return None
    same_family = bool(subject.author) and subject.author == model.author
    evidence = {
        "same": sorted(mine & theirs),
        "only_here": sorted(mine - theirs),
        "only_there": sorted(theirs - mine),
        "same_author": same_family,
        "same_output": sorted(subject.gives & model.gives),
    }
    return Similarity(model.key, score, evidence)


def _conflict(mine: set[str], theirs: set[str]) -> bool:
    """Whether the names exclude each other: by numbers on both sides, or tiers on both sides."""
    here, there = mine - theirs, theirs - mine
    numbers = _numbers(here) and _numbers(there)
    return bool(numbers or (here & _TIERS and there & _TIERS) or _bare_version(here) or _bare_version(there))


def _numbers(tokens: Collection[str]) -> bool:
    return any(re.search(r"\d", token) for token in tokens)


def _bare_version(tokens: Collection[str]) -> bool:
    """Whether a version is only in one name: `4-5` is not `4`."""
    return any(re.fullmatch(r"v?\d{1,2}", token) for token in tokens)


class Candidates:
    """Known models by the first word of their names: only models with the same first word are compared."""

    def __init__(self, models: Iterable[Named]) -> None:
        self._by_word: dict[str, list[Named]] = defaultdict(list)
        for model in models:
            self._by_word[_word(model.name)].append(model)

    def best(self, subject: Named) -> list[Similarity]:
        """The most similar models, best first."""
        ranked = sorted(self._compared(subject), key=lambda similarity: (-similarity.score, similarity.candidate))
        return ranked[:MOST_CANDIDATES]

    def _compared(self, subject: Named) -> Iterator[Similarity]:
        for model in self._by_word.get(_word(subject.name), ()):
            if model.key != subject.key and (similarity := compare(subject, model)):
                yield similarity


def _word(name: str) -> str:
    match = re.match(r"[a-z]+", name)
    return match[0] if match else ""


def author_of(name: str, declared: str = "") -> str:
    """The author by the family of the name, else the declared one."""
    return family_author(name) or declared
