"""DeepSeek: its own model list, which holds ids and nothing else. Docs:
https://api-docs.deepseek.com/api/list-models.

Prices (with their day-time windows) are on a page for people only.
"""

from __future__ import annotations

from syncers.kinds.model_list import ModelList


class DeepSeek(ModelList):
    slug, label, speaks_for = "deepseek", "DeepSeek", "deepseek"
    url, homepage = "https://api.deepseek.com/models", "https://www.deepseek.com"
    key_variable, key_required = "DEEPSEEK_API_KEY", True
    expected = (1, 50)
    confidence = "high"
