"""Hyperbolic: the models it serves.

Docs: https://docs.hyperbolic.xyz. It states no prices, output limits or dates: `created` is the time of the answer.
`supports_tools` is false on every row of the recording of July 2025, so False is not read.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record


class Hyperbolic(ModelList):
    slug, label, speaks_for = "hyperbolic", "Hyperbolic", "hyperbolic"
    url = "https://api.hyperbolic.xyz/v1/models"
    homepage = "https://www.hyperbolic.ai"
    key_variable, key_required = "HYPERBOLIC_API_KEY", True
    authority = ("limit", "task", "supports_vision", "supports_tools")
    every = timedelta(days=1)
    expected = (5, 500)
    confidence = "medium"
    fields_at = {"context_window": "context_length"}

    def more(self, record: Record) -> dict[str, Any]:
        values: dict[str, Any] = {}
        # The rest is images, speech and plain completion, without a field that tells them apart.
        if record.get("supports_chat") is True:
            values["task"] = "chat"
            if record.get("supports_image_input") is not None:
                values["supports_vision"] = record.get("supports_image_input")
        if record.get("supports_tools") is True:
            values["supports_tools"] = True
        return values
