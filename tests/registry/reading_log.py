"""A log of readings for tests of the registry alone: sources as the test states them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from registry.catalogue import freshness
from registry.catalogue.freshness import SourceReading


class FixedReadingLog:
    """Sources by slug, and what they do not confirm any more: offering, source, field (`""` for all)."""

    def __init__(self, *readings: SourceReading, gone: Collection[tuple[str, str, str]] = ()) -> None:
        self.by_slug = {row.slug: row for row in readings}
        self.gone_from = gone

    def readings(self) -> Mapping[str, SourceReading]:
        return self.by_slug

    def gone(self, offerings: Collection[str] | None) -> Collection[tuple[str, str, str]]:
        return [place for place in self.gone_from if offerings is None or place[0] in offerings]

    def dated(self, offerings: Collection[str] | None) -> Mapping[tuple[str, str], datetime]:
        return {}


@contextmanager
def reading_log(*readings: SourceReading, gone: Collection[tuple[str, str, str]] = ()) -> Iterator[None]:
    """Makes these the known sources inside the block."""
    before = freshness.reading_log()
    freshness.register(FixedReadingLog(*readings, gone=gone))
    try:
        yield
    finally:
        freshness.register(before)


def read(slug: str, at: datetime | None, speaks_for: str = "") -> SourceReading:
    return SourceReading(slug, at, speaks_for)
