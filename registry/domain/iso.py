"""Days and moments as people and programs write them, in one strict form. Pure.

`date.fromisoformat` also takes week dates (`2026-W01`), ordinal dates and `20260101`, and `datetime.fromisoformat` any
sign between day and time. Those are usually mistakes, and would pass silently.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Final, TypeGuard

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_ZONE: Final = r"(?:Z|[+-]\d\d:?\d\d)?"
_TIME: Final = re.compile(rf"\d\d:\d\d(?::\d\d(?:\.\d{{1,9}})?)?{_ZONE}", re.ASCII)
_LONGEST: Final = 40


def is_day(text: object) -> TypeGuard[str]:
    """Whether it has the form of a day; it need not exist."""
    return isinstance(text, str) and bool(_DAY.fullmatch(text))


def day(text: object) -> date:
    """Reads `2026-01-31`. Raises ValueError for every other form, and for a day that does not exist."""
    if not is_day(text):
        raise ValueError(f"a day such as 2026-01-31 is expected, not {str(text)[:_LONGEST]!r}")
    return date.fromisoformat(text)


def time_of_day(text: object) -> time:
    """Reads `08:00`, with seconds and a zone where they are written. Raises ValueError."""
    if not isinstance(text, str) or not _TIME.fullmatch(text):
        raise ValueError(f"a time of day such as 08:00Z is expected, not {str(text)[:_LONGEST]!r}")
    return time.fromisoformat(text)


def moment(text: object) -> datetime:
    """Reads `2026-01-31T08:00Z`, or a day for its first instant. In UTC; UTC also where no zone is named.

    Raises ValueError for every other form, and for a moment that does not exist.
    """
    try:
        return _moment(text).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text} is out of range") from error


def day_of_moment(text: object) -> date:
    """The day of a moment on the clock of its own zone. Raises ValueError."""
    return _moment(text).date()


def instant(at: datetime | None) -> str | None:
    """A moment in UTC, to the second: `2026-11-21T08:00:00Z`; None stays None."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(text: object) -> datetime:
    if is_day(text):
        return datetime.combine(day(text), time(tzinfo=UTC))
    if not isinstance(text, str) or text[10:11] not in ("T", "t", " "):
        raise ValueError(f"a moment such as 2026-01-31T08:00Z is expected, not {str(text)[:_LONGEST]!r}")
    at = datetime.combine(day(text[:10]), time_of_day(text[11:]))
    return at if at.tzinfo else at.replace(tzinfo=UTC)
