"""Featherless: some 15,000 fine-tuned models from Hugging Face, served for a flat monthly fee.

Docs: https://featherless.ai/docs. The whole list comes in one answer, up to 50 MB. It has no prices per token, since
tokens are unlimited in every plan; nor descriptions, release dates (`created`) or output modalities. What a plan
includes depends on the account that asks (`available_on_current_plan`), so it is not taken.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from registry.domain.rates import Amounts
from syncers.kinds.model_list import ModelList
from syncers.kinds.price_table import token_prices
from syncers.kinds.record import Record


class Featherless(ModelList):
    slug, label, speaks_for = "featherless", "Featherless", "featherless"
    url = "https://api.featherless.ai/v1/models"
    homepage = "https://featherless.ai"
    authority = ("price", "limit", "capability", "hugging_face_id")
    key_variable = "FEATHERLESS_API_KEY"
    prices_in = "included in a subscription, nothing per token"
    expected = (3_000, 45_000)
    confidence = "high"
    every = timedelta(days=1)  # a large answer that changes little, except for additions
    fields_at = {
        "context_window": "context_length",
        "max_output_tokens": "max_completion_tokens",
        # Only ever `true` when it is there (13,004 of 15,698 in April 2026).
        "supports_tools": "features.tool_use",
        "supports_vision": "features.image_input",
    }

    def more(self, record: Record) -> dict[str, Any]:
        # The model class determines the plan: without one the price is not known.
        if not record.get("model_class"):
            return {}
        # The id is that of the repository.
        return {"hugging_face_id": record.text("id"), **token_prices(Amounts.INCLUDED)}
