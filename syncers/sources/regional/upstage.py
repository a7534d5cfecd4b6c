"""Upstage: its own model list, ids only. The list is not in its documentation. Prices are on a page for people."""

from __future__ import annotations

from syncers.kinds.model_list import ModelList


class Upstage(ModelList):
    slug, label, speaks_for = "upstage", "Upstage", "upstage"
    url, homepage = "https://api.upstage.ai/v1/models", "https://www.upstage.ai"
    key_variable, key_required = "UPSTAGE_API_KEY", True
    expected = (1, 100)
    confidence = "low"
