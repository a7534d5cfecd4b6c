"""Nebius Token Factory (formerly Nebius AI Studio): the models it serves, with prices.

Docs: https://docs.tokenfactory.nebius.com. Prices are USD per token, as text; only the verbose list has them, the
plain one (recordings of 2025) has ids alone. It does not state output limits, cache prices or dates: `created` is
the time of the answer.
"""

from __future__ import annotations

from typing import Any

from syncers.kinds import units
from syncers.kinds.capabilities import modalities
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record


class Nebius(ModelList):
    slug, label, speaks_for = "nebius", "Nebius Token Factory", "nebius"
    url = "https://api.tokenfactory.nebius.com/v1/models?verbose=true"
    homepage = "https://docs.tokenfactory.nebius.com"
    key_variable, key_required = "NEBIUS_API_KEY", True
    authority = ("price", "limit", "modality", "capability", "name", "quantization")
    expected = (10, 1_000)
    confidence = "high"
    unit, prices_at = units.USD_PER_TOKEN, {"price.input": "pricing.prompt", "price.output": "pricing.completion"}
    zero_is_free = False  # an embedding's output is 0; nothing says that a model is free
    fields_at = {"name": "name", "context_window": "context_length", "quantization": "quantization"}
    marks_at = {
        "supported_features": {
            "tools": "supports_tools",
            "function_calling": "supports_tools",
            "reasoning": "supports_reasoning",
            "json_mode": "supports_json_mode",
        }
    }

    def more(self, record: Record) -> dict[str, Any]:
        modality = record.get("architecture", "modality")
        if isinstance(modality, str) and modality.count("->") == 1:  # text+image->text
            return modalities(*(side.split("+") for side in modality.split("->")))
        return {}
