"""The public form of a cost, of the API and of `manage.py cost --json`. Numbers are exact, as text; null is unknown."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from registry.cost.costing import Compared, Costed
from registry.domain.rates import plain
from registry.pricing import Cost, Effective, Line, Mix, Unpriced


def as_json(one: Costed) -> dict[str, Any]:
    """The public form of an answer. Numbers are exact, as text; what is not known is null."""
    conditions = one.question.conditions
    return {
        "id": one.question.id,
        "found": one.found,
        "estimate": one.estimate,
        "offering": one.offering,
        "model": one.model,
        "matched_by": one.matched_by,
        "candidates": [dict(candidate) for candidate in one.candidates],
        "revision": one.revision,
        "at": conditions.moment.isoformat().replace("+00:00", "Z"),
        **_cost_json(one.cost),
        **({"effective": _effective_json(one.question.mix, one.effective)} if one.question.mix else {}),
    }


def compared_as_json(compared: Compared) -> dict[str, Any]:
    """The public form of a comparison."""
    return {
        "revision": compared.revision,
        "matching": compared.matching,
        "unknown_count": compared.unknown,
        "compared": [as_json(one) for one in compared.results],
    }


def _effective_json(mix: Mix, found: Effective | None) -> dict[str, Any]:
    per_million = found.per_million if found else None
    return {
        "mix": str(mix),
        "cached": _text(mix.cached),
        "per_1m_tokens": None if per_million is None else _text(per_million),
        "currency": found.cost.currency if found and per_million is not None else None,
        "leaves_out": list(found.leaves_out) if found else [],
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


def _line_json(line: Line) -> dict[str, Any]:
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
        "detail": part.says,
    }


def _text(number: Decimal | int) -> str:
    return f"{plain(Decimal(number)):f}"
