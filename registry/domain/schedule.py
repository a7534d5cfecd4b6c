"""When in the week a price holds: `Mon-Fri 00:30-16:30Z`, `Sat,Sun`, `09:00-18:00 Asia/Shanghai`.

A schedule is one or more windows joined by `+`, all in one zone. A window names days, hours or both, and then its
zone: `Z` for UTC, else a name of the IANA database; days alone are days in UTC. Hours include their start and not their
end; a window that ends before it starts runs over midnight and belongs to the day on which it starts. What holds is
decided by the clock on the wall of that zone, so that it moves with summer time as the provider's own clock does.

Pure: one schedule has one way of being written (`canonical`), so that the same price never gets two names.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY: Final = 24 * 60
_WEEK: Final = 7 * _DAY
_ALWAYS: Final = (1 << _WEEK) - 1
_NAMES: Final = "|".join(DAYS)
_WINDOW: Final = re.compile(
    rf"(?:(?P<days>(?:{_NAMES})(?:[-,](?:{_NAMES}))*))? ?"
    r"(?:(?P<from>\d\d:\d\d)-(?P<to>\d\d:\d\d))? ?"
    r"(?P<zone>Z|[A-Z][A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+){0,2})?",
    re.ASCII,
)
_UTC_NAMES: Final = frozenset({"", "Z", "UTC", "Etc/UTC", "Etc/UCT", "Etc/Zulu", "UCT", "Zulu"})


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule as it was read."""

    zone: str
    """Name in the IANA database, or "Z"."""
    minutes: int
    """One bit for each minute of the week on the wall clock of the zone, Monday 00:00 first."""

    def holds_at(self, moment: datetime) -> bool:
        """Whether it holds at a moment, which has a zone of its own."""
        there = moment.astimezone(_zone(self.zone))
        return bool(self.minutes >> (there.weekday() * _DAY + there.hour * 60 + there.minute) & 1)

    def __str__(self) -> str:
        return "+".join(_windows(self))


@lru_cache(maxsize=1000)
def read(text: str) -> Schedule:
    """Reads a schedule. Raises ValueError for what is none, with what to write instead."""
    zones: set[str] = set()
    minutes = 0
    for part in text.split("+"):
        zone, held = _window(part.strip(" "), text)
        zones.add(zone)
        minutes |= held
    if len(zones) > 1:
        raise ValueError(f"one schedule in several zones: {text!r}; write all its windows in one")
    if minutes == _ALWAYS:
        raise ValueError(f"the schedule {text!r} is all of the time; leave it out")
    return Schedule(zones.pop(), minutes)


@lru_cache(maxsize=1000)
def canonical(text: str) -> str:
    """The one way to write a schedule. Raises ValueError."""
    return str(read(text))


def others(schedules: Sequence[Schedule]) -> str:
    """The hours of the week in which none of some schedules of one zone holds; "" where there are none."""
    minutes = 0
    for schedule in schedules:
        minutes |= schedule.minutes
    return str(Schedule(schedules[0].zone, _ALWAYS & ~minutes))


def _window(part: str, text: str) -> tuple[str, int]:
    match = _WINDOW.fullmatch(part)
    if not match or not (match["days"] or match["from"]):
        raise ValueError(f"not a schedule: {text!r}; write it such as `Mon-Fri 00:30-16:30Z` or `Sat,Sun`")
    if match["from"] and not match["zone"]:
        raise ValueError(f"the hours of {text!r} name no zone; write `Z` for UTC, or a name such as Asia/Shanghai")
    zone = "Z" if (match["zone"] or "") in _UTC_NAMES else match["zone"]
    _zone(zone)
    start, end = _hours(match["from"], match["to"], text) if match["from"] else (0, _DAY)
    minutes = 0
    for day in _days(match["days"]):
        minutes |= _span(day * _DAY + start, end - start if end > start else end - start + _DAY)
    return zone, minutes


def _hours(first: str, last: str, text: str) -> tuple[int, int]:
    (hour, minute), (last_hour, last_minute) = (map(int, clock.split(":")) for clock in (first, last))
    start, end = hour * 60 + minute, last_hour * 60 + last_minute
    if max(minute, last_minute) > 59 or start >= _DAY or end > _DAY:
        raise ValueError(f"no time of day in {text!r}; hours go from 00:00 to 24:00")
    if start == end:
        raise ValueError(f"the hours of {text!r} end where they start")
    return start, end


def _days(text: str | None) -> Iterator[int]:
    if text is None:
        yield from range(7)
        return
    for part in text.split(","):
        first, *last = (DAYS.index(name) for name in part.split("-"))
        if len(last) > 1:
            raise ValueError(f"not a span of days: {part!r}")
        yield from (
            day % 7 for day in range(first, (last[0] if last else first) + 1 + 7 * bool(last and last[0] < first))
        )


def _span(start: int, length: int) -> int:
    """Bits of some minutes in a row; what runs over the end of Sunday goes on on Monday."""
    bits = ((1 << length) - 1) << start
    return (bits | bits >> _WEEK) & _ALWAYS


@lru_cache(maxsize=100)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo("UTC" if name == "Z" else name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"no time zone of the IANA database: {name!r}") from error


def _windows(schedule: Schedule) -> Iterator[str]:
    """The windows of a schedule: runs of minutes, cut at midnight where they are a day or longer, days with the same
    hours together.
    """
    days_of: dict[tuple[int, int], set[int]] = defaultdict(set)
    for start, length in _runs(schedule.minutes):
        for day, first, last in _cut(start, length):
            days_of[first, last].add(day)
    ordered = sorted(
        days_of.items(), key=lambda item: (item[0] == (0, _DAY), min(item[1]) if len(item[1]) < 7 else 0, item)
    )
    for (first, last), days in ordered:
        label = "" if len(days) == 7 else _day_names(days)
        if (first, last) == (0, _DAY):
            yield label if schedule.zone == "Z" else f"{label} {schedule.zone}"
        else:
            zone = "Z" if schedule.zone == "Z" else f" {schedule.zone}"
            yield f"{label} {_clock(first)}-{_clock(last)}{zone}".lstrip()


def _runs(minutes: int) -> Iterator[tuple[int, int]]:
    """Start and length of each run of minutes, one over the end of the week in one piece."""
    edges = [n for n in range(_WEEK) if minutes >> n & 1 and not minutes >> ((n - 1) % _WEEK) & 1]
    for start in edges:
        length = 0
        while minutes >> ((start + length) % _WEEK) & 1:
            length += 1
        yield start, length


def _cut(start: int, length: int) -> Iterator[tuple[int, int, int]]:
    """Day, first and last minute of the windows of a run. Less than a day is one window, also over midnight."""
    day, first = divmod(start, _DAY)
    if length < _DAY:
        end = first + length
        yield day, first, end if end <= _DAY else end - _DAY
        return
    while length > 0:
        here = min(_DAY - first, length)
        yield day % 7, first, first + here
        day, first, length = day + 1, 0, length - here


def _day_names(days: set[int]) -> str:
    """`Mon-Fri`, `Sat,Sun`: three days in a row or more are a span."""
    parts: list[str] = []
    ordered = sorted(days)
    while ordered:
        run = next(n for n in range(len(ordered), 0, -1) if ordered[n - 1] - ordered[0] == n - 1)
        parts += [f"{DAYS[ordered[0]]}-{DAYS[ordered[run - 1]]}"] if run > 2 else [DAYS[day] for day in ordered[:run]]
        ordered = ordered[run:]
    return ",".join(parts)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
