"""For how long each price of a history was published, as charts draw it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

Point = Mapping[str, Any]
"""As `registry.history.timeline.prices` gives it."""
Span = tuple[datetime, datetime, Point]
"""When it begins and ends, and the point that holds."""


def as_published(points: Iterable[Point], now: datetime) -> list[Span]:
    """What was published, each for as long as it was the newest word and by its own dates held."""
    spans = []
    for point in points:
        known_to = point["known_to"]
        begins, ends = known_at(point["known_from"]), known_at(known_to) if known_to else now
        begins = max(begins, start_of(point["valid_from"]) or begins)
        ends = min(ends, start_of(point["valid_to"]) or ends)
        if begins < ends or (begins == ends and not known_to):
            spans.append((begins, ends, point))
    return sorted(spans, key=lambda span: span[0])


def known_at(known: Mapping[str, str]) -> datetime:
    """When a revision was published, as a point names it."""
    return datetime.fromisoformat(known["at"])


def start_of(day: str | None) -> datetime | None:
    """The first moment of a day; None for none."""
    return datetime.combine(date.fromisoformat(day), time(tzinfo=UTC)) if day else None
