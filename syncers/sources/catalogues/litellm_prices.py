"""The prices of an entry of the LiteLLM map: those of single keys, and those that need more than a key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from curation.core.claim import InvalidClaim
from registry.domain import rates
from registry.domain.rates import Amounts, PriceLine, RateKey
from registry.formats.litellm_keys import UPLIFT, is_of_tokens
from syncers.kinds.coerce import amount, key_under, money, rows, table, without_restated
from syncers.sources.catalogues.litellm_hours import KEY as OFF_PEAK
from syncers.sources.catalogues.litellm_hours import WHEN, off_peak
from syncers.sources.catalogues.litellm_keys import rate_of

__all__ = ["not_understood", "price_fields", "rate_of"]


_CAPACITY: Final = ("cost_per_second", "input_cost_per_second", "output_cost_per_second")
_RESERVING: Final = ("chat", "completion")
_PRICE_LIKE: Final = re.compile(r"cost|price|pricing|uplift|dbu|provider_specific_entry")
#: Not prices in USD, or no prices: Databricks units (the USD prices are given beside them), and a switch.
_SILENT: Final = re.compile(r"(input|output)_dbu?_cost_per_token|web_search_billing_unit")
_ELSEWHERE: Final = frozenset({"search_context_cost_per_query", "tiered_pricing"})
#: Multipliers of prices, and settings of requests. Only the first could be prices.
_ENTRY: Final = "provider_specific_entry"


def price_fields(
    entry: Mapping[str, Any], mode: str, conditions: Mapping[str, str], *, is_free: bool
) -> dict[str, PriceLine]:
    """Price fields of one entry, under the conditions that its key names. Raises InvalidClaim.

    Zero is left out, since this map writes it for "not filled in" as well (volcengine, nvidia_nim, sarvam,
    github_copilot, ollama). It counts as free only where the key itself says so.
    """
    prices: dict[RateKey, PriceLine] = {}
    for name, value in entry.items():
        rate = rate_of(name, mode, entry)
        number = amount(value) if rate else None
        if rate and number:
            _put(prices, rate[0], money(number, times=rate[1]))
        elif rate and number == 0 and is_free and rate[0] in (RateKey("input"), RateKey("output")):
            _put(prices, rate[0], rates.stated(Amounts.FREE))
    others = (*_searches(entry), *_ranges(entry, mode), *_capacity(entry, mode), *_at_some_hours(entry, mode))
    for key, line in others:
        _put(prices, key, line)
    for restated in _under_unknown_conditions(entry, mode):
        prices = without_restated(prices, restated)
    if "region" not in conditions:
        prices |= dict(_uplifted(entry, prices))
    try:
        return {key_under(key, conditions).field: line for key, line in prices.items()}
    except ValueError as error:
        raise InvalidClaim(f"rate: {error}") from error


def _uplifted(entry: Mapping[str, Any], prices: Mapping[RateKey, PriceLine]) -> Iterator[tuple[RateKey, PriceLine]]:
    """Token prices in regions where data stays, which are the ordinary ones times a factor. Raises InvalidClaim."""
    for name, value in entry.items():
        if not (match := UPLIFT.fullmatch(name)) or not (factor := amount(value)):
            continue
        for key, (point, *_) in prices.items():
            if is_of_tokens(key) and point.amount and (line := money(point.amount, times=factor, what=name)):
                yield replace(key, region=match[1]), line


def _under_unknown_conditions(entry: Mapping[str, Any], mode: str) -> Iterator[list[RateKey]]:
    """Rates that are restated at hours or above sizes that are not understood; an empty list means any rate."""
    for name in entry:
        base, is_band, of = name.partition("_above_")
        if is_band and "token" in of and rate_of(name, mode, entry) is None and (rate := rate_of(base, mode, entry)):
            yield [rate[0]]
    if (block := entry.get(OFF_PEAK)) and off_peak(entry) is None:
        prices = set(block) - WHEN if isinstance(block, dict) else {""}
        if prices:
            yield [rate[0] for name in prices if (rate := rate_of(name, mode, {}))]


def not_understood(entry: Mapping[str, Any], mode: str) -> Iterator[str]:
    """Price-like keys of an entry that are not read."""
    for name, value in entry.items():
        if not _PRICE_LIKE.search(name) or _SILENT.fullmatch(name) or name in _ELSEWHERE or not value:
            continue
        if UPLIFT.fullmatch(name) or (name in _CAPACITY and _reserved(entry, mode)):
            continue
        if name == OFF_PEAK and (block := off_peak(entry)):
            yield from (f"price key {OFF_PEAK}.{key[:60]}" for key in block[1] if rate_of(key, mode, block[1]) is None)
        elif name == _ENTRY and isinstance(value, dict) and not any(map(_is_number, value.values())):
            continue
        elif rate_of(name, mode, entry) is None:
            yield f"price key {name[:80]}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _put(prices: dict[RateKey, PriceLine], key: RateKey, line: PriceLine | None) -> None:
    if line and prices.setdefault(key, line) != line:
        raise InvalidClaim(f"two prices for {key}: {prices[key][0].amount} and {line[0].amount}")


def _searches(entry: Mapping[str, Any]) -> Iterator[tuple[RateKey, PriceLine]]:
    """USD per search, by the amount of context asked for. One price for all sizes is the plain price."""
    sizes = table(entry.get("search_context_cost_per_query"), "search_context_cost_per_query")
    prices = {name.removeprefix("search_context_size_"): amount(value) for name, value in sizes.items()}
    prices = {size: number for size, number in prices.items() if number}
    if len(prices) == 3 and len(set(prices.values())) == 1:
        prices = {"": next(iter(prices.values()))}
    for size, number in prices.items():
        if line := money(number):
            yield key_under(RateKey("search"), {"detail": f"context:{size}"} if size else {}), line


def _ranges(entry: Mapping[str, Any], mode: str) -> Iterator[tuple[RateKey, PriceLine]]:
    """`tiered_pricing`: other prices by size of the input, each for the whole request (DashScope)."""
    for item in rows(entry.get("tiered_pricing"), "tiered_pricing"):
        row = table(item, "tiered_pricing")
        span = rows(row.get("range"), "range")
        low = amount(span[0]) if span else None
        if low is None or low < 0 or low != low.to_integral_value() or low.adjusted() > 9:
            continue  # ranges of something else, such as search results
        for name, value in row.items():
            rate = rate_of(name, mode, row)
            if rate and value and (line := money(value, times=rate[1])):
                yield replace(rate[0], above=int(low)), line


def _capacity(entry: Mapping[str, Any], mode: str) -> Iterator[tuple[RateKey, PriceLine]]:
    """Reserved capacity of a chat model."""
    if (price := amount(_reserved(entry, mode))) and (line := money(price, times=3600)):
        yield RateKey("capacity"), line


def _reserved(entry: Mapping[str, Any], mode: str) -> Any:
    """USD per second of capacity. One price is stated under two or three keys, for input and output together."""
    prices = [value for name in _CAPACITY if (value := entry.get(name)) is not None] if mode in _RESERVING else []
    return prices[0] if len(prices) > 1 and all(value == prices[0] for value in prices) else None


def _at_some_hours(entry: Mapping[str, Any], mode: str) -> Iterator[tuple[RateKey, PriceLine]]:
    """`off_peak_pricing`: other prices at some hours of the week (DeepSeek)."""
    schedule, prices = off_peak(entry) or ("", {})
    for name, value in prices.items():
        rate = rate_of(name, mode, prices)
        if rate and value and (line := money(value, times=rate[1])):
            yield key_under(rate[0], {"schedule": schedule}), line
