"""Which rate holds for a part: each condition narrows the rates down, and says why when none is left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final

from registry.domain import schedule
from registry.domain.rates import PriceLine, PricePoint, RateKey, point_on
from registry.domain.region_names import same
from registry.pricing.usage import BillingOption, Conditions, Part, Quantity, Usage


class UnpricedReason(StrEnum):
    """Why a part is unpriced."""

    UNKNOWN = "unknown"
    DYNAMIC = "dynamic"
    INCLUDED = "included"
    NOT_OFFERED = "not_offered"
    TIER = "tier_not_priced"
    PLAN = "plan_not_priced"
    REGION = "region_required"
    NO_REGION = "region_not_priced"
    DATE = "no_price_on_that_day"
    SCHEDULE = "time_of_day_not_priced"
    BAND = "context_band_not_priced"
    REQUESTS = "band_of_several_requests"
    TTL = "cache_life_required"
    DETAIL = "parameters_required"
    FALLBACK = "not_covered_by_fallback"


class NoRate(Exception):
    """No rate holds. Says why, in a word and in a sentence."""

    def __init__(self, why: UnpricedReason, says: str) -> None:
        super().__init__(says)
        self.why = why
        self.says = says


@dataclass(frozen=True, slots=True)
class AppliedRate:
    """The rate that holds, for how much, the point of it that is in force, and the rules by which it was chosen."""

    quantity: Quantity
    """All of the part, or the slice of it that falls into one marginal band."""
    key: RateKey
    point: PricePoint
    way: BillingOption
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
        self._special = [
            (key, line)
            for rates in self._by_stem.values()
            for key, line in rates
            if key.meter in _OF_A_REQUEST and (key.region or key.above or key.schedule)
        ]
        self._held: dict[tuple[date, str], Sequence[RateKey]] = {}

    def has(self, key: RateKey) -> bool:
        return stem(key) in self._by_stem

    def rates(self, part: Part, usage: Usage, conditions: Conditions) -> list[AppliedRate]:
        """The rate for a part, or one for each slice of it where bands are marginal. Raises NoRate."""
        for way in part.ways:
            rates = self._by_stem.get(stem(way.key))
            if rates and not (way.unless and self.has(way.unless)):
                others = self._others(conditions) if way.key.meter in _OF_A_REQUEST else ()
                return _choose(rates, others, part, way, usage, conditions)
        raise self._missing(part)

    def _others(self, conditions: Conditions) -> Sequence[RateKey]:
        """Rates of any part of a request that are in force and hang on region, size or hour: what moves one of them
        may move them all, so that a part which has no such rate is not known to keep its ordinary price.
        """
        asked = day, plan = conditions.moment.date(), conditions.plan
        if asked not in self._held:
            self._held[asked] = [key for key, line in self._special if key.plan == plan and point_on(line, day)]
        return self._held[asked]

    def _missing(self, part: Part) -> NoRate:
        """Tells what is priced in another way from what nobody has a price for."""
        wanted = [stem(way.key) for way in part.ways]
        others = [key for key in self._by_stem if key not in wanted]
        alike = [key for key in others if any(_same_thing(key, one) for one in wanted)]
        if lives := {key.ttl for key in alike if key.ttl and not any(one.ttl for one in wanted)}:
            return NoRate(UnpricedReason.TTL, f"priced by cache life only: {_listed(lives)}")
        if details := {key.detail for key in alike if key.ttl in {one.ttl for one in wanted}}:
            return NoRate(
                UnpricedReason.DETAIL, f"priced for these parameters only: {_listed(filter(None, details)) or 'none'}"
            )
        return NoRate(UnpricedReason.UNKNOWN, "nobody states a price for this")


_OF_A_REQUEST: Final = frozenset({
    "input", "output", "cache_read", "cache_write", "reasoning", "citation", "character",
})  # fmt: skip
"""Meters of what goes into a request and comes out; fees, searches, pages and storage stand for themselves."""


def _same_thing(key: RateKey, wanted: RateKey) -> bool:
    return (key.meter, key.modality, key.unit) == (wanted.meter, wanted.modality, wanted.unit)


@lru_cache(maxsize=10_000)
def stem(key: RateKey) -> RateKey:
    """What is metered: the rate without the conditions of a call, its unit always written alike."""
    return RateKey(key.meter, key.modality, key.counted_in, key.ttl, detail=key.detail)


_Rates = Sequence[tuple[RateKey, PricePoint]]


def _choose(
    lines: Iterable[tuple[RateKey, PriceLine]],
    others: Sequence[RateKey],
    part: Part,
    way: BillingOption,
    usage: Usage,
    conditions: Conditions,
) -> list[AppliedRate]:
    """The rates of one part. `others` are those of other parts that hang on the same conditions."""
    moment = conditions.moment
    rules = [way.rule]
    held = _of_plan(_in_force(lines, moment), conditions.plan)
    known: Sequence[RateKey] = (*(key for key, _ in held), *others)
    rates = _of_region(held, known, conditions.region, rules)
    at_tier = _of_tier(rates, conditions.service_tier, rules)
    known = _beside(at_tier[0][0], known)
    now = _at_time(at_tier, known, moment, rules)
    return [
        AppliedRate(quantity, key, point, way, tuple(filter(None, (*rules, rule))))
        for quantity, (key, point), rule in _by_band(now, known, part, way, usage)
    ]


def _beside(chosen: RateKey, known: Iterable[RateKey]) -> Sequence[RateKey]:
    """What is known at the region and tier of a chosen rate, or of the ordinary ones from which it departs."""
    return [key for key in known if key.region in ("", chosen.region) and key.tier in ("", chosen.tier)]


def _in_force(lines: Iterable[tuple[RateKey, PriceLine]], moment: datetime) -> _Rates:
    day = moment.date()
    held = [(key, point) for key, line in lines if (point := point_on(line, day))]
    if not held:
        raise NoRate(UnpricedReason.DATE, f"no price is in force on {day}")
    return held


def _of_plan(rates: _Rates, plan: str) -> _Rates:
    if found := [rate for rate in rates if rate[0].plan == plan]:
        return found
    known = _listed(key.plan for key, _ in rates)
    raise NoRate(UnpricedReason.PLAN, f"no price on plan {plan!r}" if plan else f"priced on plans only: {known}")


def _of_region(rates: _Rates, known: Iterable[RateKey], region: str, rules: list[str]) -> _Rates:
    regions = sorted({key.region for key in known if key.region})
    anywhere = [rate for rate in rates if not rate[0].region]
    if not region:
        if anywhere:
            return anywhere
        raise NoRate(UnpricedReason.REGION, f"priced by region only: {_listed(regions)}")
    name = same(region, regions)
    if regional := [rate for rate in rates if name and rate[0].region == name]:
        rules.append(f"region {name}")
        return regional
    if regions:
        priced = [*sorted({key.region for key, _ in rates if key.region}), *(["without a region"] if anywhere else [])]
        raise NoRate(UnpricedReason.NO_REGION, f"not priced in region {name or region}; priced are: {_listed(priced)}")
    rules.append(f"the rate without region, as no rate of {region} or any other region is known")
    return anywhere


def _of_tier(rates: _Rates, tier: str, rules: list[str]) -> _Rates:
    if found := [rate for rate in rates if rate[0].tier == tier]:
        rules.append(f"tier {tier}" if tier else "")
        return found
    known = _listed(key.tier or "standard" for key, _ in rates)
    raise NoRate(UnpricedReason.TIER, f"not priced at tier {tier or 'standard'}; priced are: {known}")


def _at_time(rates: _Rates, known: Iterable[RateKey], moment: datetime, rules: list[str]) -> _Rates:
    """`known` tells of windows that these rates do not mention."""
    own = {key.schedule for key, _ in rates if key.schedule}
    windows = sorted(own | {key.schedule for key in known if key.schedule})
    if not windows:
        return rates
    holding = [window for window in windows if schedule.read(window).holds_at(moment)]
    of_own = [window for window in holding if window in own]
    if len(of_own) > 1:
        raise NoRate(UnpricedReason.SCHEDULE, f"several windows hold at once: {_listed(of_own)}")
    if holding and not of_own:
        raise NoRate(UnpricedReason.SCHEDULE, f"no price of this kind is known in {_listed(holding)}, when others move")
    wanted = of_own[0] if of_own else ""
    if found := [rate for rate in rates if rate[0].schedule == wanted]:
        rules.append(f"window {wanted}" if wanted else f"outside of {_listed(windows)}")
        return found
    raise NoRate(UnpricedReason.SCHEDULE, f"not priced at {moment:%a %H:%M} UTC, only in {_listed(windows)}")


_Slice = tuple[Quantity, tuple[RateKey, PricePoint], str]


def _by_band(now: _Rates, known: Iterable[RateKey], part: Part, way: BillingOption, usage: Usage) -> list[_Slice]:
    """`known` tells of bands that these rates do not mention."""
    special = now[0][0]
    bands = {key.above for key in known if key.above and key.schedule in ("", special.schedule)}
    own = [key for key in known if stem(key) == stem(special) and key.schedule in ("", special.schedule)]
    marginal = {key.beyond for key in own if key.beyond}
    if not (bands or marginal):
        return [(part.quantity, now[0], "")]
    if marginal and (whole := {key.above for key in own if key.above}):
        raise NoRate(
            UnpricedReason.BAND,
            f"priced both above {min(whole)} for the whole request and beyond {min(marginal)} for the rest",
        )
    found, rule = _of_whole_request(now, bands, usage)
    if marginal:
        return _slices(now, sorted(marginal), part, way, usage.requests)
    return [(part.quantity, found, rule)]


def _of_whole_request(now: _Rates, bands: set[int], usage: Usage) -> tuple[tuple[RateKey, PricePoint], str]:
    """The rate of the highest band that the request exceeds, of those that any part of it has."""
    total = usage.input_tokens
    exceeded = [above for above in bands if total > above]
    if exceeded and usage.requests > 1:
        raise _several(min(exceeded), "input tokens", usage.requests)
    holding = [one for one in now if not one[0].above or total > one[0].above]
    if not holding:
        raise NoRate(UnpricedReason.BAND, f"priced only above {min(key.above for key, _ in now)} input tokens")
    found = max(holding, key=lambda one: one[0].above)
    if exceeded and found[0].above < max(exceeded):
        raise NoRate(UnpricedReason.BAND, f"no price of this kind is known above {max(exceeded)} input tokens")
    return found, f"more than {found[0].above} input tokens" if found[0].above else ""


def _slices(now: _Rates, bands: Sequence[int], part: Part, way: BillingOption, requests: int) -> list[_Slice]:
    """A part cut at its marginal bands; a quantity just at a band is not beyond it."""
    scale = 1 if way.key.counted_in.startswith("1M ") else way.pieces
    edges = [0, *(band * scale for band in bands)]
    if requests > 1 and part.quantity > edges[1]:
        raise _several(edges[1], part.unit, requests)
    priced = {key.beyond: (key, point) for key, point in now}
    found: list[_Slice] = []
    for band, start, end in zip((0, *bands), edges, (*edges[1:], part.quantity), strict=True):
        if part.quantity <= start and start:
            break
        if band not in priced:
            where = f"beyond the first {start}" if band else f"for the first {edges[1]}"
            raise NoRate(UnpricedReason.BAND, f"no price of this kind is known {where}")
        rule = f"beyond the first {start}" if band else ""
        found.append((min(part.quantity, end) - start, priced[band], rule))
    return found


def _several(band: int, unit: str, requests: int) -> NoRate:
    return NoRate(
        UnpricedReason.REQUESTS,
        f"the price depends on whether each request has more than {band} {unit}, and this is {requests} requests",
    )


def _listed(words: Iterable[str]) -> str:
    known = sorted(set(words))
    more = f" and {len(known) - 10} more" if len(known) > 10 else ""
    return ", ".join(known[:10]) + more
