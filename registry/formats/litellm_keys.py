"""Keys of the LiteLLM map for rates: a base name, suffixes for conditions, and the price of a single unit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Context, Decimal, Inexact
from typing import Final

from registry.domain.rates import RateKey, plain

M: Final = 10**6
#: Rate → name, and the number of single units in our amount.
NAMES: Final[Mapping[RateKey, tuple[str, Decimal]]] = {
    key: (name, Decimal(pieces))
    for key, name, pieces in (
        (RateKey("input"), "input_cost_per_token", M),
        (RateKey("output"), "output_cost_per_token", M),
        (RateKey("reasoning"), "output_cost_per_reasoning_token", M),
        (RateKey("citation"), "citation_cost_per_token", M),
        (RateKey("cache_read"), "cache_read_input_token_cost", M),
        (RateKey("cache_read", detail="explicit cache"), "explicit_cache_read_input_token_cost", M),
        (RateKey("cache_write"), "cache_creation_input_token_cost", M),
        (RateKey("cache_write", ttl="1h"), "cache_creation_input_token_cost_above_1hr", M),
        (RateKey("cache_write", ttl="12h"), "cache_creation_input_token_cost_above_12hr", M),
        (RateKey("cache_write", "audio"), "cache_creation_input_audio_token_cost", M),
        (RateKey("cache_read", "audio"), "cache_read_input_audio_token_cost", M),
        (RateKey("cache_read", "image"), "cache_read_input_image_token_cost", M),
        (RateKey("input", "audio"), "input_cost_per_audio_token", M),
        (RateKey("output", "audio"), "output_cost_per_audio_token", M),
        (RateKey("input", "image"), "input_cost_per_image_token", M),
        (RateKey("output", "image"), "output_cost_per_image_token", M),
        (RateKey("input", "video"), "input_cost_per_video_token", M),
        (RateKey("output", "video"), "output_cost_per_video_token", M),
        (RateKey("character"), "input_cost_per_character", M),
        (RateKey("output", unit="1M characters"), "output_cost_per_character", M),
        (RateKey("input", "image", unit="image"), "input_cost_per_image", 1),
        (RateKey("output", "image", unit="image"), "output_cost_per_image", 1),
        (RateKey("input", "image", unit="pixel"), "input_cost_per_pixel", 1),
        (RateKey("output", "image", unit="pixel"), "output_cost_per_pixel", 1),
        (RateKey("input", "audio", unit="second"), "input_cost_per_audio_per_second", 1),
        (RateKey("input", "video", unit="second"), "input_cost_per_video_per_second", 1),
        (RateKey("output", "video", unit="second"), "output_cost_per_video_per_second", 1),
        (RateKey("search"), "input_cost_per_query", 1),
        (RateKey("search", detail="google_maps"), "google_maps_grounding_cost_per_query", 1),
        (RateKey("request"), "input_cost_per_request", 1),
        (RateKey("input", unit="message"), "input_cost_per_text_message", 1),
        (RateKey("session", detail="code_interpreter"), "code_interpreter_cost_per_session", 1),
        (RateKey("tool_call", detail="file_search"), "file_search_cost_per_1k_calls", "0.001"),
        (RateKey("storage", detail="file_search"), "file_search_cost_per_gb_per_day", 1),
        (RateKey("storage", detail="vector_store"), "vector_store_cost_per_gb_per_day", 1),
        (RateKey("input", detail="computer_use"), "computer_use_input_cost_per_1k_tokens", 1000),
        (RateKey("output", detail="computer_use"), "computer_use_output_cost_per_1k_tokens", 1000),
        (RateKey("page"), "ocr_cost_per_page", 1),
        (RateKey("page", detail="annotated"), "annotation_cost_per_page", 1),
    )
}
#: Names of prices per second, which depend on the mode of the entry.
_BY_MODE: Final[Mapping[tuple[str, RateKey], str]] = {
    ("audio_transcription", RateKey("input", "audio", unit="second")): "input_cost_per_second",
    ("audio_speech", RateKey("output", "audio", unit="second")): "output_cost_per_second",
    ("video_generation", RateKey("output", "video", unit="second")): "output_cost_per_second",
}
GENERATORS: Final = ("image_generation", "image_edit")
RESERVING: Final = ("chat", "completion")
QUERIED: Final = ("", "embedding", "rerank", "search")
"""Modes in which the request is a search. Others search while they answer, with a price by amount of context."""
SIZES: Final = ("low", "medium", "high")
#: Segments of a key in front of the model, for price conditions.
AZURE_REGIONS: Final = frozenset({"apac", "eu", "global", "global-standard", "us", "us-gov"})
AWS_REGION: Final = re.compile(r"[a-z]{2}(-gov)?-[a-z]+-\d")
COMMITMENT: Final = re.compile(r"\d+-month-commitment")
QUALITY: Final = re.compile(r"[a-z]+")
"""Of an image, and only in front of its size: `xhigh/1024-x-768/…`."""
_OF_OUTPUT: Final = tuple(RateKey("output", "image", unit=unit) for unit in ("", "image", "pixel"))
_GIVEN: Final = tuple(RateKey("input", "image", unit=unit) for unit in ("image", "pixel"))
_TIERS: Final = {"": "", "batch": "_batches"} | {
    tier: f"_{tier}" for tier in ("priority", "flex", "fast", "balanced", "ultrafast")
}
_DETAILS: Final = (
    (re.compile(r"longer:(\d+)s"), r"_above_\1s_interval"),
    (re.compile(r"larger:(\d+)x(\d+)"), r"_above_\1_and_\2_pixels"),
    (re.compile(r"quality:premium"), r"_premium_image"),
    (re.compile(r"resolution:(\d+[pk]|\d+(?:\.\d+)?K|512|1024|1536)"), r"_\1"),
)
UPLIFT_KEY: Final = "regional_processing_uplift_multiplier_"
UPLIFT: Final = re.compile(rf"{UPLIFT_KEY}([a-z]{{2,10}})")
"""A factor of all token prices in a region."""
_FACTOR_DIGITS: Final = 6
_EXACTLY: Final = Context(prec=60, traps=[Inexact])


def named(prices: Mapping[RateKey, Decimal], mode: str) -> Iterator[tuple[str, Decimal | dict[str, Decimal]]]:
    """Key and number for each rate that has a key in the map; all others are left out."""
    for key in sorted(prices):
        name_and_unit = _named(key, prices, mode)
        if name_and_unit:
            yield name_and_unit[0], plain(_EXACTLY.divide(prices[key], name_and_unit[1]))
    if searches := _searches(prices, mode):
        yield "search_context_cost_per_query", searches
    if mode in RESERVING and (hour := prices.get(RateKey("capacity"))) is not None and (second := _second(hour)):
        yield "input_cost_per_second", second
        yield "output_cost_per_second", second


def uplifts(prices: Mapping[RateKey, Decimal]) -> Iterator[tuple[str, Decimal]]:
    """Key and factor for each region in which all token prices are the ordinary ones times the same factor."""
    ordinary = {key: amount for key, amount in prices.items() if not key.region and is_of_tokens(key)}
    for region in sorted({key.region for key in prices if UPLIFT.fullmatch(f"{UPLIFT_KEY}{key.region}")}):
        regional = {replace(key, region=""): amount for key, amount in prices.items() if key.region == region}
        if regional.keys() != ordinary.keys() or not all(ordinary.values()):
            continue
        factors = {plain(round(regional[key] / ordinary[key], _FACTOR_DIGITS)) for key in ordinary}
        if len(factors) == 1:
            yield f"{UPLIFT_KEY}{region}", factors.pop()


def is_of_tokens(key: RateKey) -> bool:
    """Whether a rate is a price of tokens, which the factor of a region changes."""
    return key.counted_in == "1M tokens"


def _named(key: RateKey, prices: Mapping[RateKey, Decimal], mode: str) -> tuple[str, Decimal] | None:
    if key.region or key.schedule or key.plan or key.beyond or key.tier not in _TIERS or key.above % 1000:
        return None
    base, suffix = replace(key, tier="", above=0), ""
    if base == RateKey("search") and mode not in QUERIED:
        return None  # see `_searches`
    if base not in NAMES and (mode, base) not in _BY_MODE:
        detail_suffix = _spelt(base.detail)
        if detail_suffix is None:
            return None
        base, suffix = replace(base, detail=""), detail_suffix
    if mode in GENERATORS and base in _GIVEN and not any(output_key in prices for output_key in _OF_OUTPUT):
        return None  # readers would take it for the price of a generated image
    name, pieces = (_BY_MODE[mode, base], Decimal(1)) if (mode, base) in _BY_MODE else NAMES.get(base, ("", Decimal(1)))
    above = f"_above_{key.above // 1000}k_tokens" if key.above else ""
    return (f"{name}{suffix}{above}{_TIERS[key.tier]}", pieces) if name else None


def _spelt(detail: str) -> str | None:
    """Suffixes for the parameters of a product; None when there is none for one of them."""
    suffixes = ""
    for part in detail.split(","):
        match = next(((pattern, word) for pattern, word in _DETAILS if pattern.fullmatch(part)), None)
        if match is None:
            return None
        joint = "_and" if suffixes and part == "quality:premium" else ""
        suffixes += joint + match[0].sub(match[1], part)
    return suffixes


def _searches(prices: Mapping[RateKey, Decimal], mode: str) -> dict[str, Decimal]:
    """USD per search by the amount of context; a plain price applies to every amount."""
    always = prices.get(RateKey("search")) if mode not in QUERIED else None
    by_size = {size: prices.get(RateKey("search", detail=f"context:{size}"), always) for size in SIZES}
    return {f"search_context_size_{size}": amount for size, amount in by_size.items() if amount is not None}


def _second(hour: Decimal) -> Decimal | None:
    try:
        return plain(_EXACTLY.divide(hour, Decimal(3600)))
    except Inexact:
        return None
