"""Anannas: a gateway, prices in USD per token as text.

Docs: https://docs.anannas.ai. Its only description is one example in its docs, and whether the list needs a key is not
written. It does not tell maximum output, cache prices, modalities, release or retirement dates; capabilities are only
read as yes.
"""

from __future__ import annotations

from typing import Any

from syncers.kinds import units
from syncers.kinds.coerce import money, words
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record
from syncers.kinds.words import marks


class Anannas(ModelList):
    slug, label, speaks_for = "anannas", "Anannas", "anannas"
    url = "https://api.anannas.ai/v1/models"
    homepage = "https://anannas.ai"
    authority = ("price", "limit", "capability")
    key_variable = "ANANNAS_API_KEY"
    expected = (10, 5_000)
    confidence = "low"
    unit = units.USD_PER_TOKEN
    prices_at = {"price.input": "pricing.prompt", "price.output": "pricing.completion"}
    fields_at = {"context_window": "context_length"}

    def more(self, record: Record) -> dict[str, Any]:
        capabilities = {
            "tool_calling": "supports_tools",
            "json_mode": "supports_json_mode",
            "streaming": "supports_streaming",
            "reasoning": "supports_reasoning",
            "audio_output": "supports_audio_output",
        }
        request = money(record.get("pricing", "request"))  # of one call; 0 says that there is no such price
        return {
            **({"price.request": request} if request and request[0].amount else {}),
            **marks(words(record.get("capabilities"), "capabilities"), capabilities),
        }
