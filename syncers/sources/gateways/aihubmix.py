"""AiHubMix: a gateway that lists about 600 models, prices in USD per 1M tokens.

Docs: https://docs.aihubmix.com/en/api/Models-API. The docs call the prices those of 1K tokens; the numbers are those of
1M (gpt-5: 1.25 and 10). For image and video models they may be per item, so only those of language and embedding
models are taken. It does not state output modalities, release or retirement dates; features are only read as yes.
"""

from __future__ import annotations

from typing import Any, Final

from registry.domain.rates import Amounts
from syncers.kinds import units
from syncers.kinds.capabilities import marks, modalities, split
from syncers.kinds.model_list import ModelList
from syncers.kinds.price_table import token_prices
from syncers.kinds.record import Record

_TASKS: Final = {
    "llm": "chat",
    "image_generation": "image",
    "video": "video",
    "tts": "speech",
    "stt": "transcription",
    "embedding": "embedding",
    "rerank": "rerank",
    "ocr": "ocr",
    "search": "search",
}
_FEATURES: Final = {
    "thinking": "supports_reasoning",
    "tools": "supports_tools",
    "structured_outputs": "supports_structured_output",
    "web": "supports_web_search",
}
_METERS: Final = ("input", "output", "cache_read", "cache_write")


class AiHubMix(ModelList):
    slug, label, speaks_for = "aihubmix", "AiHubMix", "aihubmix"
    url = "https://aihubmix.com/api/v1/models"
    homepage = "https://aihubmix.com"
    authority = ("name", "description", "price", "limit", "modality", "capability", "task")
    key_variable = "AIHUBMIX_API_KEY"
    expected = (50, 5_000)
    confidence = "high"
    unit = units.USD_PER_1M
    zero_is_free = False  # free variants end in `-free`; elsewhere 0 means not filled in
    fields_at = {
        "name": ("model_name", "name"),
        "description": ("desc", "description"),
        "context_window": "context_length",
        "max_output_tokens": "max_output",
    }

    def native_id(self, record: Record) -> str:
        return record.text("id" if record.get("model_id") is None else "model_id")  # `id` is older

    def more(self, record: Record) -> dict[str, Any]:
        kinds, listed = split(record.get("types"), "types"), split(record.get("features"), "features")
        values: dict[str, Any] = {"task": _TASKS[kinds[0]]} if len(kinds) == 1 and kinds[0] in _TASKS else {}
        values |= marks(listed, _FEATURES) | marks(listed, {"function_calling": "supports_tools"})
        values |= modalities(list(split(record.get("input_modalities"), "input_modalities")), None)
        if kinds and {*kinds} <= {"llm", "embedding"}:
            values |= self.prices(record, {f"price.{meter}": f"pricing.{meter}" for meter in _METERS})
            if self.native_id(record).endswith("-free") and record.get("pricing", "input") == 0:
                values |= token_prices(Amounts.FREE)
        return values
