"""Cerebras: the public list of its models, with prices.

Docs: https://inference-docs.cerebras.ai (Public models). Prices are USD per token, as text; no key is needed. The
older list at `/v1/models` has nothing but ids, and is read as well. It does not state cache prices or retirement
dates, and `created` is 0 or the day of the weights, not of the release here.
"""

from __future__ import annotations

from typing import Any

from syncers.kinds import units
from syncers.kinds.coerce import table
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record


class Cerebras(ModelList):
    slug, label, speaks_for = "cerebras", "Cerebras", "cerebras"
    url = "https://api.cerebras.ai/public/v1/models"
    homepage = "https://inference-docs.cerebras.ai/models/overview"
    authority = ("price", "limit", "capability", "name", "hugging_face_id", "quantization", "status")
    expected = (3, 200)
    confidence = "high"
    unit, prices_at = units.USD_PER_TOKEN, {"price.input": "pricing.prompt", "price.output": "pricing.completion"}
    fields_at = {
        "name": "name",
        "hugging_face_id": "hugging_face_id",
        "context_window": "limits.max_context_length",
        "max_output_tokens": "limits.max_completion_tokens",
        "quantization": "quantization",
        "supports_streaming": "capabilities.streaming",
        "supports_vision": "capabilities.vision",
        "supports_tools": "capabilities.tools",
        "supports_parallel_tools": "capabilities.parallel_tool_calls",
        "supports_json_mode": "capabilities.json_mode",
        "supports_structured_output": "capabilities.structured_outputs",
        "supports_reasoning": "capabilities.reasoning",
    }

    def more(self, record: Record) -> dict[str, Any]:
        table(record.get("capabilities"), "capabilities")  # raises for another shape
        if record.get("deprecated") is True:
            return {"status": "deprecated"}
        if record.get("preview") is True:
            return {"status": "preview"}
        is_plain = record.get("deprecated") is False and record.get("preview") is False
        return {"status": "active"} if is_plain else {}
