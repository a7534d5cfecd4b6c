"""Writer: its own model list, ids and names only. Docs: https://dev.writer.com/api-reference. Prices are on a page
for people.
"""

from __future__ import annotations

from syncers.kinds.model_list import ModelList


class Writer(ModelList):
    slug, label, speaks_for = "writer", "Writer", "writer"
    url, homepage = "https://api.writer.com/v1/models", "https://writer.com"
    key_variable, key_required = "WRITER_API_KEY", True
    expected = (1, 100)
    confidence = "high"
    records_at, fields_at = "models", {"name": "name"}
