"""Converts the prices of Alibaba's catalogue: types and units → rates, ranges → context tiers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from registry.domain.rates import PriceLine, RateKey
from syncers.kinds.coerce import rows, table

_TOKENS: Final[Mapping[str, RateKey]] = {
    "input_token": RateKey("input"),
    "text_input_token": RateKey("input"),
    "embedding_token": RateKey("input"),
    "omni_no_audio_input_token": RateKey("input"),
    "vision_input_token": RateKey("input", "image"),
    "audio_input_token": RateKey("input", "audio"),
    "omni_audio_input_token": RateKey("input", "audio"),
    "output_token": RateKey("output"),
    "omni_no_audio_output_token": RateKey("output"),
    "omni_audio_output_token": RateKey("output", "audio"),
    # All output while thinking is on, which may cost more.
    "thinking_output_token": RateKey("output", detail="thinking"),
    "purein_text_output_token": RateKey("output", detail="text-only input"),
    "multiin_text_output_token": RateKey("output", detail="multimodal input"),
    "input_token_cache": RateKey("cache_read"),
    "input_token_cache_read": RateKey("cache_read", detail="explicit cache"),
    "input_token_cache_creation_5m": RateKey("cache_write", ttl="5m"),
}
_PER_MILLION: Final = re.compile(r"per (1m|million) tokens", re.IGNORECASE)
_IMAGE: Final = RateKey("output", "image", unit="image")
#: `content_duration` is that of the input or of the output, depending on the task.
_SECONDS: Final = {
    "video": RateKey("output", "video", unit="second"),
    "transcription": RateKey("input", "audio", unit="second"),
}
_RANGE: Final = re.compile(r"(?:(\d{1,9})([km]?)<)?(?:token|input)(?:<=?\d{1,9}[km]?)?", re.IGNORECASE)
_THOUSANDS: Final = {"": 1, "k": 1_000, "m": 1_000_000}


def price_fields(ranges: Any, task: str | None, price: Callable[[Any], PriceLine | None]) -> dict[str, PriceLine]:
    """Rates by field name. Where two rows give one rate different amounts, neither is taken."""
    lines: dict[str, PriceLine] = {}
    split: set[str] = set()
    for above, row in _rows(ranges):
        line, key = price(row.get("price")), _key(row, task)
        if line is None or key is None or above is None:
            continue
        name = replace(key, above=above).field
        if lines.setdefault(name, line) != line:
            split.add(name)
    return {name: line for name, line in lines.items() if name not in split}


def not_taken(ranges: Any, task: str | None) -> Iterator[str]:
    """The kinds of those price rows that are left out."""
    for above, row in _rows(ranges):
        if above is None:
            yield "price under a range that is not understood"
        elif row.get("time_band"):
            yield "price of some hours only"
        elif _key(row, task) is None:
            yield f"price {row.get('type')} {row.get('price_unit')}"[:80]


def _rows(ranges: Any) -> Iterator[tuple[int | None, dict[str, Any]]]:
    """Every price row with the number of tokens above which it holds; None where the range is not understood."""
    for item in rows(ranges, "prices"):
        price_range = table(item, "prices")
        for row in rows(price_range.get("prices"), "prices"):
            yield _above(price_range.get("range_name")), table(row, "prices")


def _above(name: Any) -> int | None:
    """`32k<Input<=256k` → 32,000. A range without a name, or called Default, is the whole range."""
    if name is None or name == "" or str(name).lower() == "default":
        return 0
    match = _RANGE.fullmatch(re.sub(r"\s", "", str(name)).replace("≤", "<="))
    if not match:
        return None
    return int(match[1] or 0) * _THOUSANDS[(match[2] or "").lower()]


def _key(row: Mapping[str, Any], task: str | None) -> RateKey | None:
    """The rate that a row is about; None for what is not understood."""
    kind, unit = str(row.get("type")), str(row.get("price_unit")).strip().lower()
    if row.get("time_band"):
        return None
    if _PER_MILLION.fullmatch(unit):
        return _TOKENS.get(kind)
    if kind == "image_number" and unit == "per image":
        return _IMAGE
    if kind == "content_duration" and unit == "per second":
        return _SECONDS.get(task or "")
    return None
