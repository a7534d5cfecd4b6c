"""Anthropic: its own list of models, with limits and capabilities since 2026.

Docs: https://docs.claude.com/en/api/models-list. It states no prices, no knowledge cut-offs and nothing of web
search or computer use. `created_at` is documented as the time of release, and is the epoch where that is not
known.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from syncers.kinds.capabilities import EFFORT_FLAGS, efforts
from syncers.kinds.coerce import day_of, table, without_none
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record
from syncers.payload.auth import Header
from syncers.payload.paging import Cursor

_CAPABILITIES: Final = {
    "batch": "supports_batch",
    "code_execution": "supports_code_execution",
    "image_input": "supports_vision",
    "pdf_input": "supports_pdf_input",
    "structured_outputs": "supports_structured_output",
    "thinking": "supports_reasoning",
}
_STATUSES: Final = {"active": "active", "deprecated": "deprecated", "retired": "retired"}


class Anthropic(ModelList):
    slug, label, speaks_for = "anthropic", "Anthropic", "anthropic"
    url = "https://api.anthropic.com/v1/models"
    homepage = "https://docs.claude.com/en/docs/about-claude/models"
    key_variable, key_required = "ANTHROPIC_API_KEY", True
    auth = Header("x-api-key", word="", others=(("anthropic-version", "2023-06-01"),))
    paging = Cursor(at="last_id", parameter="after_id", size=("limit", 1000), more_at="has_more")
    authority = ("name", "limit", "capability", "lifecycle")
    every = timedelta(days=1)
    expected = (4, 200)
    confidence = "high"
    fields_at = {
        "name": "display_name",
        "context_window": "max_input_tokens",
        "max_output_tokens": "max_tokens",
    }

    def more(self, record: Record) -> dict[str, Any]:
        values: dict[str, Any] = {
            "released_on": day_of(record.get("created_at")),
            "retires_on": day_of(record.get("retires_at")),
            "deprecated_on": day_of(record.get("deprecated_at")),
            "status": _STATUSES.get(str(record.get("lifecycle"))),
        }
        capabilities = {
            name: table(value, name) for name, value in table(record.get("capabilities"), "capabilities").items()
        }
        for name, field in _CAPABILITIES.items():
            values[field] = capabilities.get(name, {}).get("supported")
        levels = {name: level for name, level in capabilities.get("effort", {}).items() if isinstance(level, dict)}
        stated = {
            name: level["supported"] for name, level in levels.items() if isinstance(level.get("supported"), bool)
        }
        noes = {EFFORT_FLAGS[name]: False for name, is_there in stated.items() if not is_there and name in EFFORT_FLAGS}
        return without_none(values) | noes | efforts([name for name, is_there in stated.items() if is_there])
