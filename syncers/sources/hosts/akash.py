"""AkashML: models served on the Akash network. Docs: the Akash Network agent guide, https://akash.network.

Prices are USD per 1M tokens, as text, under the key names that elsewhere mean USD per token. It tells no modalities
and no dates. The older AkashChat API answers with a web page since September 2026.
"""

from __future__ import annotations

from typing import Any, Final

from syncers.kinds import units
from syncers.kinds.coerce import amount, money, stated, words
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record
from syncers.kinds.words import marks

_FEATURES: Final = {"tools": "supports_tools", "reasoning": "supports_reasoning", "streaming": "supports_streaming"}


class Akash(ModelList):
    slug, label, speaks_for = "akash", "AkashML", "akash"
    url, homepage = "https://api.akashml.com/v1/models", "https://akash.network"
    authority = ("price", "limit", "capability", "quantization")
    key_variable, key_required = "AKASHML_API_KEY", True
    expected = (2, 200)
    confidence = "low"
    unit = units.USD_PER_1M
    fields_at = {
        "context_window": "context_length",
        "max_output_tokens": "max_output_length",
        "quantization": "quantization",
    }
    prices_at = {
        "price.input": "pricing.input",
        "price.output": "pricing.output",
        "price.cache_read": "pricing.input_cache_read",
    }

    def more(self, record: Record) -> dict[str, Any]:
        features, fee = words(record.get("supported_features"), "supported_features"), record.get("pricing", "request")
        values: dict[str, Any] = {"price.request": money(fee) if amount(fee) else None}  # "0" on all rows: no such fee
        return stated(values) | marks(features, _FEATURES)
