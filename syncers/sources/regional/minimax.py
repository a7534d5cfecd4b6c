"""MiniMax: its own lists of text models, of the international host and of the one in mainland China.

Docs: https://platform.minimax.io/docs. They state ids only; speech, video, image and music models are not in them.
Errors come with HTTP status 200.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from syncers.errors import ProviderRefused
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record
from syncers.payload.paging import at_path


class MiniMax(ModelList):
    slug, label, speaks_for = "minimax", "MiniMax", "minimax"
    url, homepage = "https://api.minimax.io/v1/models", "https://www.minimax.io"
    key_variable, key_required = "MINIMAX_API_KEY", True
    expected = (1, 100)
    confidence = "medium"

    def records(self, document: Any) -> Iterator[Record]:
        if at_path(document, "base_resp.status_code"):
            raise ProviderRefused(f"{self.label} says: {str(at_path(document, 'base_resp.status_msg'))[:200]}")
        return super().records(document)
