"""Baidu Qianfan: ERNIE and models of others. Docs: https://cloud.baidu.com/doc/qianfan.

Prices are CNY per 1,000 tokens, as text, under keys that elsewhere mean USD per token. It tells no capabilities,
modalities or dates.
"""

from __future__ import annotations

from typing import Any

from syncers.kinds import units
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record


class Baidu(ModelList):
    slug, label, speaks_for = "baidu", "Baidu Qianfan", "baidu"
    url, homepage = "https://qianfan.baidubce.com/v2/models", "https://cloud.baidu.com"
    authority = ("price", "limit", "task")
    key_variable, key_required = "QIANFAN_API_KEY", True
    expected = (5, 1_000)
    confidence = "high"
    unit, zero_is_free = units.CNY_PER_1K, False
    fields_at = {"context_window": "context_length"}
    prices_at = {"price.input": "pricing.prompt", "price.output": "pricing.completion"}

    def more(self, record: Record) -> dict[str, Any]:
        # `max_tokens` is the cap of the answer alone, the other one that of reasoning and answer together.
        limit = record.get("max_completions_tokens") or record.get("max_tokens")
        values: dict[str, Any] = {"max_output_tokens": limit} if limit else {}
        return values | ({"task": "chat"} if record.get("type") == "chat" else {})
