"""The public JSON of a cost, for the API and `manage.py cost --json`. Numbers are exact, as text; null is unknown."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from registry import json_schema as schema
from registry.cost.costing import CostComparison, CostResult
from registry.domain.currency import CONVERTED_TOTAL
from registry.domain.rates import plain
from registry.identity.lookup import CANDIDATE
from registry.pricing import Cost, CostLine, Effective, Mix, Unpriced, UnpricedReason

_LINE: Final = schema.shape(
    "CostLine",
    "One part of a usage and what it costs.",
    {
        "meter": schema.text("What was used."),
        "quantity": schema.amount("How much of it."),
        "unit": schema.text("What the quantity counts."),
        "rate": schema.text("The rate that was charged, such as `input[tier=batch]`."),
        "amount": schema.amount("Its price, in `currency` per `per`; `0` is free."),
        "per": schema.text("What the amount pays for."),
        "currency": schema.text(),
        "cost": schema.amount("Cost of this part."),
        "rule": schema.text("How the rate was chosen."),
    },
)
_UNPRICED: Final = schema.shape(
    "UnpricedPart",
    "A part of a usage whose price is unknown. It is in no total.",
    {
        "meter": schema.text(),
        "quantity": schema.amount(),
        "unit": schema.text(),
        "why": schema.word(UnpricedReason, "The reason, as a word."),
        "detail": schema.text("The reason, as a sentence."),
    },
)
_EFFECTIVE: Final = schema.shape(
    "Effective",
    "What 1M tokens of a mix cost.",
    {
        "mix": schema.text("Parts of input to parts of output."),
        "cached": schema.amount("Share of the input that is read from a cache."),
        "per_1m_tokens": schema.amount("Null when a part of the mix has no known price.", null=True),
        "currency": schema.text(null=True),
        "leaves_out": schema.words("Fees that do not depend on tokens and are not in the price."),
    },
)
COST: Final = schema.shape(
    "CostAnswer",
    "What one usage costs, as far as known.",
    {
        "id": schema.text("The requested id."),
        "found": schema.flag("Whether the id means one offering."),
        "estimate": schema.flag("True when the operator's fallback was used."),
        "offering": schema.text(null=True),
        "model": schema.text(null=True),
        "matched_by": schema.text("The rule of `lookup` that found it."),
        "candidates": schema.several(CANDIDATE, "Alternatives or suggestions."),
        "revision": schema.whole("Revision of the prices; the same revision always gives the same cost."),
        "at": schema.moment("Moment for which prices were taken."),
        "total": schema.amount(
            "Sum of the lines; null when nothing could be priced, or in several currencies.", null=True
        ),
        "currency": schema.text(null=True),
        "totals": schema.mapping(schema.amount(), "Sum by currency."),
        "complete": schema.flag("Whether every part is priced."),
        "lines": schema.several(_LINE),
        "unpriced": schema.several(_UNPRICED),
        "effective": schema.one(_EFFECTIVE, "Where a mix was requested; lines are of a small request."),
        "converted_total": schema.one(
            CONVERTED_TOTAL, "With `currency`; null without a rate for every part.", null=True
        ),
    },
    optional=("effective", "converted_total"),
)
COMPARISON: Final = schema.shape(
    "CostComparison",
    "The same usage at all offerings that filters match, or at some ids.",
    {
        "revision": schema.whole(),
        "matching": schema.whole("How many were priced; `limit` is how many of them are returned."),
        "unknown_count": schema.whole(
            "How many more may match: a value that a filter uses is unknown. 0 for `compare.ids`."
        ),
        "compared": schema.several(COST, "Cheapest first; partly priced, unpriced and unresolved ones last."),
    },
)


def as_json(result: CostResult) -> dict[str, Any]:
    """The public JSON of a result. Numbers are exact, as text; null is unknown."""
    conditions = result.question.conditions
    return {
        "id": result.question.id,
        "found": result.found,
        "estimate": result.estimate,
        "offering": result.offering,
        "model": result.model,
        "matched_by": result.matched_by,
        "candidates": [dict(candidate) for candidate in result.candidates],
        "revision": result.revision,
        "at": conditions.moment.isoformat().replace("+00:00", "Z"),
        **_cost_json(result.cost),
        **({"effective": _effective_json(result.question.mix, result.effective)} if result.question.mix else {}),
    }


def compared_as_json(compared: CostComparison) -> dict[str, Any]:
    """The public JSON of a comparison."""
    return {
        "revision": compared.revision,
        "matching": compared.matching,
        "unknown_count": compared.unknown,
        "compared": [as_json(result) for result in compared.results],
    }


def _effective_json(mix: Mix, effective: Effective | None) -> dict[str, Any]:
    per_million = effective.per_million if effective else None
    return {
        "mix": str(mix),
        "cached": _text(mix.cached),
        "per_1m_tokens": None if per_million is None else _text(per_million),
        "currency": effective.cost.currency if effective and per_million is not None else None,
        "leaves_out": list(effective.leaves_out) if effective else [],
    }


def _cost_json(priced: Cost | None) -> dict[str, Any]:
    if priced is None:
        return {"total": None, "currency": None, "totals": {}, "complete": False, "lines": [], "unpriced": []}
    return {
        "total": None if priced.total is None else _text(priced.total),
        "currency": priced.currency,
        "totals": {currency: _text(total) for currency, total in priced.totals.items()},
        "complete": priced.complete,
        "lines": [_line_json(line) for line in priced.lines],
        "unpriced": [_unpriced_json(part) for part in priced.unpriced],
    }


def _line_json(line: CostLine) -> dict[str, Any]:
    return {
        "meter": line.meter,
        "quantity": _text(line.quantity),
        "unit": line.unit,
        "rate": str(line.rate),
        "amount": _text(line.amount),
        "per": line.rate.counted_in,
        "currency": line.currency,
        "cost": _text(line.cost),
        "rule": line.rule,
    }


def _unpriced_json(part: Unpriced) -> dict[str, Any]:
    return {
        "meter": part.meter,
        "quantity": _text(part.quantity),
        "unit": part.unit,
        "why": part.why.value,
        "detail": part.message,
    }


def _text(number: Decimal | int) -> str:
    return f"{plain(Decimal(number)):f}"
