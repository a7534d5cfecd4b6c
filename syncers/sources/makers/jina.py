"""Jina AI: its own model list, open to all. Docs: https://jina.ai/models.

Ids carry the prefix `jina-ai/` in the list only; calls take them without. Rows have per-token prices under unknown
keys: those are reported, not read.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from syncers.kinds.coerce import words
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record

_PREFIX: Final = "jina-ai/"


class Jina(ModelList):
    slug, label, speaks_for = "jina", "Jina AI", "jina"
    url, homepage = "https://api.jina.ai/v1/models", "https://jina.ai"
    key_variable = "JINA_API_KEY"
    expected = (5, 500)
    confidence = "medium"

    def native_id(self, record: Record) -> str:
        return super().native_id(record).removeprefix(_PREFIX)

    def names(self, record: Record) -> tuple[str, ...]:
        listed = super().native_id(record)
        return (listed,) if listed.startswith(_PREFIX) else ()

    def more(self, record: Record) -> dict[str, Any]:
        outputs = words(record.get("output_modalities"), "output_modalities") or ()
        if "reranker" in record.text("id"):
            return {"task": "rerank"}
        return {"task": "embedding"} if "embeddings" in outputs else {}

    def notices(self, document: Any) -> dict[str, int]:
        data = document.get("data") if isinstance(document, dict) else None
        prices = [Record("", row).get("pricing") for row in (data if isinstance(data, list) else ())]
        return dict(Counter(f"price key {name[:40]}" for price in prices if isinstance(price, dict) for name in price))
