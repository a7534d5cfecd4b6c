"""Deepgram: its own lists of transcription models and of voices. Docs: https://developers.deepgram.com/reference.

A model is called by its canonical name, which its versions share: the newest version is used. Each voice is a model
of its own. They state no prices.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from syncers.errors import BadPayload
from syncers.kinds.coerce import without_none, words
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record
from syncers.payload.auth import Header

_TASKS: Final = {"stt": "transcription", "tts": "speech"}


class Deepgram(ModelList):
    slug, label, speaks_for = "deepgram", "Deepgram", "deepgram"
    url, homepage = "https://api.deepgram.com/v1/models?include_outdated=false", "https://deepgram.com"
    key_variable, key_required = "DEEPGRAM_API_KEY", True
    auth = Header(word="Token")
    expected = (5, 1_000)
    confidence = "high"
    id_at = "canonical_name"

    def records(self, document: Any) -> Iterator[Record]:
        if not isinstance(document, dict) or not any(isinstance(document.get(kind), list) for kind in _TASKS):
            raise BadPayload(f"{self.slug}: the answer has neither of the lists {', '.join(_TASKS)}")
        listed = []
        for kind in _TASKS:
            rows = document.get(kind)
            listed += [(kind, n, row) for n, row in enumerate(rows if isinstance(rows, list) else ())]
        newest: dict[str, str] = {}
        for _, _, row in listed:
            name, version = _named(row)
            newest[name] = max(newest.get(name, ""), version)
        for kind, n, row in listed:
            yield Record(f"{kind}[{n}]", row, context=(kind, newest[_named(row)[0]]))

    def wanted(self, record: Record) -> bool:
        return bool(_named(record.data)[1] == record.context[1])

    def more(self, record: Record) -> dict[str, Any]:
        is_heard = record.context[0] == "stt"
        values = {
            "task": _TASKS[record.context[0]],
            "supports_streaming": record.get("streaming") if is_heard else None,
            "supports_batch": record.get("batch") if is_heard else None,
            "languages": words(record.get("languages"), "languages") or None,
        }
        return without_none(values)


def _named(row: Any) -> tuple[str, str]:
    """Canonical name and version of a row, "" for what is not there."""
    name, version = (row.get(key) if isinstance(row, dict) else None for key in ("canonical_name", "version"))
    return name if isinstance(name, str) else "", version if isinstance(version, str) else ""
