"""Ollama: the models of its cloud. Docs: https://docs.ollama.com/cloud, https://docs.ollama.com/api/tags. The list
is public.

It tells no prices, since the cloud is a subscription, and mostly nothing but names: `details` came empty in
September 2026. The library of models to download has no list for programs.
"""

from __future__ import annotations

from typing import Any, Final

from syncers.kinds.coerce import stated, text, words
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record
from syncers.kinds.words import marks

_CAPABILITIES: Final = {"tools": "supports_tools", "vision": "supports_vision", "thinking": "supports_reasoning"}


class Ollama(ModelList):
    slug, label, speaks_for = "ollama", "Ollama Cloud", "ollama-cloud"
    url, homepage = "https://ollama.com/api/tags", "https://ollama.com"
    authority = ("limit", "capability", "task", "quantization")
    key_variable = "OLLAMA_API_KEY"
    expected = (3, 500)
    confidence = "high"
    records_at, id_at = "models", "name"

    def more(self, record: Record) -> dict[str, Any]:
        able = words(record.get("capabilities"), "capabilities") or ()
        values: dict[str, Any] = {
            "context_window": record.get("details", "context_length") or None,
            "quantization": text(record.get("details", "quantization_level")),
            "task": "embedding" if "embedding" in able else None,
        }
        return stated(values) | marks(able, _CAPABILITIES)
