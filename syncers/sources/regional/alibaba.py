"""Alibaba Cloud Model Studio: the native catalogue of one region, prices by range of the prompt's length.

Docs: https://www.alibabacloud.com/help/en/model-studio/models. Keys are bound to a region, and so is the currency,
which the answer does not name: USD in Singapore, CNY in Beijing. `published_time` is the day of listing. Not stated:
retirement dates. Not taken: prices that hold at some hours only (`time_band`), whose form is not known, and prices in
units that are not known.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Any, Final

from curation.core.claim import InvalidClaim
from syncers.kinds import units
from syncers.kinds.capabilities import modalities
from syncers.kinds.coerce import without_none, words
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record
from syncers.payload.paging import Numbered
from syncers.sources.regional.alibaba_prices import not_taken, price_fields

#: Codes of `capabilities`. TR and ME are not documented.
_TASKS: Final = {"TG": "chat", "IG": "image", "VG": "video", "ASR": "transcription", "TTS": "speech"}
_CAPABILITIES: Final = {"Reasoning": "supports_reasoning", "VU": "supports_vision"}
_FEATURES: Final = {
    "function-calling": "supports_tools",
    "structured-outputs": "supports_structured_output",
    "web-search": "supports_web_search",
    "cache": "supports_prompt_caching",
    "batch": "supports_batch",
    "fine-tuning": "supports_fine_tuning",
}


class Alibaba(ModelList):
    slug, label, speaks_for = "alibaba", "Alibaba Cloud Model Studio", "alibaba"
    url = "https://dashscope-intl.aliyuncs.com/api/v1/models?language=en-US"
    homepage = "https://www.alibabacloud.com"
    authority = ("name", "description", "task", "limit", "modality", "capability", "price")
    key_variable, key_required = "DASHSCOPE_API_KEY", True
    expected = (40, 3_000)
    confidence = "high"
    paging = Numbered("page_no", size=("page_size", 100))
    records_at, id_at = "output.models", "model"
    unit = units.USD_PER_1M_OR_NAMED
    fields_at = {
        "name": "name",
        "description": "description",
        "context_window": "model_info.context_window",
        "max_input_tokens": "model_info.max_input_tokens",
        "max_output_tokens": "model_info.max_output_tokens",
        "max_reasoning_tokens": "model_info.max_reasoning_tokens",
    }

    marks_at = {"capabilities": _CAPABILITIES, "features": _FEATURES}

    def more(self, record: Record) -> dict[str, Any]:
        return {
            **without_none({"task": _task(record)}),
            **modalities(
                record.get("inference_metadata", "request_modality"),
                record.get("inference_metadata", "response_modality"),
            ),
            **price_fields(record.get("prices"), _task(record), self.price),
        }

    def notices(self, document: Any) -> dict[str, int]:
        counts: Counter[str] = Counter()
        for record in self.records(document):
            with suppress(InvalidClaim):  # for which the record is rejected
                counts.update(not_taken(record.get("prices"), _task(record)))
        return dict(counts)


def _task(record: Record) -> str | None:
    """The task by the codes; models that generate text and something else are chat models."""
    tasks = [_TASKS[code] for code in words(record.get("capabilities"), "capabilities") or () if code in _TASKS]
    return "chat" if "chat" in tasks else tasks[0] if len(tasks) == 1 else None
