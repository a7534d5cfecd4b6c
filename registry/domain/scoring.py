"""A model's quality in one number, and what a point of it costs: computed by us, and labelled so. Pure.

The method is documented in docs/facts.md, and every answer says what went into it. A number is given only where at
least three of the benchmarks below are known on a scale from 0 to 100; else it is unknown. Ratings (LMArena) and
amounts are no such scales, and are never used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from statistics import median
from typing import Final

from registry import json_schema as schema
from registry.values import Json

FEWEST: Final = 3
"""Fewest benchmarks for a score."""
WEIGHTS: Final[Mapping[str, Decimal]] = {
    "gpqa": Decimal(2),
    "swe_bench": Decimal(2),
    "aider_polyglot": Decimal(2),
    "mmmu": Decimal(1),
    "ifeval": Decimal(1),
    "math": Decimal(1),
    "mmlu": Decimal(1),
    "humaneval": Decimal(1),
    "mgsm": Decimal(1),
}
"""Benchmark → weight. What newer models still differ in counts twice; what most of them have nearly solved, once."""
SAME: Final[Mapping[str, str]] = {
    "epoch_gpqa_diamond": "gpqa",
    "epoch_swe_bench_verified": "swe_bench",
}
"""Names under which publishers state a benchmark that has another name above."""
MIX: Final = (Decimal(3), Decimal(1))
"""Parts of input and output in the effective price."""
LABEL: Final = "computed"
METHOD: Final = "docs/facts.md#quality-score"
_TIMES: Final[Mapping[str, Decimal]] = {"percent": Decimal(1), "": Decimal(1), "share": Decimal(100)}
"""Scale → what brings it to 0…100. A benchmark of the list above that names no scale is counted in per cent."""
_PLACES: Final = Decimal("0.01")
_WIDE: Final = Context(prec=60)


@dataclass(frozen=True, slots=True)
class Measurement:
    """One score as one publisher states it."""

    benchmark: str
    score: Decimal
    scale: str
    publisher: str


@dataclass(frozen=True, slots=True)
class Part:
    """One benchmark in a quality score: the median of what its publishers state, from 0 to 100."""

    benchmark: str
    score: Decimal
    weight: Decimal
    publishers: tuple[str, ...]
    statements: int

    def as_json(self) -> dict[str, Json]:
        return {
            "benchmark": self.benchmark,
            "score": _as_text(self.score),
            "weight": _as_text(self.weight),
            "publishers": list(self.publishers),
            "statements": self.statements,
        }


@dataclass(frozen=True, slots=True)
class QualityScore:
    """The weighted mean of the parts, from 0 to 100; None when they are fewer than `FEWEST`."""

    score: Decimal | None
    parts: tuple[Part, ...]

    def as_json(self) -> dict[str, Json]:
        return {
            "score": None if self.score is None else _as_text(self.score),
            "quality": LABEL,
            "method": METHOD,
            "benchmarks": [part.as_json() for part in self.parts],
            "needed": FEWEST,
        }


QUALITY_SCORE: Final = schema.record(
    {
        "score": schema.text(null=True),
        "quality": schema.text(),
        "method": schema.text(),
        "benchmarks": schema.several(
            schema.record(
                {
                    "benchmark": schema.text(),
                    "score": schema.text(),
                    "weight": schema.text(),
                    "publishers": schema.words(),
                    "statements": schema.count(),
                }
            )
        ),
        "needed": schema.count(),
    },
    "From 0 to 100; null with fewer benchmarks than are needed.",
)


def quality_score(measured: Iterable[Measurement]) -> QualityScore:
    """The score of one model from everything that is measured of it. The order of the statements does not matter."""
    by_benchmark: dict[str, list[tuple[Decimal, str]]] = defaultdict(list)
    for measurement in measured:
        name, times = SAME.get(measurement.benchmark, measurement.benchmark), _TIMES.get(measurement.scale)
        if name in WEIGHTS and times is not None and 0 <= measurement.score * times <= 100:
            by_benchmark[name].append((measurement.score * times, measurement.publisher))
    parts = tuple(
        Part(
            name,
            _rounded(median(score for score, _ in statements)),
            WEIGHTS[name],
            tuple(sorted({publisher for _, publisher in statements})),
            len(statements),
        )
        for name, statements in sorted(by_benchmark.items())
    )
    if len(parts) < FEWEST:
        return QualityScore(None, parts)
    weighted = sum((part.score * part.weight for part in parts), Decimal(0))
    return QualityScore(_rounded(weighted / sum(part.weight for part in parts)), parts)


def effective_price(input_price: Decimal | None, output_price: Decimal | None) -> Decimal | None:
    """USD per 1M tokens at `MIX` parts of input and output; None when either price is unknown."""
    if input_price is None or output_price is None:
        return None
    return (MIX[0] * input_price + MIX[1] * output_price) / sum(MIX)


def per_dollar(score: Decimal | None, price: Decimal | None) -> Decimal | str | None:
    """Points of quality per USD of a million tokens; "free" where it costs nothing, None where either is unknown."""
    if score is None or price is None:
        return None
    return _rounded(score / price) if price else "free"


def _rounded(number: Decimal) -> Decimal:
    return number.quantize(_PLACES, ROUND_HALF_EVEN, _WIDE)


def _as_text(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
