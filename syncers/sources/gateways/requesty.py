"""Requesty: the models of a relay, with prices.

Docs: https://docs.requesty.ai. The list is read as recorded in July 2025: USD per token, as numbers;
`cached_price` is reading from the cache, `caching_price` writing to it. Of what it says of models only descriptions are
taken (it has deepseek-r1 without reasoning and with computer use). Cache prices where it does not cache repeat the
input price and are not taken.
"""

from __future__ import annotations

from typing import Any

from syncers.kinds import units
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record


class Requesty(ModelList):
    slug, label, speaks_for = "requesty", "Requesty", "requesty"
    url = "https://router.requesty.ai/v1/models"
    homepage = "https://www.requesty.ai"
    key_variable = "REQUESTY_API_KEY"
    authority = ("description", "price", "limit", "supports_prompt_caching")
    expected = (3, 5_000)
    unit, zero_is_free = units.USD_PER_TOKEN, False
    fields_at = {
        "description": "description",
        "context_window": "context_window",
        "max_output_tokens": "max_output_tokens",
        "supports_prompt_caching": "supports_caching",
    }
    prices_at = {"price.input": "input_price", "price.output": "output_price"}

    def more(self, record: Record) -> dict[str, Any]:
        cached = self.prices(record, {"price.cache_read": "cached_price", "price.cache_write": "caching_price"})
        return dict(cached) if record.get("supports_caching") is True else {}
