"""Meta Model API: its own model list, ids only. Docs: https://dev.meta.ai/docs. It has taken the place of the Llama
API.

Context windows, modalities and prices are on pages of their own. Ids that end in `-contributor` cost less and are
offerings of their own.
"""

from __future__ import annotations

from syncers.kinds.model_list import ModelList


class Meta(ModelList):
    slug, label, speaks_for = "meta", "Meta Model API", "meta"
    url, homepage = "https://api.meta.ai/v1/models", "https://dev.meta.ai"
    key_variable, key_required = "META_API_KEY", True
    expected = (1, 100)
    confidence = "high"
