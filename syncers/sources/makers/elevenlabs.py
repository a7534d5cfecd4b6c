"""ElevenLabs: its own list of voice models. Docs: https://elevenlabs.io/docs/api-reference/models/list.

Money is on a page for people; the list has multipliers of the plan's credits only. Transcription models may be missing.
"""

from __future__ import annotations

from typing import Any

from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record
from syncers.payload.auth import Header


class ElevenLabs(ModelList):
    slug, label, speaks_for = "elevenlabs", "ElevenLabs", "elevenlabs"
    url, homepage = "https://api.elevenlabs.io/v1/models", "https://elevenlabs.io"
    key_variable, key_required = "ELEVENLABS_API_KEY", True
    auth = Header("xi-api-key", "")
    expected = (2, 200)
    confidence = "high"
    records_at, id_at = "", "model_id"
    fields_at = {"name": "name", "description": "description", "supports_fine_tuning": "can_be_finetuned"}

    def more(self, record: Record) -> dict[str, Any]:
        values = {"task": "speech"} if record.get("can_do_text_to_speech") is True else {}
        return values | ({"status": "preview"} if record.get("requires_alpha_access") is True else {})
