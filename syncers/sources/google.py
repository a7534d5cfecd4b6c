"""Gemini API: Google's own list of the models it serves to developers.

Docs: https://ai.google.dev/api/models. It does not tell prices, modalities, tool use or dates, nor whether a model
that generates content answers in text, pictures or speech; `version` follows no rule.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from syncers.auth import Header
from syncers.base import Record
from syncers.paging import Cursor
from syncers.reading import words
from syncers.sources.model_list import ModelList

#: What a model answers to, where that says what kind it is. `predict` is Imagen, `predictLongRunning` is Veo.
_TASKS: Final = {
    "embedContent": "embedding",
    "embedText": "embedding",
    "predict": "image",
    "predictLongRunning": "video",
}


class Google(ModelList):
    slug, label, speaks_for = "google", "Google Gemini API", "google"
    url = "https://generativelanguage.googleapis.com/v1beta/models"
    homepage = "https://ai.google.dev/gemini-api/docs/models"
    key_variable, key_required = "GEMINI_API_KEY", True
    auth = Header("x-goog-api-key", word="")
    paging = Cursor(at="nextPageToken", parameter="pageToken", size=("pageSize", 1000))
    records_at, id_at = "models", "name"
    authority = ("name", "task", "description", "limit", "capability")
    every = timedelta(days=1)
    expected = (15, 1_000)
    confidence = "high"
    # The input limit is what Google calls the context of a model.
    fields_at = {
        "name": "displayName",
        "description": "description",
        "context_window": "inputTokenLimit",
        "max_input_tokens": "inputTokenLimit",
    }

    def native_id(self, record: Record) -> str:
        return record.text("name").removeprefix("models/")

    def more(self, record: Record) -> dict[str, Any]:
        values: dict[str, Any] = {}
        output = record.get("outputTokenLimit")
        # 1 is written for embeddings, which have no output tokens.
        if output is not None and output != 1:
            values["max_output_tokens"] = output
        if record.get("thinking") is not None:
            values["supports_reasoning"] = record.get("thinking")
        methods = words(record.get("supportedGenerationMethods"), "supportedGenerationMethods")
        if not methods:
            return values
        tasks = {_TASKS[method] for method in methods if method in _TASKS}
        if len(tasks) == 1 and "generateContent" not in methods:
            values["task"] = tasks.pop()
        elif "bidiGenerateContent" in methods and "generateContent" not in methods:
            values["task"] = "realtime"
        return values | {
            "supports_prompt_caching": "createCachedContent" in methods,
            "supports_batch": bool({"batchGenerateContent", "asyncBatchEmbedContent"} & set(methods)),
        }
