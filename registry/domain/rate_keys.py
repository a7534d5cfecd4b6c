"""Which price is meant: what is metered, and the conditions under which the price holds.

A rate key is written in one way only (`input[tier=batch]`, `input[above=200000]`), whatever the way in which its
conditions were given, so that the same price never gets two names. Impossible combinations are
refused when a key is made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Final

from registry.domain import schedule
from registry.values import Json

PREFIX: Final = "price."

#: Meter → the unit in which its amounts are kept. Token meters are per 1M tokens, whatever the source's own unit is.
METERS: Final[Mapping[str, str]] = {
    "input": "1M tokens",
    "output": "1M tokens",
    "cache_read": "1M tokens",
    "cache_write": "1M tokens",
    "reasoning": "1M tokens",
    "citation": "1M tokens",
    "request": "request",
    "search": "search",
    "tool_call": "call",
    "session": "session",
    "page": "page",
    "character": "1M characters",
    "storage": "GB-day",
    "capacity": "hour",
}

#: Units a meter may be counted in when it is not its usual one (an image model bills `output` by the image, a cache is
#: kept by tokens and hours, capacity is reserved by the unit and the hour).
OTHER_UNITS: Final = frozenset({
    "image", "second", "minute", "hour", "pixel", "message", "step", "megapixel", "GB-month", "GB-hour",
    "1M token-hours", "unit-hour",
})  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class RateKey:
    """Which price: the meter and the conditions under which it holds. Empty conditions are the ordinary case."""

    meter: str
    modality: str = ""
    """"" is text for token meters; else audio, image, video, document."""
    unit: str = ""
    """"" is the usual unit of the meter (see METERS)."""
    ttl: str = ""
    """Life of a cache entry, for cache_write: 5m or 1h. "" is the provider's usual one."""
    tier: str = ""
    """Service tier: batch, flex, priority, fast. "" is standard."""
    above: int = 0
    """A whole-request band: the price of all tokens of a request whose input has more than this many."""
    beyond: int = 0
    """A marginal band: the price of only those units of this meter in one request that come after this many. Never
    beside `above`: which of the two a band is, its source has to say."""
    region: str = ""
    schedule: str = ""
    """When in the week it holds, by `registry.domain.schedule`: `00:30-16:30Z`, `Mon-Fri 09:00-18:00 Asia/Shanghai`."""
    plan: str = ""
    detail: str = ""
    """Parameters of the product in order of the alphabet, such as `quality:hd,size:1024x1024`."""

    def __post_init__(self) -> None:
        if self.meter not in METERS:
            raise ValueError(f"unknown meter {self.meter!r}; known: {', '.join(METERS)}")
        if self.unit and self.unit not in OTHER_UNITS and self.unit not in METERS.values():
            raise ValueError(f"unknown unit {self.unit!r} of {self.meter}")
        for name in _BANDS:
            if not 0 <= getattr(self, name) <= _MOST_TOKENS:
                raise ValueError(f"context band must be within 0…{_MOST_TOKENS}: {getattr(self, name)}")
        if self.above and self.beyond:
            raise ValueError(f"a band is for the whole request (above) or marginal (beyond), not both: {self.meter}")
        self._settle()
        for name, longest in _LONGEST.items():
            value = getattr(self, name)
            if not _TOKEN.fullmatch(value):
                raise ValueError(f"{name} of a rate holds forbidden signs: {value!r}")
            if len(value) > longest:
                raise ValueError(f"{name} of a rate is longer than {longest} signs: {value!r}")
        if len(self.field) > LONGEST_FIELD:
            raise ValueError(f"a rate with more conditions than can be written in {LONGEST_FIELD} signs: {self}")

    def _settle(self) -> None:
        """Brings each condition to the one way in which it is written."""
        for name in _LONGEST:
            value = getattr(self, name)
            if value and (settled := _SETTLED.get(name, _trimmed)(value)) != value:
                object.__setattr__(self, name, settled)
        if self.unit == METERS[self.meter]:
            object.__setattr__(self, "unit", "")

    @property
    def counted_in(self) -> str:
        """The unit that one amount pays for, such as `1M tokens` or `image`."""
        return self.unit or METERS[self.meter]

    @property
    def is_base(self) -> bool:
        """True for the price that holds when no special condition does."""
        return not (self.tier or self.above or self.beyond or self.region or self.schedule or self.plan or self.detail)

    def __str__(self) -> str:
        conditions = [f"{name}={value}" for name in _CONDITIONS if (value := getattr(self, name))]
        return f"{self.meter}[{';'.join(conditions)}]" if conditions else self.meter

    @property
    def field(self) -> str:
        """Name of the offering's field that holds this price: `price.input[tier=batch]`."""
        return PREFIX + str(self)


def _trimmed(text: str) -> str:
    # Only spaces: other white space is no part of any name, and is refused.
    return text.strip(" ")


def _modality(text: str) -> str:
    word = _trimmed(text).lower()
    return "" if word == "text" else word


def _tier(text: str) -> str:
    word = _trimmed(text).lower()
    return "" if word == "standard" else word


def _detail(text: str) -> str:
    return ",".join(sorted({word for part in text.split(",") if (word := _trimmed(part))}))


def _lower(text: str) -> str:
    return _trimmed(text).lower()


def _schedule(text: str) -> str:
    return schedule.canonical(text) if _trimmed(text) else ""


_SETTLED: Final = {"modality": _modality, "ttl": _lower, "tier": _tier, "schedule": _schedule, "detail": _detail}
_TOKEN: Final = re.compile(r"[A-Za-z0-9 ._:,/+×x-]*")
_MOST_TOKENS: Final = 2**40
_BANDS: Final = ("above", "beyond")
#: Longer values are prose, not conditions.
_LONGEST: Final = {"modality": 40, "ttl": 20, "tier": 40, "region": 80, "schedule": 120, "plan": 80, "detail": 80}
LONGEST_FIELD: Final = 250
_CONDITIONS: Final = tuple(f.name for f in fields(RateKey) if f.name != "meter")
_WRITTEN: Final = re.compile(r"(?P<meter>[a-z_]+)(?:\[(?P<conditions>[^\[\]]+)\])?")


@lru_cache(maxsize=8192)  # thousands of offerings share the names of a few hundred rates
def parse_key(text: str) -> RateKey:
    """Reads what `str(RateKey)` writes, with or without the `price.` prefix. Raises ValueError on anything else."""
    match = _WRITTEN.fullmatch(text.removeprefix(PREFIX))
    if not match:
        raise ValueError(f"not a rate: {text!r}")
    conditions: dict[str, Json] = {}
    for part in (match["conditions"] or "").split(";"):
        if not part:
            continue
        name, separator, value = part.partition("=")
        if not separator or name not in _CONDITIONS or name in conditions:
            raise ValueError(f"not a condition of a rate: {part!r} in {text!r}")
        conditions[name] = int(value) if name in _BANDS else value
    return RateKey(match["meter"], **conditions)
