"""Chooses the rate of a part. Each condition filters the rates, and gives a reason when none is left."""

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
    """No rate applies, with the reason as a word and as a sentence."""

    def __init__(self, why: UnpricedReason, message: str) -> None:
        super().__init__(message)
        self.why = why
        self.message = message


@dataclass(frozen=True, slots=True)
class AppliedRate:
    """The rate that applies, its quantity, its price point in force, and the rules by which it was chosen."""

    quantity: Quantity
    """All of the part, or the slice of it between two marginal thresholds."""
    key: RateKey
    point: PricePoint
    option: BillingOption
    rules: tuple[str, ...]


class PriceBook:
    """The prices of one offering, indexed by rate key without conditions."""

    def __init__(self, prices: Mapping[RateKey, PriceLine]) -> None:
        self._by_stem: dict[RateKey, list[tuple[RateKey, PriceLine]]] = defaultdict(list)
        for key, line in prices.items():
            if line:
                self._by_stem[stem(key)].append((key, line))
        self.apart = frozenset(key.meter for key in self._by_stem if key.meter in ("reasoning", "citation"))
        """Output meters with rates of their own."""
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
        """The rate for a part, or one for each slice of it between marginal thresholds. Raises NoRate."""
        for option in part.options:
            rates = self._by_stem.get(stem(option.key))
            if rates and not (option.unless and self.has(option.unless)):
                others = self._others(conditions) if option.key.meter in _OF_A_REQUEST else ()
                return _choose(rates, others, part, option, usage, conditions)
        raise self._missing(part)

    def _others(self, conditions: Conditions) -> Sequence[RateKey]:
        """Rates in force of any part of a request that depend on region, size or hour. Their conditions may apply to
        all parts, so a part without such a rate is not known to keep its ordinary price.
        """
        key = day, plan = conditions.moment.date(), conditions.plan
        if key not in self._held:
            self._held[key] = [rate for rate, line in self._special if rate.plan == plan and point_on(line, day)]
        return self._held[key]

    def _missing(self, part: Part) -> NoRate:
        """Distinguishes a part that is only priced with other parameters from one without any price."""
        wanted = [stem(option.key) for option in part.options]
        others = [key for key in self._by_stem if key not in wanted]
        similar = [key for key in others if any(_same_thing(key, option_key) for option_key in wanted)]
        if lives := {key.ttl for key in similar if key.ttl and not any(option_key.ttl for option_key in wanted)}:
            return NoRate(UnpricedReason.TTL, f"priced by cache life only: {_listed(lives)}")
        if details := {key.detail for key in similar if key.ttl in {option_key.ttl for option_key in wanted}}:
            return NoRate(
                UnpricedReason.DETAIL, f"priced for these parameters only: {_listed(filter(None, details)) or 'none'}"
            )
        return NoRate(UnpricedReason.UNKNOWN, "nobody states a price for this")


_OF_A_REQUEST: Final = frozenset({
    "input", "output", "cache_read", "cache_write", "reasoning", "citation", "character",
})  # fmt: skip
"""Meters of a request's input and output; fees, searches, pages and storage are independent of its conditions."""


def _same_thing(key: RateKey, wanted: RateKey) -> bool:
    return (key.meter, key.modality, key.unit) == (wanted.meter, wanted.modality, wanted.unit)


@lru_cache(maxsize=10_000)
def stem(key: RateKey) -> RateKey:
    """What is metered: the rate key without the conditions of a call, with its unit spelled out."""
    return RateKey(key.meter, key.modality, key.counted_in, key.ttl, detail=key.detail)


_Rates = Sequence[tuple[RateKey, PricePoint]]


def _choose(
    lines: Iterable[tuple[RateKey, PriceLine]],
    others: Sequence[RateKey],
    part: Part,
    option: BillingOption,
    usage: Usage,
    conditions: Conditions,
) -> list[AppliedRate]:
    """The rates of one part. `others` are rates of other parts that depend on conditions."""
    moment = conditions.moment
    rules = [option.rule]
    in_force = _of_plan(_in_force(lines, moment), conditions.plan)
    priced: Sequence[RateKey] = (*(key for key, _ in in_force), *others)
    rates = _of_region(in_force, priced, conditions.region, rules)
    at_tier = _of_tier(rates, conditions.service_tier, rules)
    priced = _beside(at_tier[0][0], priced)
    applicable = _at_time(at_tier, priced, moment, rules)
    return [
        AppliedRate(quantity, key, point, option, tuple(filter(None, (*rules, rule))))
        for quantity, (key, point), rule in _by_threshold(applicable, priced, part, option, usage)
    ]


def _beside(chosen: RateKey, rates: Iterable[RateKey]) -> Sequence[RateKey]:
    """Rates with the region and tier of a chosen rate, or without region and tier."""
    return [key for key in rates if key.region in ("", chosen.region) and key.tier in ("", chosen.tier)]


def _in_force(lines: Iterable[tuple[RateKey, PriceLine]], moment: datetime) -> _Rates:
    day = moment.date()
    in_force = [(key, point) for key, line in lines if (point := point_on(line, day))]
    if not in_force:
        raise NoRate(UnpricedReason.DATE, f"no price is in force on {day}")
    return in_force


def _of_plan(rates: _Rates, plan: str) -> _Rates:
    if on_plan := [rate for rate in rates if rate[0].plan == plan]:
        return on_plan
    plans = _listed(key.plan for key, _ in rates)
    raise NoRate(UnpricedReason.PLAN, f"no price on plan {plan!r}" if plan else f"priced on plans only: {plans}")


