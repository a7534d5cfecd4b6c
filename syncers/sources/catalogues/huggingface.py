"""Hugging Face Hub: the most downloaded open models that can be called through Hugging Face's inference providers.

Docs: https://huggingface.co/docs/hub/api, https://huggingface.co/docs/inference-providers/hub-api. Of the list by
downloads, the first HUGGINGFACE_TOP models (100 unless set) with a licence that allows commercial use are taken.
The Hub tells licences and kinds of models; it does not state prices, context lengths or output limits (see
`huggingface-router`), and `createdAt` is the day on which the repository was made, not the day of release.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from curation.core.claim import InvalidClaim
from syncers.errors import NotConfigured
from syncers.kinds.capabilities import INPUTS, marks
from syncers.kinds.coerce import without_none, words
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record

_TOP: Final = "HUGGINGFACE_TOP"
_LICENCE: Final = "license:"
#: Licences, as the Hub writes them, whose text allows commercial use. The community ones (llama, gemma, openrail) tie
#: it to terms of use, but allow it. `other`, `unknown` and a missing one say nothing, so such models are not taken.
_ALLOWING: Final = (
    "apache-2.0 mit mit-0 isc bsd bsd-2-clause bsd-3-clause bsd-3-clause-clear bsl-1.0 zlib unlicense wtfpl ms-pl "
    "artistic-2.0 afl-3.0 ecl-2.0 epl-1.0 epl-2.0 eupl-1.1 eupl-1.2 mpl-2.0 osl-3.0 ncsa postgresql lgpl lgpl-2.1 "
    "lgpl-3.0 gpl gpl-2.0 gpl-3.0 agpl-3.0 cc0-1.0 cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 "
    "cdla-permissive-1.0 cdla-permissive-2.0 openrail openrail++ creativeml-openrail-m bigscience-openrail-m "
    "bigcode-openrail-m llama2 llama3 llama3.1 llama3.2 llama3.3 llama4 gemma"
)
_COMMERCIAL: Final = frozenset(_ALLOWING.split())
#: The Hub's kinds of models → task, what goes in, what comes out.
_KINDS: Final[dict[str, tuple[str | None, tuple[str, ...], tuple[str, ...]]]] = {
    "text-generation": (None, ("text",), ("text",)),
    "image-text-to-text": (None, ("image", "text"), ("text",)),
    "feature-extraction": ("embedding", (), ("embedding",)),
    "sentence-similarity": ("embedding", ("text",), ("embedding",)),
    "text-ranking": ("rerank", ("text",), ()),
    "text-to-image": ("image", ("text",), ("image",)),
    "text-to-video": ("video", ("text",), ("video",)),
    "text-to-speech": ("speech", ("text",), ("audio",)),
    "automatic-speech-recognition": ("transcription", ("audio",), ("text",)),
}
_WEIGHTS: Final = frozenset({"safetensors", "gguf", "pytorch"})


class HuggingFace(ModelList):
    slug, label, speaks_for = "huggingface", "Hugging Face Hub", "huggingface"
    url = "https://huggingface.co/api/models?inference_provider=all&sort=downloads&limit=1000"
    homepage = "https://huggingface.co/models"
    authority = ("hugging_face_id", "license", "open_weights", "task", "modality", "supports_vision")
    key_variable = "HF_TOKEN"
    records_at = ""
    every = timedelta(days=1)
    expected = (20, 1_000)
    confidence = "high"

    def records(self, document: Any) -> Iterator[Record]:
        remaining = _top()
        for record in super().records(document):
            # An element that cannot be read is passed on, so that it is reported as rejected.
            if not isinstance(record.get("id"), str) or _licence(record):
                if remaining == 0:
                    return
                remaining -= 1
                yield record

    def more(self, record: Record) -> dict[str, Any]:
        tags = words(record.get("tags"), "tags") or ()
        task, inputs, outputs = _KINDS.get(str(record.get("pipeline_tag")), (None, (), ()))
        values: dict[str, Any] = {
            "hugging_face_id": self.native_id(record),
            **without_none({"license": _licence(record)}),
        }
        if "conversational" in tags and outputs == ("text",) and task is None:
            values["task"] = "chat"
        elif task:
            values["task"] = task
        values |= {"input_modalities": inputs} | marks(inputs, INPUTS) if inputs else {}
        values |= {"output_modalities": outputs} if outputs else {}
        # Never no: weights may exist in a form without a tag.
        return values | ({"open_weights": True} if _WEIGHTS & set(tags) else {})


def _licence(record: Record) -> str | None:
    """The licence, when it allows commercial use. Two licences in one repository say nothing about the model."""
    try:
        tags = words(record.get("tags"), "tags") or ()
    except InvalidClaim:
        return "unreadable"  # never published: the record is rejected
    licences = {tag.removeprefix(_LICENCE) for tag in tags if tag.startswith(_LICENCE)}
    return licences.pop() if len(licences) == 1 and licences <= _COMMERCIAL else None


def _top() -> int:
    setting = os.environ.get(_TOP) or "100"
    if not setting.isdecimal() or int(setting) < 1:
        raise NotConfigured(f"{_TOP} must be a whole number from 1, not {setting!r}")
    return int(setting)
