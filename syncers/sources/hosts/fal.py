"""fal: endpoints for images, video and sound.

Docs: https://docs.fal.ai/platform-apis/v1/models. Prices are at another address and are read by `fal_prices`. The list
does not state owners, limits or retirement dates; nor whether `date` is that of the release. The input is only known
in part (an image model may accept text as well) and not read.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record
from syncers.payload.auth import Header
from syncers.payload.paging import Cursor

#: Output, by the last word of the category (`text-to-image`) → modality, task.
_OUTPUTS: Final = {
    "image": ("image", "image"),
    "video": ("video", "video"),
    "speech": ("audio", "speech"),
    "audio": ("audio", "audio"),
}
_STATUSES: Final = {"active": "active", "deprecated": "deprecated"}


class Fal(ModelList):
    slug, label, speaks_for = "fal", "fal", "fal"
    url = "https://api.fal.ai/v1/models"
    homepage = "https://fal.ai"
    authority = ("name", "description", "task", "status", "output_modalities")
    key_variable, auth = "FAL_KEY", Header(word="Key")
    expected = (50, 10_000)
    confidence = "medium"
    paging = Cursor("next_cursor", "cursor", size=("limit", 100), more_at="has_more")
    records_at, id_at = "models", "endpoint_id"
    fields_at = {"name": "metadata.display_name", "description": "metadata.description"}

    def wanted(self, record: Record) -> bool:
        return "training" not in (record.get("metadata", "category"), record.get("metadata", "kind"))

    def more(self, record: Record) -> dict[str, Any]:
        category, status = str(record.get("metadata", "category")), str(record.get("metadata", "status"))
        values: dict[str, Any] = {"status": _STATUSES[status]} if status in _STATUSES else {}
        _, to, word = category.rpartition("-to-")
        if to and word in _OUTPUTS:
            modality, task = _OUTPUTS[word]
            values |= {"output_modalities": [modality], "task": task}
        elif category == "speech-to-text":
            values |= {"output_modalities": ["text"], "task": "transcription"}
        return values

    def notices(self, document: Any) -> dict[str, int]:
        counts = Counter(str(record.get("metadata", "status")) for record in self.records(document))
        return {
            f"status {status[:40]}": count for status, count in counts.items() if status not in {*_STATUSES, "None"}
        }
