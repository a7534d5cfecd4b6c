"""What the registry itself computes of a model, and labels as computed: series, quality score, points per dollar.

No source states any of this, and none of it is stored: it follows from what is published and from the methods in
docs/facts.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import Q

from registry import json_schema as schema
from registry.domain import columns, rates, scoring
from registry.domain.offering_ids import OfferingId
from registry.domain.scoring import LABEL, QUALITY_SCORE, Measurement, QualityScore
from registry.identity.series import SERIES, series
from registry.models import Alias, Benchmark, Offering

_UNIT: Final = "points per USD of 1M tokens, input and output 3:1"

COMPUTED: Final = schema.record(
    {
        "series": SERIES,
        "quality_score": QUALITY_SCORE,
        "quality_per_dollar": schema.record(
            {
                "unit": schema.text(),
                "quality": schema.text(),
                "method": schema.text(),
                "offerings": schema.several(
                    schema.record(
                        {
                            "offering": schema.text(),
                            "effective_price": schema.text(null=True),
                            "points_per_usd": schema.text(null=True),
                        }
                    )
                ),
            },
            "Best first; `free` where it costs nothing, null where score or price is unknown.",
        ),
        "successors": schema.words("Models behind the offerings that providers name in place of its own."),
        "predecessors": schema.words("Models in place of which providers name its offerings."),
    },
    "What the registry computes. Null in a past state.",
    null=True,
)


def of_model(key: str, on: date) -> dict[str, Any]:
    """Everything computed of one model, JSON-ready. `on` is the day whose prices count. At most seven queries."""
    offerings = list(Offering.objects.filter(model=key).order_by("key").values_list("key", "facts"))
    score = score_of(key)
    model_series = series(key)
    return {
        "series": model_series.as_json() if model_series else None,
        "quality_score": score.as_json(),
        "quality_per_dollar": {
            "unit": _UNIT,
            "quality": LABEL,
            "method": scoring.METHOD,
            "offerings": _by_value(score, offerings, on),
        },
        "successors": _models_of(facts.get("successor") for _, facts in offerings),
        "predecessors": _predecessors([offering for offering, _ in offerings]),
    }


def score_of(key: str) -> QualityScore:
    """The quality score of a model, from the scores of it and those of its offerings. One query."""
    rows = Benchmark.objects.filter(Q(model=key) | Q(offering__model=key)).order_by()
    scores = set(rows.values_list("name", "score", "scale", "source"))
    # A set: what one source says of a model at three providers is one statement.
    return scoring.quality_score(Measurement(*row) for row in scores)


def _by_value(
    score: QualityScore, offerings: Iterable[tuple[str, Mapping[str, Any]]], on: date
) -> list[dict[str, Any]]:
    """Most points per dollar first: free ones, then by value, then unknown ones."""
    rows = []
    for key, facts in offerings:
        amounts = (columns.usd_price(facts, f"price.{meter}", on) for meter in ("input", "output"))
        price = scoring.effective_price(*amounts)
        value = scoring.per_dollar(score.score, price)
        rows.append((_rank(value), key, price, value))
    return [
        {"offering": key, "effective_price": _as_text(price), "points_per_usd": _as_text(value)}
        for _, key, price, value in sorted(rows)
    ]


def _rank(value: Decimal | str | None) -> tuple[int, Decimal]:
    if isinstance(value, Decimal):
        return 1, -value
    return (2, Decimal(0)) if value is None else (0, Decimal(0))


def _as_text(value: Decimal | str | None) -> str | None:
    """An exact number as text; words as they are."""
    return f"{rates.plain(value):f}" if isinstance(value, Decimal) else value


def _models_of(successors: Iterable[str | None]) -> list[str]:
    """Ids of the models behind offerings that are named as successors, by id or by alias at their provider."""
    keys = sorted({key for key in successors if key})
    if not keys:
        return []
    slugs = set(Offering.objects.filter(key__in=keys, model__isnull=False).values_list("model__slug", flat=True))
    spelt = Q()
    for key in keys:
        provider, name = OfferingId.of(key)
        spelt |= Q(offering__provider=provider, name__in=(name, key))
    aliases = Alias.objects.filter(spelt, offering__model__isnull=False)
    return sorted(slugs | set(aliases.values_list("offering__model__slug", flat=True)))


def _predecessors(keys: list[str]) -> list[str]:
    """Ids of the models whose offerings name one of these, or an alias of one, as their successor."""
    aliases = Alias.objects.filter(offering__key__in=keys).values_list("offering__provider_id", "name")
    names = {*keys, *(f"{provider}/{name}" for provider, name in aliases)}
    before = Offering.objects.filter(successor__in=names, model__isnull=False).exclude(key__in=keys)
    return sorted(set(before.values_list("model__slug", flat=True)))
