"""Together AI: its own list of models, prices in USD per 1M tokens.

Docs: https://docs.together.ai/reference/models-1. It does not state modalities, capabilities or retirement dates;
`created` is not the day of release, `link` is often that of another model (July 2025: FLUX.1-pro leads to
FLUX.1-schnell). Prices of image, audio and transcription models are not per token and their units are not stated: they
are not read. A recording of the retired `/models/info` (2024) is read without its prices, whose unit is not known.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from registry.domain.rates import Amounts
from syncers.kinds import units
from syncers.kinds.model_list import ModelList
from syncers.kinds.price_table import token_prices
from syncers.kinds.record import Record

_TASKS: Final = {
    "chat": "chat",
    "language": "completion",
    "code": "completion",
    "embedding": "embedding",
    "moderation": "moderation",
    "rerank": "rerank",
    "image": "image",
    "transcribe": "transcription",
    "transcription": "transcription",
}
_GENERATE: Final = {"chat", "language", "code", "moderation"}
_BY_TOKENS: Final = {*_GENERATE, "embedding", "rerank"}


class Together(ModelList):
    slug, label, speaks_for = "together", "Together AI", "together"
    url = "https://api.together.xyz/v1/models"
    homepage = "https://www.together.ai"
    authority = ("name", "license", "price", "limit", "task")
    key_variable, key_required = "TOGETHER_API_KEY", True
    expected = (30, 2_000)
    confidence = "high"
    records_at, also_at = "", ("data",)
    unit = units.USD_PER_1M
    # Image models state 0, and so did models that are not free (Qwen3-32B-FP8, July 2025).
    zero_is_free = False
    fields_at = {
        "name": "display_name",
        "license": "license",
        "context_window": "context_length",
        "max_output_tokens": "config.max_output_length",
    }

    def native_id(self, record: Record) -> str:
        return record.text("name" if _is_old(record) else "id")

    def more(self, record: Record) -> dict[str, Any]:
        kind = str(record.get("display_type" if _is_old(record) else "type"))
        values: dict[str, Any] = {"task": _TASKS[kind]} if kind in _TASKS else {}
        if _is_old(record) or kind not in _BY_TOKENS:
            return values
        paths = {"price.input": "pricing.input", "price.cache_read": "pricing.cached_input"}
        if kind in _GENERATE:  # embeddings repeat the input price as a price of output, which they do not have
            paths["price.output"] = "pricing.output"
        prices = self.prices(record, paths)
        if not prices and record.text("id").lower().endswith("-free") and record.get("pricing", "input") == 0:
            prices = token_prices(Amounts.FREE)
        return values | prices

    def notices(self, document: Any) -> dict[str, int]:
        rows = list(self.records(document))
        counts = Counter(_not_taken(record) for record in rows if record.get("pricing"))
        return {words: count for words, count in counts.items() if words}


def _is_old(record: Record) -> bool:
    return record.get("_id") is not None and record.get("id") is None


def _not_taken(record: Record) -> str:
    """Why the prices of a record are not taken; "" when they are."""
    if _is_old(record):
        return "unit of prices of /models/info"
    kind = str(record.get("type"))
    priced = record.get("pricing", "input") or record.get("pricing", "output")
    return f"unit of {kind[:40]} prices" if priced and kind not in _BY_TOKENS else ""
