"""The data of the installed genai-prices package, as JSON in the published shape."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, time
from decimal import Decimal
from functools import cache
from importlib.metadata import version
from typing import Any, Final

RELEASED: Final[Mapping[str, datetime]] = {"0.2.3": datetime(2026, 11, 10, 21, 51, 41, tzinfo=UTC)}
"""Release times of the locked versions, from the package index. The package itself has no date."""


def released_at() -> datetime | None:
    """Release time of the installed version, after which nothing in it was confirmed. None when not known."""
    return RELEASED.get(version("genai-prices"))


@cache
def payload() -> bytes:
    """The package's providers as JSON: only what the source reads. The import is slow, so it is done on demand."""
    from genai_prices.data import providers

    document = [
        {"id": provider.id, "name": provider.name, "models": [_model(model) for model in provider.models]}
        for provider in providers
    ]
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _model(model: Any) -> dict[str, Any]:
    prices = model.prices
    return _filled(
        {
            "id": model.id,
            "name": model.name,
            "description": model.description,
            "match": _match(model.match),
            "context_window": model.context_window,
            "deprecated": model.deprecated,
            "prices": [_conditional(part) for part in prices] if isinstance(prices, list) else _prices(prices),
            "price_variants": [{"when": part.when} | _conditional(part) for part in model.price_variants or ()] or None,
        }
    )


def _conditional(part: Any) -> dict[str, Any]:
    return _filled({"constraint": _constraint(part.constraint), "prices": _prices(part.prices)})


def _prices(prices: Any) -> dict[str, Any]:
    return _filled({key: _price(value) for key, value in vars(prices).items() if not key.startswith("_")})


def _price(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)  # as text, which is exact in JSON
    if value is None:
        return None
    return {
        "base": _price(value.base),
        "tiers": [{"start": tier.start, "price": _price(tier.price)} for tier in value.tiers],
    }


def _constraint(constraint: Any) -> dict[str, str] | None:
    if constraint is None:
        return None
    return {
        name: value.isoformat().replace("+00:00", "Z") if isinstance(value, time) else value.isoformat()
        for name, value in vars(constraint).items()
    }


def _match(clause: Any) -> dict[str, Any]:
    """`ClauseOr(or_=[…])` as `{"or": […]}`, `ClauseEquals(equals="x")` as `{"equals": "x"}`."""
    ((name, value),) = vars(clause).items()
    return {name.rstrip("_"): value if isinstance(value, str) else [_match(part) for part in value]}


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
