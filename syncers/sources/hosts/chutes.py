"""Chutes: open models on decentralised hardware, nearly all in confidential compute.

Docs: https://chutes.ai/docs. Prices are USD per 1M tokens, though the keys are those of OpenRouter's prices per token.
Until 2025 rows had one `price` for everything (`usd`, `tao`) whose unit is not written anywhere: it is not taken. The
list does not state names, descriptions, release or retirement dates.
"""

from __future__ import annotations

from typing import Any

from syncers.kinds import units
from syncers.kinds.capabilities import modalities
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record


class Chutes(ModelList):
    slug, label, speaks_for = "chutes", "Chutes", "chutes"
    url = "https://llm.chutes.ai/v1/models"
    homepage = "https://chutes.ai"
    authority = ("price", "limit", "modality", "capability", "quantization")
    key_variable = "CHUTES_API_KEY"
    expected = (5, 1_000)
    confidence = "high"
    unit = units.USD_PER_1M
    prices_at = {
        "price.input": "pricing.prompt",
        "price.output": "pricing.completion",
        "price.cache_read": "pricing.input_cache_read",
    }
    fields_at = {
        "context_window": ("context_length", "max_model_len"),  # of old, only the latter
        "max_output_tokens": "max_output_length",
        "quantization": "quantization",
        "supported_parameters": "supported_sampling_parameters",
    }
    marks_at = {
        "supported_features": {
            "tools": "supports_tools",
            "reasoning": "supports_reasoning",
            "structured_outputs": "supports_structured_output",
            "json_mode": "supports_json_mode",
        }
    }

    def more(self, record: Record) -> dict[str, Any]:
        return modalities(record.get("input_modalities"), record.get("output_modalities"))

    def notices(self, document: Any) -> dict[str, int]:
        old = sum(record.get("price") is not None for record in self.records(document))
        return {"unit of `price.usd`": old} if old else {}
