"""The `cost` of a row of models.dev, and of its modes: USD per 1M tokens, with context tiers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from registry.domain.rates import Amounts, PriceLine, RateKey
from syncers.kinds.coerce import amount, rows, table, tokens, without_restated
from syncers.kinds.price_table import PriceTable, token_prices
from syncers.kinds.record import Record

_RATES: Final[Mapping[str, RateKey]] = {
    "input": RateKey("input"),
    "output": RateKey("output"),
    "reasoning": RateKey("reasoning"),
    "cache_read": RateKey("cache_read"),
    "cache_write": RateKey("cache_write"),
    "input_audio": RateKey("input", "audio"),
    "output_audio": RateKey("output", "audio"),
}
#: Zero beside other prices is a filler (`cache_write: 0`).
_COSTS: Final = PriceTable({name: (key, 1) for name, key in _RATES.items()}, zero_is_free=False)
_STEPS: Final = ("tiers", "context_over_200k")
#: Providers that sell a subscription. Where their models state 0 per token, the plan is paid for.
_PLANS: Final = ("coding-plan", "token-plan")


def price_fields(record: Record, ident: str) -> dict[str, PriceLine]:
    """Price fields of one row. Raises InvalidClaim."""
    cost = table(record.get("cost"), "cost")
    amounts = [amount(cost.get(name)) for name in _RATES]
    if amounts[0] == 0 and not any(amounts):
        # 0 alone does not mean free: nvidia, github-models, lmstudio and plan providers state it for everything
        # that they do not sell by the token (models.dev#3302: 96 of 107 plan models).
        if ident.endswith((":free", "-free", "/free")):
            return token_prices(Amounts.FREE)
        if any(word in record.context for word in _PLANS):
            return token_prices(Amounts.INCLUDED)
        return {}
    prices = _costs(cost)
    for mode in table(record.get("experimental", "modes"), "modes").values():
        row = table(mode, "modes")
        if tier := _tier(table(table(row.get("provider"), "provider").get("body"), "body")):
            prices |= _costs(table(row.get("cost"), "cost"), tier=tier)
    return {key.field: line for key, line in prices.items()}


def not_taken(model: Mapping[str, Any]) -> Iterator[str]:
    """Prices of a row that are left out because their key or their condition is not known."""
    cost = model.get("cost")
    if isinstance(cost, dict):
        yield from (f"price key {name}" for name in _COSTS.unknown(cost, besides=frozenset(_STEPS)))
        yield from _other_tiers(cost)
    yield from _other_modes(model)


def _other_tiers(cost: Mapping[str, Any]) -> Iterator[str]:
    """Types of tiers whose prices are not taken, since they do not depend on the size of the request."""
    for step in cost["tiers"] if isinstance(cost.get("tiers"), list) else ():
        tier = step.get("tier") if isinstance(step, dict) else None
        if isinstance(tier, dict) and tier.get("type") != "context":
            yield f"prices of tier type {str(tier.get('type'))[:40]}"


def _other_modes(model: Mapping[str, Any]) -> Iterator[str]:
    """Modes of a model whose prices are not taken, since they are no service tier."""
    experimental = model.get("experimental")
    modes = experimental.get("modes") if isinstance(experimental, dict) else None
    for name, mode in modes.items() if isinstance(modes, dict) else ():
        provider = mode.get("provider") if isinstance(mode, dict) else None
        body = provider.get("body") if isinstance(provider, dict) else None
        if isinstance(mode, dict) and mode.get("cost") and not _tier(body if isinstance(body, dict) else {}):
            yield f"prices of mode {name[:40]}"


def _costs(cost: Mapping[str, Any], **conditions: Any) -> dict[RateKey, PriceLine]:
    """The prices of a cost block and of its context tiers."""
    prices = _COSTS.lines(cost, **conditions)
    steps = [step for step in rows(cost.get("tiers"), "tiers") if _is_of_context(step)]
    if not steps and "context_over_200k" in cost:
        # Older than `tiers`, and also stated when there is one tier; then the size in `tiers` is the right one.
        steps = [table(cost["context_over_200k"], "context_over_200k") | {"tier": {"type": "context", "size": 200_000}}]
    for step in steps:
        row = table(step, "tiers")
        tier = table(row.get("tier"), "tier")
        prices |= _COSTS.lines(row, **conditions, above=tokens(tier.get("size"), "size of a context tier", least=1))
    for block in _conditional(cost):
        prices = without_restated(prices, [key for name, key in _RATES.items() if name in block])
    return prices


def _conditional(cost: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Blocks of a cost that hold under a condition not understood, such as `peak` (no schema tells its hours)."""
    blocks = [step for step in rows(cost.get("tiers"), "tiers") if not _is_of_context(step)]
    for name, value in cost.items():
        if name not in (*_RATES, *_STEPS):
            blocks += value if isinstance(value, list) else [value]
    return [block for block in blocks if isinstance(block, dict)]


def _is_of_context(step: Any) -> bool:
    return table(table(step, "tiers").get("tier"), "tier").get("type") == "context"


def _tier(body: Mapping[str, Any]) -> str:
    """The service tier that a mode asks for in its request; "" when it asks for something else."""
    if body.get("speed") == "fast":
        return "fast"
    return next((tier for tier in ("priority", "flex", "batch", "fast") if body.get("service_tier") == tier), "")
