"""LMArena (arena.ai): ratings of models by votes between two answers, the board for text.

Data: https://huggingface.co/datasets/lmarena-ai/leaderboard-dataset, CC-BY-4.0. A rating is relative: it changes with
every model that joins, so it is always stored with the publication day of the board. The board with style control is
another list, which is not read. Categories for which the registry has a name are read; the others are counted in the
run's notices.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from syncers.kinds.benchmarks import BenchmarkList, ReportedScore
from syncers.kinds.coerce import full_day
from syncers.kinds.record import Record
from syncers.payload.paging import Offset

_CATEGORIES: Final = {
    "overall": "lmarena_text",
    "coding": "lmarena_text_coding",
    "math": "lmarena_text_math",
}


class LMArena(BenchmarkList):
    slug, label, licence = "lmarena", "LMArena", "CC-BY-4.0"
    url = "https://datasets-server.huggingface.co/rows?dataset=lmarena-ai/leaderboard-dataset&config=text&split=latest"
    homepage = evidence = "https://huggingface.co/datasets/lmarena-ai/leaderboard-dataset"
    paging = Offset(size=("length", 100))
    pause = 0.2
    records_at = "rows"
    every = timedelta(days=1)
    expected = (100, 5_000)
    confidence = "high"

    def scores(self, record: Record) -> Iterator[ReportedScore]:
        row = Record(record.where, record.get("row"))
        benchmark = _CATEGORIES.get(row.text("category"))
        if benchmark:
            yield ReportedScore(
                row.text("model_name"),
                benchmark,
                row.get("rating"),
                "rating",
                measured_on=full_day(row.get("leaderboard_publish_date")),
                author=row.get("organization"),
            )

    def notices(self, document: Any) -> dict[str, int]:
        words = (Record("", record.data).get("row", "category") for record in self.records(document))
        return dict(
            Counter(f"category {word[:40]}" for word in words if isinstance(word, str) and word not in _CATEGORIES)
        )