def _of_region(rates: _Rates, priced_keys: Iterable[RateKey], region: str, rules: list[str]) -> _Rates:
    regions = sorted({key.region for key in priced_keys if key.region})
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
    if at_tier := [rate for rate in rates if rate[0].tier == tier]:
        rules.append(f"tier {tier}" if tier else "")
        return at_tier
    tiers = _listed(key.tier or "standard" for key, _ in rates)
    raise NoRate(UnpricedReason.TIER, f"not priced at tier {tier or 'standard'}; priced are: {tiers}")


def _at_time(rates: _Rates, priced_keys: Iterable[RateKey], moment: datetime, rules: list[str]) -> _Rates:
    """`priced_keys` may have time windows that these rates do not have."""
    own = {key.schedule for key, _ in rates if key.schedule}
    windows = sorted(own | {key.schedule for key in priced_keys if key.schedule})
    if not windows:
        return rates
    applicable = [name for name in windows if schedule.read(name).holds_at(moment)]
    own_applicable = [name for name in applicable if name in own]
    if len(own_applicable) > 1:
        raise NoRate(UnpricedReason.SCHEDULE, f"several windows hold at once: {_listed(own_applicable)}")
    if applicable and not own_applicable:
        raise NoRate(
            UnpricedReason.SCHEDULE, f"no price of this kind is known in {_listed(applicable)}, when others move"
        )
    window = own_applicable[0] if own_applicable else ""
    if in_window := [rate for rate in rates if rate[0].schedule == window]:
        rules.append(f"window {window}" if window else f"outside of {_listed(windows)}")
        return in_window
    raise NoRate(UnpricedReason.SCHEDULE, f"not priced at {moment:%a %H:%M} UTC, only in {_listed(windows)}")


_Slice = tuple[Quantity, tuple[RateKey, PricePoint], str]


def _by_threshold(
    rates: _Rates, priced_keys: Iterable[RateKey], part: Part, option: BillingOption, usage: Usage
) -> list[_Slice]:
    """`priced_keys` may have thresholds that these rates do not have."""
    special = rates[0][0]
    thresholds = {key.above for key in priced_keys if key.above and key.schedule in ("", special.schedule)}
    own = [key for key in priced_keys if stem(key) == stem(special) and key.schedule in ("", special.schedule)]
    marginal = {key.beyond for key in own if key.beyond}
    if not (thresholds or marginal):
        return [(part.quantity, rates[0], "")]
    if marginal and (whole := {key.above for key in own if key.above}):
        raise NoRate(
            UnpricedReason.BAND,
            f"priced both above {min(whole)} for the whole request and beyond {min(marginal)} for the rest",
        )
    whole_request_rate, rule = _of_whole_request(rates, thresholds, usage)
    if marginal:
        return _slices(rates, sorted(marginal), part, option, usage.requests)
    return [(part.quantity, whole_request_rate, rule)]


def _of_whole_request(rates: _Rates, thresholds: set[int], usage: Usage) -> tuple[tuple[RateKey, PricePoint], str]:
    """The rate of the highest whole-request threshold exceeded, of those that any part of the request has."""
    total = usage.input_tokens
    exceeded = [above for above in thresholds if total > above]
    if exceeded and usage.requests > 1:
        raise _several(min(exceeded), "input tokens", usage.requests)
    applicable = [rate for rate in rates if not rate[0].above or total > rate[0].above]
    if not applicable:
        raise NoRate(UnpricedReason.BAND, f"priced only above {min(key.above for key, _ in rates)} input tokens")
    highest = max(applicable, key=lambda rate: rate[0].above)
    if exceeded and highest[0].above < max(exceeded):
        raise NoRate(UnpricedReason.BAND, f"no price of this kind is known above {max(exceeded)} input tokens")
    return highest, f"more than {highest[0].above} input tokens" if highest[0].above else ""


def _slices(rates: _Rates, thresholds: Sequence[int], part: Part, option: BillingOption, requests: int) -> list[_Slice]:
    """A part split at its marginal thresholds; a quantity equal to a threshold does not exceed it."""
    scale = 1 if option.key.counted_in.startswith("1M ") else option.unit_size
    edges = [0, *(threshold * scale for threshold in thresholds)]
    if requests > 1 and part.quantity > edges[1]:
        raise _several(edges[1], part.unit, requests)
    priced = {key.beyond: (key, point) for key, point in rates}
    slices: list[_Slice] = []
    for threshold, start, end in zip((0, *thresholds), edges, (*edges[1:], part.quantity), strict=True):
        if part.quantity <= start and start:
            break
        if threshold not in priced:
            where = f"beyond the first {start}" if threshold else f"for the first {edges[1]}"
            raise NoRate(UnpricedReason.BAND, f"no price of this kind is known {where}")
        rule = f"beyond the first {start}" if threshold else ""
        slices.append((min(part.quantity, end) - start, priced[threshold], rule))
    return slices


def _several(threshold: int, unit: str, requests: int) -> NoRate:
    return NoRate(
        UnpricedReason.REQUESTS,
        f"the price depends on whether each request has more than {threshold} {unit}, and this is {requests} requests",
    )


def _listed(words: Iterable[str]) -> str:
    unique = sorted(set(words))
    more = f" and {len(unique) - 10} more" if len(unique) > 10 else ""
    return ", ".join(unique[:10]) + more
