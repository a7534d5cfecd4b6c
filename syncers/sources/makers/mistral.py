"""Mistral AI: its own model list. Docs: https://docs.mistral.ai/api/#tag/models.

The list has a row for every name of a model; `name` is its id, and the other names become its aliases. It
tells no prices, no output limit and no release date (`created` is the time of the request).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from syncers.kinds.coerce import day_of, names, text, without_none
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record

#: Default of the schema for an unset context length: mistral-embed had it in July 2025, and 8,192 since. Of chat models
#: it is the window.
_DEFAULT_CONTEXT: Final = 32_768
_NO_DESCRIPTION: Final = "Official "  # "Official mistral-small-2506 Mistral AI model"
_TASKS: Final = {
    "completion_chat": "chat",
    "ocr": "ocr",
    "moderation": "moderation",
    "audio_speech": "speech",
    "audio_transcription": "transcription",
}


class Mistral(ModelList):
    slug, label, speaks_for = "mistral", "Mistral AI", "mistral"
    url, homepage = "https://api.mistral.ai/v1/models", "https://mistral.ai"
    key_variable, key_required = "MISTRAL_API_KEY", True
    expected = (20, 500)
    confidence = "high"
    fields_at = {
        "supports_tools": "capabilities.function_calling",
        "supports_vision": "capabilities.vision",
        "supports_reasoning": "capabilities.reasoning",
        "supports_fine_tuning": "capabilities.fine_tuning",
        "supports_audio_input": "capabilities.audio",
        "can_classify": "capabilities.classification",
    }

    def records(self, document: Any) -> Iterator[Record]:
        records = list(super().records(document))
        own_names = _own_names([record.data for record in records])
        for record in records:
            yield Record(record.where, record.data, context=own_names)

    def wanted(self, record: Record) -> bool:
        if record.get("type") == "fine-tuned":
            return False  # belongs to the account
        ident, name = record.text("id"), record.get("name")
        return ident == name or not (ident in record.context or (isinstance(name, str) and name in record.context))

    def more(self, record: Record) -> dict[str, Any]:
        length, description = record.get("max_context_length"), text(record.get("description"))
        successor, is_chat = record.get("deprecation_replacement_model"), record.get("capabilities", "completion_chat")
        values = {
            "context_window": None if length == _DEFAULT_CONTEXT and not is_chat else length,
            "retires_on": day_of(record.get("deprecation")),
            "successor": f"mistral/{successor}" if isinstance(successor, str) and successor.strip() else None,
            "task": next((task for word, task in _TASKS.items() if record.get("capabilities", word) is True), None),
        }
        if not isinstance(description, str) or not description.startswith(_NO_DESCRIPTION):
            values["description"] = description
        return without_none(values)

    def names(self, record: Record) -> tuple[str, ...]:
        ident = record.text("id")
        return names(record.context.get(ident, ()), besides=ident)


def _own_names(listed: list[Any]) -> Mapping[str, list[str]]:
    """Id of each model → its other names. A name of two models (voxtral-mini-latest, 2025) belongs to neither."""
    models = [row for row in listed if isinstance(row, dict) and isinstance(row.get("id"), str)]
    aliases_of: dict[str, list[str]] = {row["id"]: [] for row in models if row.get("name") == row["id"]}
    for row in models:
        name, aliases = row.get("name"), row.get("aliases")
        if isinstance(name, str) and name in aliases_of:
            texts = [alias for alias in aliases if isinstance(alias, str)] if isinstance(aliases, list) else []
            aliases_of[name] += [other for other in (row["id"], *texts) if other != name]
    owners = Counter(name for others in aliases_of.values() for name in set(others))
    free = {name for name, count in owners.items() if count == 1 and name not in aliases_of}
    return {ident: [name for name in others if name in free] for ident, others in aliases_of.items()}
