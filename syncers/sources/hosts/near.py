"""NEAR AI Cloud: open models in confidential hardware of its own, and closed ones forwarded.

Docs: https://docs.near.ai/cloud. The same price is there twice in one object, per 1M tokens (`input`, a number) and per
token (`prompt`, text); they must agree. Not taken: `image` and `request` ("0" where seen) and the versioned
`textPricing`, which repeats these prices. The list does not state release dates.
"""

from __future__ import annotations

from typing import Any

from curation.core.claim import InvalidClaim
from registry.domain.rates import PriceLine
from syncers.kinds import units
from syncers.kinds.capabilities import modalities
from syncers.kinds.coerce import day_of, money, rows, table, without_none
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record


class Near(ModelList):
    slug, label, speaks_for = "near", "NEAR AI Cloud", "near"
    url = "https://cloud-api.near.ai/v1/models"
    homepage = "https://near.ai"
    authority = (
        "name", "description", "price", "limit", "modality", "capability", "retires_on", "regions", "quantization",
        "hugging_face_id",
    )  # fmt: skip
    key_variable = "NEARAI_API_KEY"
    expected = (5, 500)
    confidence = "high"
    unit = units.USD_PER_TOKEN
    prices_at = {
        "price.input": "pricing.prompt",
        "price.output": "pricing.completion",
        "price.cache_read": "pricing.input_cache_read",
        "price.cache_write": "pricing.input_cache_write",
    }
    fields_at = {
        "name": "name",
        "description": "description",
        "supported_parameters": "supported_sampling_parameters",
        "quantization": "quantization",
        "hugging_face_id": "hugging_face_id",
        "context_window": ("context_length", "top_provider.context_length"),
        "max_output_tokens": ("max_output_length", "top_provider.max_completion_tokens"),
    }
    marks_at = {
        "supported_features": {
            "tools": "supports_tools",
            "reasoning": "supports_reasoning",
            "structured_outputs": "supports_structured_output",
        }
    }

    def more(self, record: Record) -> dict[str, Any]:
        inputs = record.get("input_modalities") or record.get("architecture", "inputModalities")
        outputs = record.get("output_modalities") or record.get("architecture", "outputModalities")
        values = {
            "retires_on": day_of(record.get("deprecation_date")),
            "regions": [
                code
                for place in rows(record.get("datacenters"), "datacenters")
                if (code := table(place, "datacenters").get("country_code"))
            ]
            or None,
        }
        return without_none(values) | modalities(inputs, outputs) | self._per_million(record)

    def _per_million(self, record: Record) -> dict[str, PriceLine]:
        """The same prices per 1M tokens. A record that contradicts itself is rejected."""
        prices: dict[str, PriceLine] = {}
        for name, key, twin in (("price.input", "input", "prompt"), ("price.output", "output", "completion")):
            line, other = money(record.get("pricing", key)), self.price(record.get("pricing", twin))
            if line and other and line != other:
                raise InvalidClaim(f"pricing: {key} and {twin} are not the same price")
            prices |= {name: line} if line else {}
        return prices
