"""Fireworks: its own list of models that are served without a deployment of one's own.

Docs: https://docs.fireworks.ai/api-reference/list-models. The OpenAI-style list (`/inference/v1/models`) is understood
too. Neither states prices or maximum output; `createTime` is not the day of release.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from curation.core.claim import InvalidClaim
from syncers.kinds.coerce import table, without_none
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record
from syncers.payload.paging import Cursor


class Fireworks(ModelList):
    slug, label, speaks_for = "fireworks", "Fireworks AI", "fireworks"
    # Without the filter most of the list can only be run on rented hardware.
    url = "https://api.fireworks.ai/v1/accounts/fireworks/models?filter=supports_serverless+%3D+true"
    homepage = "https://fireworks.ai"
    authority = ("name", "description", "limit", "capability", "lifecycle", "task", "hugging_face_id")
    key_variable, key_required = "FIREWORKS_API_KEY", True
    expected = (10, 1_000)
    confidence = "high"
    paging = Cursor("nextPageToken", "pageToken", size=("pageSize", 200))
    records_at, also_at = "models", ("data",)
    fields_at = {"name": "displayName", "description": "description"}

    def wanted(self, record: Record) -> bool:
        return record.get("supportsServerless") is not False

    def native_id(self, record: Record) -> str:
        return record.text("id" if record.get("name") is None else "name")

    def more(self, record: Record) -> dict[str, Any]:
        vision, tools = record.get("supportsImageInput"), record.get("supportsTools")
        repository = re.fullmatch(r"https://huggingface\.co/([\w.-]+/[\w.-]+)/?", str(record.get("huggingFaceUrl")))
        return without_none(
            {
                "task": _task(record),
                "context_window": record.get("contextLength") or record.get("context_length") or None,
                "supports_vision": record.get("supports_image_input") if vision is None else vision,
                "supports_tools": record.get("supports_tools") if tools is None else tools,
                "hugging_face_id": repository and repository[1],
                "retires_on": _day(record.get("deprecationDate")),
            }
        )


def _task(record: Record) -> str | None:
    """`FLUMINA` marks image models; one of them also states `supports_chat` (flux-kontext-max, July 2025)."""
    if record.get("kind") == "FLUMINA_BASE_MODEL":
        return "image"
    return "chat" if record.get("supports_chat") is True else None


def _day(value: Any) -> date | None:
    """The date in an object of `year`, `month`, `day`."""
    stated_on = table(value, "deprecationDate")
    if not any(stated_on.get(name) for name in ("year", "month", "day")):
        return None
    try:
        return date(stated_on["year"], stated_on["month"], stated_on["day"])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise InvalidClaim(f"deprecationDate: year, month and day expected, not {str(value)[:60]}") from error
