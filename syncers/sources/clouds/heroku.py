"""Heroku Managed Inference: the models that can be attached to an app.

The list is read as recorded in June 2025 and February 2026: ids, kinds and regions. It does not state prices,
limits or modalities.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from syncers.kinds.coerce import words
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record

#: `text-to-score` is what rerankers have.
_TASKS: Final = {
    "text-to-text": "chat",
    "text-to-embedding": "embedding",
    "text-to-image": "image",
    "text-to-score": "rerank",
}


class Heroku(ModelList):
    slug, label, speaks_for = "heroku", "Heroku Managed Inference", "heroku"
    url = "https://us.inference.heroku.com/available-models"
    homepage = "https://www.heroku.com"
    records_at, id_at = "", "model_id"
    authority = ("task", "regions")
    every = timedelta(days=1)
    expected = (4, 300)

    def more(self, record: Record) -> dict[str, Any]:
        kinds = words(record.get("type"), "type") or ()
        task = _TASKS.get(kinds[0]) if len(kinds) == 1 else None
        regions = words(record.get("regions"), "regions")
        return ({"task": task} if task else {}) | ({"regions": regions} if regions else {})
