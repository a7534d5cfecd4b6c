"""SiliconFlow: its model lists, of the international host and of the one in mainland China, with keys of their own.

Docs: https://docs.siliconflow.com/en/api-reference/models/get-model-list. Rows say nothing but their id, so each
kind is asked for by itself. Ids of the paid tier in China begin with `Pro/`. They state no prices and no limits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record

_KIND: Final = "sub_type"
_TASKS: Final = {
    "chat": "chat",
    "embedding": "embedding",
    "reranker": "rerank",
    "text-to-image": "image",
    "image-to-image": "image",
    "speech-to-text": "transcription",
    "text-to-video": "video",
}


class SiliconFlow(ModelList):
    slug, label, speaks_for = "siliconflow", "SiliconFlow", "siliconflow"
    url, homepage = "https://api.siliconflow.com/v1/models", "https://www.siliconflow.com"
    authority = ("task",)
    key_variable, key_required = "SILICONFLOW_API_KEY", True
    expected = (10, 2_000)
    confidence = "high"

    def urls(self) -> Mapping[str, str]:
        return {kind: f"{self.url}?{_KIND}={kind}" for kind in _TASKS}

    def combine(self, parts: Mapping[str, list[Any]]) -> Any:
        """The rows of all kinds, each with its kind in it."""
        rows = [(kind, record.data) for kind, pages in parts.items() for page in pages for record in self.records(page)]
        return {"data": [{**row, _KIND: kind} if isinstance(row, dict) else row for kind, row in rows]}

    def more(self, record: Record) -> dict[str, Any]:
        task = _TASKS.get(str(record.get(_KIND)))
        return {"task": task} if task else {}
