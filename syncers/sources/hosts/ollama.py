"""Ollama: the models of its cloud. Docs: https://docs.ollama.com/cloud, https://docs.ollama.com/api/tags. The list
is public.

It states no prices, since the cloud is a subscription, and mostly nothing but names: `details` came empty in
September 2026. The library of models to download has no list for programs.
"""

from __future__ import annotations

from typing import Any

from syncers.kinds.coerce import words
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record


class Ollama(ModelList):
    slug, label, speaks_for = "ollama", "Ollama Cloud", "ollama-cloud"
    url, homepage = "https://ollama.com/api/tags", "https://ollama.com"
    authority = ("limit", "capability", "task", "quantization")
    key_variable = "OLLAMA_API_KEY"
    expected = (3, 500)
    confidence = "high"
    records_at, id_at = "models", "name"
    fields_at = {"context_window": "details.context_length", "quantization": "details.quantization_level"}
    marks_at = {
        "capabilities": {"tools": "supports_tools", "vision": "supports_vision", "thinking": "supports_reasoning"}
    }

    def more(self, record: Record) -> dict[str, Any]:
        return {"task": "embedding"} if "embedding" in (words(record.get("capabilities"), "capabilities") or ()) else {}
