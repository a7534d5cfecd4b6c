"""Cohere: its own model list. Docs: https://docs.cohere.com/reference/list-models.

It states no prices, dates or output limits. `name` is the id that one calls a model by.
"""

from __future__ import annotations

from typing import Any, Final

from syncers.kinds.coerce import without_none, words
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record
from syncers.payload.paging import Cursor

#: Endpoint → task, the most telling first: chat models are listed under `generate` and `summarize` too.
_TASKS: Final = {
    "chat": "chat",
    "rerank": "rerank",
    "embed": "embedding",
    "embed_image": "embedding",
    "generate": "completion",
}
_FEATURES: Final = {
    "json_mode": "supports_json_mode",
    "json_schema": "supports_structured_output",
    "vision": "supports_vision",
    "tools": "supports_tools",
    "logprobs": "supports_logprobs",
    "reasoning": "supports_reasoning",  # not seen in any list so far
}


class Cohere(ModelList):
    slug, label, speaks_for = "cohere", "Cohere", "cohere"
    url, homepage = "https://api.cohere.com/v1/models", "https://cohere.com"
    key_variable, key_required = "COHERE_API_KEY", True
    expected = (8, 500)
    confidence = "high"
    records_at, id_at = "models", "name"
    paging = Cursor(at="next_page_token", parameter="page_token", size=("page_size", 1_000))

    fields_at = {"context_window": "context_length"}  # 0 for the `…-image` embedding models (July 2025): not filled in
    meanings_at = {"status": {"is_deprecated": {"true": "deprecated", "false": "active"}}}
    marks_at = {"features": _FEATURES}

    def wanted(self, record: Record) -> bool:
        return record.get("finetuned") is not True  # those belong to the account

    def more(self, record: Record) -> dict[str, Any]:
        endpoints = words(record.get("endpoints"), "endpoints") or ()
        return without_none(
            {
                "task": next((task for word, task in _TASKS.items() if word in endpoints), None),
                # false also stands at embed-v4.0, which takes images: only true states something
                "supports_vision": record.get("supports_vision") is True or None,
            }
        )
