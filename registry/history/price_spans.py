"""How long each price of a history was published, for charts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

Point = Mapping[str, Any]
"""As returned by `registry.history.timeline.prices`."""
Span = tuple[datetime, datetime, Point]
"""Begin, end, and the price point in force."""


def as_published(points: Iterable[Point], now: datetime) -> list[Span]:
    """The published points, each for as long as it was the newest statement and in force by its own dates."""
    spans = []
    for point in points:
        known_to = point["known_to"]
        begins, ends = known_at(point["known_from"]), known_at(known_to) if known_to else now
        begins = max(begins, start_of(point["valid_from"]) or begins)
        ends = min(ends, start_of(point["valid_to"]) or ends)
        if begins < ends or (begins == ends and not known_to):
            spans.append((begins, ends, point))
    return sorted(spans, key=lambda span: span[0])


def known_at(revision: Mapping[str, str]) -> datetime:
    """When a revision was published, from the JSON of a point."""
    return datetime.fromisoformat(revision["at"])


def start_of(day: str | None) -> datetime | None:
    """The first moment of a day; None for no day."""
    return datetime.combine(date.fromisoformat(day), time(tzinfo=UTC)) if day else None
