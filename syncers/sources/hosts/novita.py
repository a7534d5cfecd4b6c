"""Novita AI: the models it serves, with prices.

Docs: https://novita.ai/docs. Prices come twice: as whole numbers of 1/10,000 USD per 1M tokens and, in newer
answers, as decimals in USD per 1M. Models billed by the length of the input have their prices in tiers and 0 in
the plain fields. It does not state release dates (`created`) or retirements; test aliases of Novita's own are
listed among the models.
"""

from __future__ import annotations

from typing import Any, Final

from registry.domain.rates import Amounts, PriceLine, RateKey
from syncers.kinds import units
from syncers.kinds.capabilities import modalities
from syncers.kinds.coerce import money, rate_under, rows, table, tokens
from syncers.kinds.model_list import ModelList
from syncers.kinds.price_table import token_prices
from syncers.kinds.record import Record

_METERS: Final = {
    "prompt": "input",
    "completion": "output",
    "input_cache_read": "cache_read",
    "input_cache_write": "cache_write",
}
_PLAIN: Final = {"price.input": "input_token_price_per_m", "price.output": "output_token_price_per_m"}


class Novita(ModelList):
    slug, label, speaks_for = "novita", "Novita AI", "novita"
    url = "https://api.novita.ai/openai/v1/models"
    homepage = "https://novita.ai/models"
    key_variable = "NOVITA_API_KEY"
    authority = ("price", "limit", "modality", "capability", "name", "description", "task", "status")
    expected = (20, 2_000)
    confidence = "high"
    unit, zero_is_free = units.TENTHOUSANDTHS_PER_1M, False
    fields_at = {
        "name": "display_name",
        "description": "description",
        "context_window": "context_size",
        "max_output_tokens": "max_output_tokens",
    }
    meanings_at = {"task": {"model_type": {"chat": "chat"}}, "status": {"status": {"1": "active"}}}
    marks_at = {
        "features": {
            "function-calling": "supports_tools",
            "structured-outputs": "supports_structured_output",
            "reasoning": "supports_reasoning",
            "vision": "supports_vision",
        }
    }

    def more(self, record: Record) -> dict[str, Any]:
        return modalities(record.get("input_modalities"), record.get("output_modalities")) | self._prices(record)

    def _prices(self, record: Record) -> dict[str, PriceLine]:
        tiers = [table(tier, "tiered_billing_configs") for tier in rows(record.get("tiered_billing_configs"), "tiers")]
        pricing = table(record.get("pricing"), "pricing")
        plain = self.prices(record, _PLAIN)
        if not tiers and not pricing and not plain and record.get("model_type") == "chat":
            return token_prices(Amounts.FREE) if all(record.get(key) == 0 for key in _PLAIN.values()) else {}
        prices = plain | self._exact(pricing, above=0)
        for tier in tiers:
            least = tokens(tier.get("min_tokens"), "min_tokens")
            prices |= self._exact(table(tier.get("pricing"), "pricing"), above=least if least > 1 else 0)
        return prices

    def _exact(self, pricing: dict[str, Any], *, above: int) -> dict[str, PriceLine]:
        prices = {}
        for key, meter in _METERS.items():
            row = table(pricing.get(key), f"pricing.{key}")
            exact = row.get("price_per_m_decimal")
            line = self.price(row.get("price_per_m")) if exact is None else money(exact)
            if line and line[0].amount:
                prices[rate_under(RateKey(meter), above=above).field] = line
        return prices
