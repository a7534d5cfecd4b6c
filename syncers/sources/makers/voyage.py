"""Voyage AI: its own model list, ids only. Several clients read it, though it is not in the vendor's OpenAPI file."""

from __future__ import annotations

from syncers.kinds.model_list import ModelList


class Voyage(ModelList):
    slug, label, speaks_for = "voyage", "Voyage AI", "voyage"
    url, homepage = "https://api.voyageai.com/v1/models", "https://www.voyageai.com"
    key_variable, key_required = "VOYAGE_API_KEY", True
    expected = (2, 100)
    confidence = "low"
