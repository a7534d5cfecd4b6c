"""Groq: its own list of models and their limits.

Docs: https://console.groq.com/docs/models. The list depends on the account. It does not tell prices, names, modalities,
capabilities or which of its models are for speech (they sit in the same list); `created` is not the day of release.
"""

from __future__ import annotations

from syncers.kinds.model_list import ModelList


class Groq(ModelList):
    slug, label, speaks_for = "groq", "Groq", "groq"
    url = "https://api.groq.com/openai/v1/models"
    homepage = "https://groq.com"
    authority = ("limit",)
    key_variable, key_required = "GROQ_API_KEY", True
    expected = (5, 200)
    confidence = "high"
    fields_at = {"context_window": "context_window", "max_output_tokens": "max_completion_tokens"}
