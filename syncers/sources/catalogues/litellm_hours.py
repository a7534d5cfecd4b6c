"""`off_peak_pricing` of the LiteLLM map: other prices at some hours of the week.

A block holds in any of its windows. Hours are in UTC, their end is not included, one that ends where it starts is the
whole day; the weekdays (Monday is 1) are those of the calendar of `weekday_timezone`, else of UTC. The prices replace
the ordinary ones whole, those of long requests included.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from registry.domain.schedule import Schedule, read

KEY: Final = "off_peak_pricing"
WHEN: Final = frozenset({"windows", "hours_utc", "weekday_timezone"})
_RULE: Final = frozenset({"hours_utc", "weekdays"})
_DAY: Final = 24 * 60
_WEEK: Final = 7 * _DAY
_HOURS: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
#: A day of the winter and one of the summer: where they differ, the week is not the same all year.
_COMPARED: Final = (datetime(2026, 1, 14, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC))


def off_peak(entry: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """When the block of an entry holds, as a schedule, and its price keys; None when that cannot be told for certain.

    Beside prices of long requests it is not taken: two prices would hold at once, and a rate does not say which wins.
    """
    block = entry.get(KEY)
    if not isinstance(block, dict) or any("_above_" in name or name == "tiered_pricing" for name in entry):
        return None
    try:
        schedule = _schedule(json.dumps({name: block[name] for name in sorted(WHEN & block.keys())}))
    except (ValueError, TypeError, KeyError, OSError):  # nothing but what is documented is read
        return None
    return schedule, {name: value for name, value in block.items() if name not in WHEN}


@lru_cache(maxsize=100)
def _schedule(block_text: str) -> str:
    """The schedule of a block, written down in UTC. Raises ValueError and the like for what is not understood."""
    block = json.loads(block_text)
    shift = _minutes_ahead(block.get("weekday_timezone") or "UTC")
    minutes = set(_minutes(block["hours_utc"], range(1, 8), shift)) if "hours_utc" in block else set()
    for rule in block.get("windows") or ():
        if rule.keys() - _RULE:
            raise ValueError(f"unknown conditions: {', '.join(rule)}")
        minutes |= set(_minutes(rule["hours_utc"], rule.get("weekdays", range(1, 8)), shift))
    text = str(Schedule("Z", sum(1 << minute for minute in minutes)))
    return str(read(text))  # which refuses what holds never, or always


def _minutes(hours: str | list[str], weekdays: Any, shift: int) -> Iterator[int]:
    """Minutes of the week in UTC, Monday 00:00 is 0, in which a rule holds."""
    days = set(weekdays)
    if not days <= set(range(1, 8)):
        raise ValueError(f"weekdays from 1 to 7 expected, not {weekdays}")
    for text in [hours] if isinstance(hours, str) else hours:
        match = _HOURS.fullmatch(text)
        if not match:
            raise ValueError(f"hours such as 16:30-00:30 expected, not {text!r}")
        first, last = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
        length = (last - first) % _DAY or _DAY
        within = {(first + minute) % _DAY for minute in range(length)}
        yield from (
            minute
            for minute in range(_WEEK)
            if minute % _DAY in within and (minute + shift) % _WEEK // _DAY + 1 in days
        )


def _minutes_ahead(zone: str) -> int:
    """How far a zone is ahead of UTC. Raises ValueError for one with summer time, and for none at all."""
    offsets = {moment.astimezone(ZoneInfo(zone)).utcoffset() for moment in _COMPARED}
    if len(offsets) != 1 or (offset := offsets.pop()) is None:
        raise ValueError(f"{zone} is not equally far from UTC all year")
    return int(offset.total_seconds() // 60)
