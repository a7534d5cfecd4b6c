"""Gemini API: Google's own list of the models it serves to developers.

Docs: https://ai.google.dev/api/models. It does not state prices, modalities, tool use or dates, nor whether a model
that generates content answers in text, pictures or speech; `version` follows no rule.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from syncers.kinds.capabilities import marks
from syncers.kinds.coerce import without_none, words
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record
from syncers.payload.auth import Header
from syncers.payload.paging import Cursor

#: Supported methods that determine the task. `predict` is Imagen, `predictLongRunning` is Veo.
_TASKS: Final = {
    "embedContent": "embedding",
    "embedText": "embedding",
    "predict": "image",
    "predictLongRunning": "video",
}
#: Models also cache implicitly, and batches are newer than the list: a missing method states nothing.
_ABILITIES: Final = {
    "createCachedContent": "supports_prompt_caching",
    "batchGenerateContent": "supports_batch",
    "asyncBatchEmbedContent": "supports_batch",
}
_WITHOUT_TOKENS: Final = frozenset({"predict", "predictLongRunning"})


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
    fields_at = {"name": "displayName", "description": "description", "max_input_tokens": "inputTokenLimit"}

    def native_id(self, record: Record) -> str:
        return record.text("name").removeprefix("models/")

    def more(self, record: Record) -> dict[str, Any]:
        methods = words(record.get("supportedGenerationMethods"), "supportedGenerationMethods") or ()
        values = self._limits(record, methods)
        if record.get("thinking") is not None:
            values["supports_reasoning"] = record.get("thinking")
        if not methods:
            return values
        tasks = {_TASKS[method] for method in methods if method in _TASKS}
        if len(tasks) == 1 and "generateContent" not in methods:
            values["task"] = tasks.pop()
        elif "bidiGenerateContent" in methods and "generateContent" not in methods:
            values["task"] = "realtime"
        return values | marks(methods, _ABILITIES)

    def _limits(self, record: Record, methods: tuple[str, ...]) -> dict[str, Any]:
        """Google calls the input limit the context of a model. Where the output limit is larger (speech: 8,192 in,
        16,384 out), it is the longest prompt only, and no window is stated.
        """
        window, output = record.get("inputTokenLimit") or None, record.get("outputTokenLimit")
        if not _WITHOUT_TOKENS.isdisjoint(methods):
            return {}  # a prompt limit is no context window, and every Imagen and Veo states an output of 8,192
        if output == 1:
            output = None  # stated for embeddings, which have no output tokens
        fits = not (isinstance(window, int) and isinstance(output, int) and output > window)
        return without_none({"context_window": window if fits else None, "max_output_tokens": output})
