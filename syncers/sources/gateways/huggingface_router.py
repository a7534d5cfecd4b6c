"""Hugging Face router: the models that can be called through router.huggingface.co, with the price at each provider.

Docs: https://huggingface.co/docs/inference-providers. Prices are USD per 1M tokens, as numbers, one row per
serving provider; there is no price of a model as such. One calls `<id>:<provider>` to fix the provider. Each row
is an offering `huggingface-<provider>/<id>`, since the price, the limits and the features belong to that pair: the
bare id means another provider from request to request. The catalogues that are read here (genai-prices) name the
same pairs in the same way, so that their statements meet; the name as called (`<id>:<provider>`) is an alias.

It does not state output limits, cache prices or release dates (`created`), and its measured speeds, which change with
every answer, are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from curation.core.authority import SourceType
from curation.core.claim import Claim, InvalidClaim, claim
from registry.domain.rates import Amounts
from registry.identity import names
from syncers.kinds import units
from syncers.kinds.capabilities import modalities
from syncers.kinds.coerce import rows, table, without_none
from syncers.kinds.price_table import token_prices
from syncers.kinds.record import Record
from syncers.kinds.source import Source

_SERVED: Final = "provider"
"""Key of a record for the row of its provider."""


class HuggingFaceRouter(Source):
    slug, label = "huggingface-router", "Hugging Face router"
    url = "https://router.huggingface.co/v1/models"
    homepage = "https://huggingface.co/inference/models"
    source_type, speaks_for = SourceType.OFFICIAL, "huggingface"
    authority = ("price", "limit", "modality", "capability", "hugging_face_id")
    key_variable = "HF_TOKEN"
    records_at = "data"
    unit = units.USD_PER_1M
    # 0 beside `is_free: false`, or without that flag (all models of publicai, December 2025), says nothing.
    zero_is_free = False
    expected = (50, 5_000)
    confidence = "high"

    def records(self, document: Any) -> Iterator[Record]:
        """One record per model and provider, so that a bad row of one provider does not affect the others."""
        for model in super().records(document):
            served = model.get("providers")
            if not isinstance(served, list) or not served:
                yield model
                continue
            shared = {key: value for key, value in model.data.items() if key != "providers"}
            for index, row in enumerate(served):
                yield Record(f"{model.where}.providers[{index}]", {**shared, _SERVED: row})

    def claims(self, record: Record) -> Iterator[Claim]:
        ident = record.text("id")
        if _SERVED not in record.data:
            rows(record.get("providers"), "providers")
            return  # a model that nobody serves now
        served = Record(record.where, record.get(_SERVED))
        provider = served.text("provider")
        # `staging` is a provider's own test, not open to callers; `error` is a temporary outage.
        if served.get("status") == "staging":
            return
        kinds = table(record.get("architecture"), "architecture")
        values = {
            "hugging_face_id": ident,
            "context_window": served.get("context_length"),
            "supports_tools": served.get("supports_tools"),
            "supports_structured_output": served.get("supports_structured_output"),
            **modalities(kinds.get("input_modalities"), kinds.get("output_modalities")),
        }
        prices = self.prices(served, {"price.input": "pricing.input", "price.output": "pricing.output"})
        if served.get("is_free") is True and not prices:
            prices = token_prices(Amounts.FREE)
        if not (slug := names.slug(provider)):
            raise InvalidClaim(f"provider: a name expected, not {provider[:60]!r}")
        yield claim(f"huggingface-{slug}/{ident}", without_none(values) | prices, aliases=(f"{ident}:{provider}",))
