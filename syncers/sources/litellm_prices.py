"""The price keys of the LiteLLM map: 159 names, made of a base and suffixes, read as rate keys.

`cache_creation_input_token_cost_above_1hr_above_200k_tokens_priority` is the base `cache_creation_input_token_cost`
with three suffixes. Every amount is USD for one single unit of what the base says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from curation.claim import InvalidClaim
from registry import rates
from registry.rates import Amounts, PriceLine, RateKey
from syncers.reading import amount, key_under, money, rows, table

M: Final = 1_000_000
_Rate = tuple[RateKey, int | str]

_BASES: Final[Mapping[str, _Rate]] = {
    "input_cost_per_token": (RateKey("input"), M),
    "output_cost_per_token": (RateKey("output"), M),
    "output_cost_per_reasoning_token": (RateKey("reasoning"), M),
    "citation_cost_per_token": (RateKey("citation"), M),
    "cache_read_input_token_cost": (RateKey("cache_read"), M),
    "input_cost_per_token_cache_hit": (RateKey("cache_read"), M),
    "cache_creation_input_token_cost": (RateKey("cache_write"), M),
    "cache_creation_input_audio_token_cost": (RateKey("cache_write", "audio"), M),
    "cache_read_input_audio_token_cost": (RateKey("cache_read", "audio"), M),
    "cache_read_input_token_cost_per_audio_token": (RateKey("cache_read", "audio"), M),
    "cache_read_input_image_token_cost": (RateKey("cache_read", "image"), M),
    "input_cost_per_audio_token": (RateKey("input", "audio"), M),
    "output_cost_per_audio_token": (RateKey("output", "audio"), M),
    "input_cost_per_image_token": (RateKey("input", "image"), M),
    "output_cost_per_image_token": (RateKey("output", "image"), M),
    "input_cost_per_video_token": (RateKey("input", "video"), M),
    "output_cost_per_video_token": (RateKey("output", "video"), M),
    "input_cost_per_character": (RateKey("character"), M),
    "output_cost_per_character": (RateKey("output", unit="1M characters"), M),
    "input_cost_per_image": (RateKey("input", "image", unit="image"), 1),
    "output_cost_per_image": (RateKey("output", "image", unit="image"), 1),
    "input_cost_per_pixel": (RateKey("input", "image", unit="pixel"), 1),
    "output_cost_per_pixel": (RateKey("output", "image", unit="pixel"), 1),
    "input_cost_per_audio_per_second": (RateKey("input", "audio", unit="second"), 1),
    "input_cost_per_video_per_second": (RateKey("input", "video", unit="second"), 1),
    "output_cost_per_video_per_second": (RateKey("output", "video", unit="second"), 1),
    "input_cost_per_query": (RateKey("search"), 1),
    "input_cost_per_request": (RateKey("request"), 1),
    "code_interpreter_cost_per_session": (RateKey("session", detail="code_interpreter"), 1),
    "file_search_cost_per_1k_calls": (RateKey("tool_call", detail="file_search"), "0.001"),
    "file_search_cost_per_gb_per_day": (RateKey("storage", detail="file_search"), 1),
    "vector_store_cost_per_gb_per_day": (RateKey("storage", detail="vector_store"), 1),
    "computer_use_input_cost_per_1k_tokens": (RateKey("input", detail="computer_use"), 1000),
    "computer_use_output_cost_per_1k_tokens": (RateKey("output", detail="computer_use"), 1000),
    "ocr_cost_per_page": (RateKey("page"), 1),
    "annotation_cost_per_page": (RateKey("page", detail="annotated"), 1),
}
#: Of what a second is, only the mode tells. A second of chat is one of reserved capacity (Bedrock commitments).
_SECONDS: Final[Mapping[tuple[str, str], _Rate]] = {
    ("input_cost_per_second", "audio_transcription"): (RateKey("input", "audio", unit="second"), 1),
    ("input_cost_per_second", "audio_speech"): (RateKey("output", "audio", unit="second"), 1),
    ("output_cost_per_second", "audio_speech"): (RateKey("output", "audio", unit="second"), 1),
    ("output_cost_per_second", "video_generation"): (RateKey("output", "video", unit="second"), 1),
}
#: An image generator without a price for its output states what a generated image costs as if it went in: LiteLLM
#: multiplies these by the number and the size of the generated images.
_GENERATED: Final[Mapping[str, _Rate]] = {
    "input_cost_per_image": _BASES["output_cost_per_image"],
    "input_cost_per_pixel": _BASES["output_cost_per_pixel"],
}
_CAPACITY: Final = ("input_cost_per_second", "output_cost_per_second")
_RESERVING: Final = ("chat", "completion")
_IMAGE_OUTPUTS: Final = ("output_cost_per_image", "output_cost_per_image_token", "output_cost_per_pixel")
_SUFFIXES: Final = (
    (re.compile(r"_(priority|flex|fast)"), lambda m: {"tier": m[1]}),
    (re.compile(r"_(batches|batch_requests)"), lambda m: {"tier": "batch"}),
    (re.compile(r"_above_(\d+)k_tokens"), lambda m: {"above": int(m[1]) * 1000}),
    (re.compile(r"_above_1hr"), lambda m: {"ttl": "1h"}),
    (re.compile(r"_above_(\d+)s_interval"), lambda m: {"detail": f"longer:{m[1]}s"}),
    (re.compile(r"_above_(\d+)_and_(\d+)_pixels"), lambda m: {"detail": f"larger:{m[1]}x{m[2]}"}),
    (re.compile(r"(?:_and)?_premium_image"), lambda m: {"detail": "quality:premium"}),
    (re.compile(r"_(\d+p|\d+k)"), lambda m: {"detail": f"resolution:{m[1]}"}),
)
_PRICE_LIKE: Final = re.compile(r"cost|price|pricing|uplift|dbu|provider_specific_entry")
#: Not prices in USD, or no prices: Databricks units (the USD prices are given beside them), and a switch.
_SILENT: Final = re.compile(r"(input|output)_dbu?_cost_per_token|web_search_billing_unit")
_ELSEWHERE: Final = frozenset({"search_context_cost_per_query", "tiered_pricing"})


def rate_of(name: str, mode: str, entry: Mapping[str, Any]) -> _Rate | None:
    """Which rate a key states, and the factor to our unit; None for a key that is not understood."""
    conditions: dict[str, Any] = {}
    while True:
        base = _base(name, mode, entry)
        if base:
            key = base[0]
            if key.detail and "detail" in conditions:
                conditions["detail"] = f"{key.detail},{conditions['detail']}"
            return replace(key, **conditions), base[1]
        for pattern, read in _SUFFIXES:
            if (match := re.search(f"{pattern.pattern}$", name)) and match.start():
                found = read(match)
                if found.keys() & conditions.keys() - {"detail"}:
                    return None
                if "detail" in conditions and "detail" in found:
                    found["detail"] += "," + conditions["detail"]
                conditions |= found
                name = name[: match.start()]
                break
        else:
            return None


def _base(name: str, mode: str, entry: Mapping[str, Any]) -> _Rate | None:
    if mode in ("image_generation", "image_edit") and name in _GENERATED and not any(map(entry.get, _IMAGE_OUTPUTS)):
        return _GENERATED[name]
    return _BASES.get(name) or _SECONDS.get((name, mode))


def price_fields(
    entry: Mapping[str, Any], mode: str, conditions: Mapping[str, str], *, is_free: bool
) -> dict[str, PriceLine]:
    """Price fields of one entry, under the conditions that its key names. Raises InvalidClaim.

    Zero is left out, since this map writes it for "not filled in" as well (volcengine, nvidia_nim, sarvam,
    github_copilot, ollama). It is taken for free only where the key itself says so.
    """
    found: dict[RateKey, PriceLine] = {}
    for name, value in entry.items():
        rate = rate_of(name, mode, entry)
        number = amount(value) if rate else None
        if rate and number:
            _put(found, rate[0], money(number, times=rate[1]))
        elif rate and number == 0 and is_free and rate[0] in (RateKey("input"), RateKey("output")):
            _put(found, rate[0], rates.stated(Amounts.FREE))
    for key, line in (*_searches(entry), *_ranges(entry, mode), *_capacity(entry, mode)):
        _put(found, key, line)
    try:
        return {key_under(key, conditions).field: line for key, line in found.items()}
    except ValueError as error:
        raise InvalidClaim(f"rate: {error}") from error


def not_understood(entry: Mapping[str, Any], mode: str) -> Iterator[str]:
    """Price-like keys of an entry that are not taken."""
    for name, value in entry.items():
        if not _PRICE_LIKE.search(name) or _SILENT.fullmatch(name) or name in _ELSEWHERE or not value:
            continue
        is_capacity = mode in _RESERVING and name in _CAPACITY and entry.get(_CAPACITY[0]) == entry.get(_CAPACITY[1])
        if not is_capacity and rate_of(name, mode, entry) is None:
            yield f"price key {name[:80]}"


def _put(found: dict[RateKey, PriceLine], key: RateKey, line: PriceLine | None) -> None:
    if line and found.setdefault(key, line) != line:
        raise InvalidClaim(f"two prices for {key}: {found[key][0].amount} and {line[0].amount}")


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
    """Reserved capacity of a chat model. The one price is stated for input and for output alike."""
    prices = [amount(entry.get(name)) for name in _CAPACITY] if mode in _RESERVING else [None]
    if prices[0] and prices[0] == prices[1] and (line := money(prices[0], times=3600)):
        yield RateKey("capacity"), line
