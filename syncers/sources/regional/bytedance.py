"""ByteDance: Volcengine Ark in mainland China and BytePlus ModelArk elsewhere, with keys of their own.

Docs: https://www.volcengine.com/docs/82379, https://docs.byteplus.com/en/docs/ModelArk. They state no prices, and
not all models: speech is on another host. A missing `status` means live according to the docs; here it states nothing.
"""

from __future__ import annotations

from typing import Any, Final

from syncers.kinds.capabilities import modalities
from syncers.kinds.coerce import without_none, words
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record

_TASKS: Final = {
    "TextGeneration": "chat",
    "VisualQuestionAnswering": "chat",
    "TextToImage": "image",
    "ImageToImage": "image",
    "TextToVideo": "video",
    "ImageToVideo": "video",
    "MultimodalToVideo": "video",
    "VideoEditing": "video",
    "VideoExtension": "video",
    "TextEmbedding": "embedding",
    "ImageEmbedding": "embedding",
    "MultimodalEmbedding": "embedding",
    "SpeechToText": "transcription",
    "TextToSpeech": "speech",
}


class Volcengine(ModelList):
    slug, label, speaks_for = "bytedance", "Volcengine Ark", "bytedance"
    url, homepage = "https://ark.cn-beijing.volces.com/api/v3/models", "https://www.volcengine.com"
    authority = ("limit", "modality", "lifecycle", "capability", "task")
    key_variable, key_required = "ARK_API_KEY", True
    expected = (5, 1_000)
    confidence = "low"
    fields_at = {
        "context_window": "token_limits.context_window",
        "max_input_tokens": "token_limits.max_input_token_length",
        "max_output_tokens": "token_limits.max_output_token_length",
        "max_reasoning_tokens": "token_limits.max_reasoning_token_length",
    }
    meanings_at = {"status": {"status": {"Retiring": "deprecated", "Shutdown": "retired"}}}

    def more(self, record: Record) -> dict[str, Any]:
        tasks = {_TASKS.get(word) for word in words(record.get("task_type"), "task_type") or ()}
        lists = (record.get("modalities", f"{way}_modalities") for way in ("input", "output"))
        return without_none({"task": tasks.pop() if len(tasks) == 1 else None}) | modalities(*lists)
