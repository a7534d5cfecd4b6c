"""Replicate: its collection of official models. Docs: https://replicate.com/docs/reference/http.

The full list has thousands of models of private users and is not read. It states no prices (they are by the second of
hardware, or by piece) and nothing about what a model can do, other than in prose.
"""

from __future__ import annotations

from curation.core.claim import InvalidClaim
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record


class Replicate(ModelList):
    slug, label, speaks_for = "replicate", "Replicate", "replicate"
    url, homepage = "https://api.replicate.com/v1/collections/official", "https://replicate.com"
    authority = ("description",)
    key_variable, key_required = "REPLICATE_API_TOKEN", True
    expected = (10, 2_000)
    confidence = "high"
    records_at = "models"
    fields_at = {"description": "description"}

    def wanted(self, record: Record) -> bool:
        return record.get("visibility") in (None, "public")

    def native_id(self, record: Record) -> str:
        owner, name = record.text("owner"), record.text("name")
        if "/" in owner + name:
            raise InvalidClaim(f"owner/name: two plain words expected, not {owner[:60]!r} and {name[:60]!r}")
        return f"{owner}/{name}"
