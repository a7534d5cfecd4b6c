"""Morpheus: models that people offer on its marketplace, called through one gateway. Docs: https://apidocs.mor.org.

Its prices are bids in MOR per second, not per token, and are not taken.
"""

from __future__ import annotations

from typing import Any

from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record


class Morpheus(ModelList):
    slug, label, speaks_for = "morpheus", "Morpheus", "morpheus"
    url, homepage = "https://api.mor.org/api/v1/models", "https://apidocs.mor.org"
    authority = ("limit",)
    key_variable, key_required = "MORPHEUS_API_KEY", True
    expected = (2, 500)
    confidence = "high"

    def more(self, record: Record) -> dict[str, Any]:
        length = record.get("context_length")
        return {"context_window": length} if length else {}
