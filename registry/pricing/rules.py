"""Which rate holds for a part: each condition narrows the rates down, and says why when none is left."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final

from registry.pricing.usage import Conditions, Part, Usage, Way
from registry.rates import PriceLine, PricePoint, RateKey, point_on


class Why(StrEnum):
    """Why a part is unpriced."""

    UNKNOWN = "unknown"
    DYNAMIC = "dynamic"
    INCLUDED = "included"
    NOT_OFFERED = "not_offered"
    TIER = "tier_not_priced"
    PLAN = "plan_not_priced"
    REGION = "region_required"
    DATE = "no_price_on_that_day"
    SCHEDULE = "time_of_day_not_priced"
    BAND = "context_band_not_priced"
    REQUESTS = "band_of_several_requests"
    TTL = "cache_life_required"
    DETAIL = "parameters_required"
    FALLBACK = "not_covered_by_fallback"


class NoRate(Exception):
    """No rate holds. Says why, in a word and in a sentence."""

    def __init__(self, why: Why, says: str) -> None:
        super().__init__(says)
        self.why = why
        self.says = says


@dataclass(frozen=True, slots=True)
class Found:
    """The rate that holds, the point of it that is in force, and the rules by which it was chosen."""

    key: RateKey
    point: PricePoint
    way: Way
    rules: tuple[str, ...]


class PriceBook:
    """The prices of one offering, sorted for asking: by the rate without its conditions."""

    def __init__(self, prices: Mapping[RateKey, PriceLine]) -> None:
        self._by_stem: dict[RateKey, list[tuple[RateKey, PriceLine]]] = defaultdict(list)
        for key, line in prices.items():
            if line:
                self._by_stem[stem(key)].append((key, line))
        self.apart = frozenset(key.meter for key in self._by_stem if key.meter in ("reasoning", "citation"))
        """Meters of the output that have rates of their own."""

    def has(self, key: RateKey) -> bool:
        return stem(key) in self._by_stem

    def rate(self, part: Part, usage: Usage, conditions: Conditions) -> Found:
        """The rate for a part. Raises NoRate."""
        for way in part.ways:
            rates = self._by_stem.get(stem(way.key))
            if rates and not (way.unless and self.has(way.unless)):
                return _choose(rates, way, usage, conditions)
        raise self._missing(part)

    def _missing(self, part: Part) -> NoRate:
        """Tells what is priced in another way from what nobody has a price for."""
        wanted = [stem(way.key) for way in part.ways]
        others = [key for key in self._by_stem if key not in wanted]
        alike = [key for key in others if any(_same_thing(key, one) for one in wanted)]
        if lives := {key.ttl for key in alike if key.ttl and not any(one.ttl for one in wanted)}:
            return NoRate(Why.TTL, f"priced by cache life only: {_listed(lives)}")
        if details := {key.detail for key in alike if key.ttl in {one.ttl for one in wanted}}:
            return NoRate(Why.DETAIL, f"priced for these parameters only: {_listed(filter(None, details)) or 'none'}")
        return NoRate(Why.UNKNOWN, "nobody states a price for this")


def _same_thing(key: RateKey, wanted: RateKey) -> bool:
    return (key.meter, key.modality, key.unit) == (wanted.meter, wanted.modality, wanted.unit)


@lru_cache(maxsize=10_000)
def stem(key: RateKey) -> RateKey:
    """What is metered: the rate without the conditions of a call, its unit always written alike."""
    return RateKey(key.meter, key.modality, key.counted_in, key.ttl, detail=key.detail)


_Rates = Sequence[tuple[RateKey, PricePoint]]


def _choose(lines: Iterable[tuple[RateKey, PriceLine]], way: Way, usage: Usage, conditions: Conditions) -> Found:
    moment = conditions.moment
    rules = [way.rule]
    rates = _in_force(lines, moment)
    rates = _of_plan(rates, conditions.plan)
    rates = _of_region(rates, conditions.region, rules)
    at_tier = _of_tier(rates, conditions.service_tier, rules)
    now = _at_time(at_tier, moment, rules)
    key, point = _of_band(now, rates, usage, rules)
    return Found(key, point, way, tuple(filter(None, rules)))


def _in_force(lines: Iterable[tuple[RateKey, PriceLine]], moment: datetime) -> _Rates:
    day = moment.date()
    held = [(key, point) for key, line in lines if (point := point_on(line, day))]
    if not held:
        raise NoRate(Why.DATE, f"no price is in force on {day}")
    return held


def _of_plan(rates: _Rates, plan: str) -> _Rates:
    if found := [one for one in rates if one[0].plan == plan]:
        return found
    known = _listed(key.plan for key, _ in rates)
    raise NoRate(Why.PLAN, f"no price on plan {plan!r}" if plan else f"priced on plans only: {known}")


def _of_region(rates: _Rates, region: str, rules: list[str]) -> _Rates:
    if region and (regional := [one for one in rates if one[0].region == region]):
        rules.append(f"region {region}")
        return regional
    if anywhere := [one for one in rates if not one[0].region]:
        if region:
            rules.append(f"the rate without region, as {region} has none of its own")
        return anywhere
    raise NoRate(Why.REGION, f"priced by region only: {_listed(key.region for key, _ in rates)}")


def _of_tier(rates: _Rates, tier: str, rules: list[str]) -> _Rates:
    if found := [one for one in rates if one[0].tier == tier]:
        rules.append(f"tier {tier}" if tier else "")
        return found
    known = _listed(key.tier or "standard" for key, _ in rates)
    raise NoRate(Why.TIER, f"not priced at tier {tier or 'standard'}; priced are: {known}")


def _at_time(rates: _Rates, moment: datetime, rules: list[str]) -> _Rates:
    windows = sorted({key.schedule for key, _ in rates if key.schedule})
    if not windows:
        return rates
    unread = [window for window in windows if _window(window) is None]
    if unread:
        raise NoRate(Why.SCHEDULE, f"the schedule {unread[0]!r} is not understood")
    holding = [window for window in windows if _contains(window, moment)]
    if len(holding) > 1:
        raise NoRate(Why.SCHEDULE, f"several windows hold at once: {_listed(holding)}")
    wanted = holding[0] if holding else ""
    if found := [one for one in rates if one[0].schedule == wanted]:
        rules.append(f"window {wanted}" if wanted else f"outside of {_listed(windows)}")
        return found
    raise NoRate(Why.SCHEDULE, f"not priced at {moment:%H:%M} UTC, only in {_listed(windows)}")


def _of_band(now: _Rates, ordinary: _Rates, usage: Usage, rules: list[str]) -> tuple[RateKey, PricePoint]:
    """`ordinary` are the rates at any tier and time, which tell of bands that a special rate does not mention."""
    total = usage.input_tokens
    special = now[0][0]
    bands = {key.above for key, _ in now}
    bands |= {
        key.above for key, _ in ordinary if key.tier in ("", special.tier) and key.schedule in ("", special.schedule)
    }
    exceeded = [above for above in bands if above and total > above]
    if exceeded and usage.requests > 1:
        raise NoRate(
            Why.REQUESTS,
            f"the price depends on whether each request has more than {min(exceeded)} input tokens, "
            f"and this is {usage.requests} requests",
        )
    holding = [one for one in now if not one[0].above or total > one[0].above]
    if not holding:
        raise NoRate(Why.BAND, f"priced only above {min(key.above for key, _ in now)} input tokens")
    found = max(holding, key=lambda one: one[0].above)
    if exceeded and not found[0].above:
        raise NoRate(Why.BAND, f"no price of this kind is known above {max(exceeded)} input tokens")
    if found[0].above:
        rules.append(f"more than {found[0].above} input tokens")
    return found


_WINDOW: Final = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)Z", re.ASCII)


@lru_cache(maxsize=1000)
def _window(text: str) -> tuple[int, int] | None:
    """Start and end in minutes of the day."""
    match = _WINDOW.fullmatch(text)
    if not match:
        return None
    hour, minute, last_hour, last_minute = map(int, match.groups())
    if hour > 23 or last_hour > 24 or max(minute, last_minute) > 59:
        return None
    return hour * 60 + minute, last_hour * 60 + last_minute


def _contains(text: str, moment: datetime) -> bool:
    start, end = _window(text) or (0, 0)
    minute = moment.hour * 60 + moment.minute
    # A window that ends before it starts runs over midnight.
    return start <= minute < end if start <= end else minute >= start or minute < end


def _listed(words: Iterable[str]) -> str:
    known = sorted(set(words))
    more = f" and {len(known) - 10} more" if len(known) > 10 else ""
    return ", ".join(known[:10]) + more
