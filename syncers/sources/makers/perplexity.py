"""Perplexity: the models of its Agent API, and those of its Router API, most of them made by others.

Docs: https://docs.perplexity.ai/api-reference/models-get. Prices are USD per 1M tokens, and each row says so. They
tell no limits, no capabilities and no dates (`created` is 0). The prefix `perplexity/` means hosted, not made, by
Perplexity. Sonar's fees per request are on a page for people only.
"""

from __future__ import annotations

from typing import Any, Final

from curation.core.claim import InvalidClaim
from syncers.kinds import units
from syncers.kinds.coerce import table
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record

_UNIT: Final = "usd_per_1m_tokens"


class Perplexity(ModelList):
    slug, label, speaks_for = "perplexity", "Perplexity", "perplexity"
    url = "https://api.perplexity.ai/v1/models"
    homepage = "https://docs.perplexity.ai"
    authority = ("price",)
    key_variable, key_required = "PERPLEXITY_API_KEY", True
    expected = (10, 1_000)
    confidence = "high"
    unit = units.USD_PER_1M
    prices_at = {
        "price.input": "pricing.input",
        "price.output": "pricing.output",
        "price.cache_read": "pricing.cache_read",
        "price.cache_write": "pricing.cache_write",
    }

    def more(self, record: Record) -> dict[str, Any]:
        pricing = table(record.get("pricing"), "pricing")
        if pricing and pricing.get("unit") != _UNIT:
            raise InvalidClaim(f"pricing.unit: {_UNIT} expected, not {pricing.get('unit')!r}")
        return {}
