"""DeepInfra: its own catalogue, with prices in US cents per token.

Docs: https://deepinfra.com/docs. The other list it has (`/v1/openai/models`, prices in USD per 1M tokens, `metadata`)
is understood too. Not stated: maximum output in the first list, the unit of image and time prices, release dates. Tiers
by length of the prompt are free text and not taken. Tags are only read as yes: they are not documented as complete.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from registry.domain.rates import Amounts, PriceLine
from syncers.kinds import units
from syncers.kinds.capabilities import marks
from syncers.kinds.coerce import amount, day_of, money, without_none, words
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record

_TASKS: Final = {
    "text-generation": "chat",  # all of them are served as chat completions
    "embeddings": "embedding",
    "reranker": "rerank",
    "text-to-image": "image",
    "text-to-video": "video",
    "text-to-speech": "speech",
    "automatic-speech-recognition": "transcription",
}
_TAGS: Final = {
    "tools": "supports_tools",
    "json": "supports_json_mode",
    "structured-output": "supports_structured_output",
    "reasoning": "supports_reasoning",
    "vision": "supports_vision",
    "input-audio": "supports_audio_input",
    "input-video": "supports_video_input",
    "prompt_cache": "supports_prompt_caching",
}
#: Of the other list, in USD per 1M tokens.
_DOLLARS: Final = {
    "price.input": "input_tokens",
    "price.output": "output_tokens",
    "price.cache_read": "cache_read_tokens",
}


class DeepInfra(ModelList):
    slug, label, speaks_for = "deepinfra", "DeepInfra", "deepinfra"
    url = "https://api.deepinfra.com/models/list"
    homepage = "https://deepinfra.com"
    authority = ("description", "price", "limit", "capability", "lifecycle", "task", "quantization")
    key_variable = "DEEPINFRA_API_KEY"
    expected = (40, 2_000)
    confidence = "high"
    records_at, also_at = "", ("data",)
    unit = units.CENTS_PER_TOKEN
    fields_at = {
        "quantization": "quantization",
        "max_output_tokens": "metadata.max_tokens",
        "description": ("description", "metadata.description"),
    }

    def wanted(self, record: Record) -> bool:
        return not record.get("private")  # of the account that asks

    def native_id(self, record: Record) -> str:
        return record.text("id" if record.get("model_name") is None else "model_name")

    def more(self, record: Record) -> dict[str, Any]:
        tags = words(record.get("tags"), "tags") or words(record.get("metadata", "tags"), "tags") or ()
        successor = record.get("replaced_by")
        values = {
            "task": _TASKS.get(str(record.get("type"))),
            # `max_tokens` is the window that is served in the first list; in `metadata` it is the limit of the output.
            "context_window": record.get("max_tokens") or record.get("metadata", "context_length") or None,
            "retires_on": day_of(record.get("deprecated")),
            "successor": f"deepinfra/{successor}" if isinstance(successor, str) and successor.strip() else None,
            "supports_reasoning": False if "non-reasoning" in tags else None,
        }
        prices = self._cents(record) | {
            name: line
            for name, key in _DOLLARS.items()
            if (line := money(record.get("metadata", "pricing", key))) is not None
        }
        return without_none(values) | marks(tags, _TAGS) | prices

    def _cents(self, record: Record) -> dict[str, PriceLine]:
        """Prices of tokens. The cache is billed at a share of the price of input."""
        prices = self.prices(
            record, {"price.input": "pricing.cents_per_input_token", "price.output": "pricing.cents_per_output_token"}
        )
        for name, key in (("cache_read", "cached"), ("cache_write", "cache_write")):
            share = amount(record.get("pricing", f"rate_per_input_token_{key}"))
            line = self.price(record.get("pricing", "cents_per_input_token"), times=share) if share else None
            prices |= {f"price.{name}": line} if line else {}
        # An embedding has no output to be free of charge.
        chat = record.get("type") == "text-generation"
        return {name: line for name, line in prices.items() if chat or line[0].state is not Amounts.FREE}

    def notices(self, document: Any) -> dict[str, int]:
        kinds = (record.get("pricing", "type") for record in self.records(document))
        return dict(Counter(f"price kind {kind}"[:60] for kind in kinds if isinstance(kind, str) and kind != "tokens"))
