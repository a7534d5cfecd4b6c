"""OpenAI: its own list of models, which has ids and, since 2026, the day on which a model is shut down.

Docs: https://platform.openai.com/docs/api-reference/models. It states no prices, limits, kinds or names; `created`
is not the day of release. Fine-tuned models of the key's own account are in the list and are not taken.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from curation.core.claim import InvalidClaim
from syncers.kinds.coerce import full_day
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record


class OpenAI(ModelList):
    slug, label, speaks_for = "openai", "OpenAI", "openai"
    url = "https://api.openai.com/v1/models"
    homepage = "https://platform.openai.com/docs/models"
    key_variable, key_required = "OPENAI_API_KEY", True
    authority = ("retires_on",)
    every = timedelta(days=1)
    expected = (20, 1_000)
    confidence = "high"

    def wanted(self, record: Record) -> bool:
        return not str(record.get("id")).startswith("ft:")

    def more(self, record: Record) -> dict[str, Any]:
        value = record.get("shutdown_date")
        day = full_day(value)
        if value is not None and day is None:
            raise InvalidClaim(f"shutdown_date: a day expected, not {str(value)[:60]!r}")
        return {"retires_on": day} if day else {}
