"""Venice: models of many makers, served privately. Docs: https://docs.venice.ai/api-reference/endpoint/models/list.

Prices are in USD; the type of the model determines their unit; video is priced by quote only. It states no
output modalities. `owned_by` is always Venice; who made a model is to be seen from `modelSource` at best.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, Final

from syncers.kinds import units
from syncers.kinds.capabilities import efforts
from syncers.kinds.coerce import day_of, table, text, without_none, words
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record
from syncers.sources.hosts.venice_prices import not_taken, price_fields

_TASKS: Final = {
    "text": "chat",
    "code": "chat",
    "embedding": "embedding",
    "image": "image",
    "inpaint": "image",
    "upscale": "image",
    "asr": "transcription",
    "tts": "speech",
    "music": "audio",
    "video": "video",
}
_FLAGS: Final = {
    "supports_tools": "supportsFunctionCalling",
    "supports_reasoning": "supportsReasoning",
    "supports_structured_output": "supportsResponseSchema",
    "supports_vision": "supportsVision",
    "supports_video_input": "supportsVideoInput",
    "supports_audio_input": "supportsAudioInput",
    "supports_web_search": "supportsWebSearch",
    "supports_logprobs": "supportsLogProbs",
}
_HUGGING_FACE: Final = re.compile(r"https://huggingface\.co/([\w.-]+/[\w.-]+)/?", re.ASCII)


class Venice(ModelList):
    slug, label, speaks_for = "venice", "Venice", "venice"
    url, homepage = "https://api.venice.ai/api/v1/models?type=all", "https://venice.ai"
    authority = (
        "name", "description", "price", "limit", "capability", "lifecycle", "task", "quantization", "hugging_face_id",
        "data_policy",
    )  # fmt: skip
    key_variable = "VENICE_API_KEY"
    expected = (5, 1_000)
    confidence = "high"
    unit = units.USD_PER_1M
    fields_at = {"name": "model_spec.name", "description": "model_spec.description"}

    def more(self, record: Record) -> dict[str, Any]:
        spec = Record(record.where, table(record.get("model_spec"), "model_spec"))
        source, built = text(spec.get("modelSource")), spec.get("capabilities", "quantization")
        successor = spec.get("deprecation", "replacementModelId")
        on_hub = _HUGGING_FACE.fullmatch(source) if isinstance(source, str) else None
        values = {
            "task": _TASKS.get(str(record.get("type"))),
            "context_window": spec.get("availableContextTokens") or record.get("context_length") or None,
            "max_output_tokens": spec.get("maxCompletionTokens") or None,
            "hugging_face_id": on_hub[1] if on_hub else None,
            "quantization": None if built == "not-available" else text(built),
            "status": "preview" if True in (spec.get("beta"), spec.get("betaModel")) else None,
            "retires_on": day_of(spec.get("deprecation", "removesAt") or spec.get("deprecation", "date")),
            "max_images": spec.get("capabilities", "maxImages") or None,
            "data_policy": text(spec.get("privacy")),
            "successor": f"venice/{successor}" if isinstance(successor, str) and successor.strip() else None,
            **efforts(words(spec.get("capabilities", "reasoningEffortOptions"), "reasoningEffortOptions")),
            **{field: spec.get("capabilities", word) for field, word in _FLAGS.items()},
        }
        prices = price_fields(str(record.get("type")), table(spec.get("pricing"), "pricing"))
        return without_none(values) | prices

    def notices(self, document: Any) -> dict[str, int]:
        data = document.get("data") if isinstance(document, dict) else None
        counts: Counter[str] = Counter()
        for row in data if isinstance(data, list) else ():
            record = Record("", row)
            pricing = record.get("model_spec", "pricing")
            if isinstance(pricing, dict):
                counts.update(not_taken(str(record.get("type")), pricing))
        return dict(counts)
