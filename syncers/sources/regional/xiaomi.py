"""Xiaomi MiMo: its own model list, ids only, of text and speech models alike. Prices are on a page for people."""

from __future__ import annotations

from syncers.kinds.model_list import ModelList


class Xiaomi(ModelList):
    slug, label, speaks_for = "xiaomi", "Xiaomi MiMo", "xiaomi"
    url, homepage = "https://api.xiaomimimo.com/v1/models", "https://api.xiaomimimo.com"
    key_variable, key_required = "XIAOMI_API_KEY", True
    expected = (1, 100)
    confidence = "low"
