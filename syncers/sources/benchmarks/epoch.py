"""Epoch AI's Benchmarking Hub: what Epoch itself ran.

Data: https://epoch.ai/data/benchmark_data.zip, CC-BY-4.0, one CSV for each benchmark. The files called
`…_external.csv` hold results of others, under licences of their own, and are not read; nor is the capabilities index,
whose date is not said to be that of the index. Scores are shares of 1. They come without the day of the run: the date
in them is the model's.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from registry.http.bodies import MAX_BYTES
from syncers.errors import BadPayload
from syncers.kinds.benchmarks import BenchmarkList, ReportedScore
from syncers.kinds.record import Record

_FILES: Final = {
    "gpqa_diamond.csv": "epoch_gpqa_diamond",
    "swe_bench_verified.csv": "epoch_swe_bench_verified",
}
_SCORE: Final = "mean_score"


class Epoch(BenchmarkList):
    slug, label, licence = "epoch", "Epoch AI Benchmarking Hub", "CC-BY-4.0"
    url = "https://epoch.ai/data/benchmark_data.zip"
    homepage = evidence = "https://epoch.ai/data"
    every = timedelta(days=1)
    expected = (20, 5_000)
    confidence = "high"

    def read(self, body: bytes) -> dict[str, list[dict[str, str]]]:
        """Rows by name of the file."""
        try:
            with zipfile.ZipFile(io.BytesIO(body)) as archive:
                members = {name.rpartition("/")[2]: name for name in archive.namelist()}
                return {name: list(_rows(archive, members[name])) for name in _FILES if name in members}
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, zlib.error) as error:
            raise BadPayload(f"{self.slug}: not a zip archive that can be read: {error}") from error
        except (csv.Error, UnicodeDecodeError) as error:
            raise BadPayload(f"{self.slug}: not a CSV: {error}") from error

    def records(self, document: Any) -> Iterator[Record]:
        for name, rows in document.items():
            for line, row in enumerate(rows, start=2):
                yield Record(f"{name}:{line}", row, context=_FILES[name])

    def scores(self, record: Record) -> Iterator[ReportedScore]:
        # A run without a score was not finished.
        if not str(record.get(_SCORE) or "").strip() and _SCORE in record.data:
            return
        yield ReportedScore(
            record.text("Model version"),
            record.context,
            record.text(_SCORE),
            "share",
            author=record.get("Organization"),
        )


def _rows(archive: zipfile.ZipFile, name: str) -> Iterator[dict[str, str]]:
    if archive.getinfo(name).file_size > MAX_BYTES:
        raise BadPayload(f"{name} has more than {MAX_BYTES:,} bytes")
    with archive.open(name) as file:
        for row in csv.DictReader(io.TextIOWrapper(file, encoding="utf-8-sig", newline="")):
            yield {key: value for key, value in row.items() if isinstance(key, str) and isinstance(value, str)}
