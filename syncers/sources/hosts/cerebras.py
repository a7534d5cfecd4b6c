"""Cerebras: the public list of its models, with prices.

Docs: https://inference-docs.cerebras.ai (Public models). Prices are USD per token, as text; no key is needed. The
older list at `/v1/models` has nothing but ids, and is read as well. It does not state cache prices or retirement
dates, and `created` is 0 or the day of the weights, not of the release here.
"""

from __future__ import annotations

from typing import Any

from syncers.kinds import units
from syncers.kinds.coerce import table, text, without_none
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record


class Cerebras(ModelList):
    slug, label, speaks_for = "cerebras", "Cerebras", "cerebras"
    url = "https://api.cerebras.ai/public/v1/models"
    homepage = "https://inference-docs.cerebras.ai/models/overview"
    authority = (
        "price", "limit", "capability", "name", "description", "hugging_face_id", "quantization", "status", "regions",
        "tokenizer",
    )  # fmt: skip
    expected = (3, 200)
    confidence = "high"
    unit, prices_at = units.USD_PER_TOKEN, {"price.input": "pricing.prompt", "price.output": "pricing.completion"}
    fields_at = {
        "name": "name",
        "description": "description",
        "hugging_face_id": "hugging_face_id",
        "context_window": "limits.max_context_length",
        "max_output_tokens": "limits.max_completion_tokens",
        "requests_per_minute": "limits.requests_per_minute",
        "tokens_per_minute": "limits.tokens_per_minute",
        "regions": "datacenter_locations",
        "quantization": "quantization",
        "supports_streaming": "capabilities.streaming",
        "supports_vision": "capabilities.vision",
        "supports_tools": "capabilities.tools",
        "supports_tool_choice": "capabilities.tool_choice",
        "supports_parallel_tools": "capabilities.parallel_tool_calls",
        "supports_json_mode": "capabilities.json_mode",
        "supports_structured_output": "capabilities.structured_outputs",
        "supports_reasoning": "capabilities.reasoning",
    }

    def more(self, record: Record) -> dict[str, Any]:
        table(record.get("capabilities"), "capabilities")  # raises for another shape
        parameters = table(record.get("supported_parameters"), "supported_parameters")
        tokenizer = record.get("architecture", "tokenizer")
        values = {
            "status": _status(record),
            "supported_parameters": [name for name, is_taken in parameters.items() if is_taken is True] or None,
            "tokenizer": None if tokenizer == "Other" else text(tokenizer),
        }
        return without_none(values)


def _status(record: Record) -> str | None:
    if record.get("deprecated") is True:
        return "deprecated"
    if record.get("preview") is True:
        return "preview"
    is_plain = record.get("deprecated") is False and record.get("preview") is False
    return "active" if is_plain else None
