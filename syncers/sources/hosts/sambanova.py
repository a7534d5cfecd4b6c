"""SambaNova: its own model list. Docs: https://docs.sambanova.ai. The list is public; prices are USD per token.

It tells no capabilities, modalities or dates.
"""

from __future__ import annotations

from typing import Any

from syncers.kinds import units
from syncers.kinds.coerce import amount, money
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record


class SambaNova(ModelList):
    slug, label, speaks_for = "sambanova", "SambaNova", "sambanova"
    url, homepage = "https://api.sambanova.ai/v1/models", "https://sambanova.ai"
    authority = ("price", "limit")
    key_variable = "SAMBANOVA_API_KEY"
    expected = (2, 200)
    confidence = "high"
    unit, zero_is_free = units.USD_PER_TOKEN, False  # audio is billed by the hour, whatever its token prices say
    fields_at = {"context_window": "context_length", "max_output_tokens": "max_completion_tokens"}
    prices_at = {"price.input": "pricing.prompt", "price.output": "pricing.completion"}

    def more(self, record: Record) -> dict[str, Any]:
        hourly = record.get("pricing", "duration_per_hour")
        line = money(hourly) if amount(hourly) else None
        return {"price.input[modality=audio;unit=hour]": line} if line else {}
