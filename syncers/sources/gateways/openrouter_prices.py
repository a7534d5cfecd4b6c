"""The `pricing` object of OpenRouter. The units of its keys differ from row to row."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from curation.core.claim import InvalidClaim
from registry.domain import schedule
from registry.domain.rates import Amounts, PriceLine, RateKey
from syncers.kinds.coerce import amount, rows, table, tokens, without_restated
from syncers.kinds.price_table import PriceTable, token_prices

PER_TOKEN: Final = 1_000_000

#: Key → rate and factor from its unit to ours. `image` and `audio` are read by `_media`, since their unit varies.
KEYS: Final = {
    "prompt": (RateKey("input"), PER_TOKEN),
    "completion": (RateKey("output"), PER_TOKEN),
    "request": (RateKey("request"), 1),
    "web_search": (RateKey("search"), 1),
    "internal_reasoning": (RateKey("reasoning"), PER_TOKEN),
    "input_cache_read": (RateKey("cache_read"), PER_TOKEN),
    "input_cache_write": (RateKey("cache_write"), PER_TOKEN),
    "input_cache_write_1h": (RateKey("cache_write", ttl="1h"), PER_TOKEN),
    "input_audio_cache": (RateKey("cache_read", "audio"), PER_TOKEN),
    "audio_output": (RateKey("output", "audio"), PER_TOKEN),
    "image_output": (RateKey("output", "image"), PER_TOKEN),
    "image_token": (RateKey("output", "image"), PER_TOKEN),
}
_MEDIA: Final = ("image", "audio")
_FREE: Final = re.compile(r"(?<![a-z])free(?![a-z])")
_CONDITION: Final = "min_prompt_tokens"
_HOURS: Final = ("utc_start", "utc_end")
#: Keys with no price in them. `discount` has been 0 on every row seen; another value is reported.
_SILENT: Final = frozenset({"overrides", "discount"})
#: The billing unit of these models (second, minute, hour, song, search, 1000 pages) is not stated; it differs by row:
#: `prompt` of whisper-1 is 0.006 (a minute), of grok-stt 0.1 (an hour), of qwen3-asr 0.000035 (a second).
_OTHER_UNITS: Final = frozenset({"speech", "transcription", "video", "rerank"})


def price_fields(ident: str, pricing: Mapping[str, Any], outputs: tuple[str, ...]) -> dict[str, PriceLine]:
    """Price fields of one row. Raises InvalidClaim."""
    amounts = {name: amount(pricing.get(name)) for name in (*KEYS, *_MEDIA)}
    main = amounts["prompt"], amounts["completion"]
    if any(number is not None and number < 0 for number in main):
        # −1 on openrouter/auto and the other routers: the price is that of the model which answers.
        return token_prices(Amounts.DYNAMIC)
    if _is_free(ident, amounts):
        return token_prices(Amounts.FREE)
    if _counts_otherwise(amounts, outputs):
        return {}
    prices = _table(amounts)
    # The same price as `image_output` on every row that has both (July 2026).
    lines = prices.lines(amounts | ({"image_token": None} if amounts["image_output"] else {}))
    overrides = [table(item, "overrides") for item in rows(pricing.get("overrides"), "overrides")]
    understood = [item for item in overrides if not _unknown(item, pricing)]
    for item in understood:
        lines |= _of_long_prompts(item, prices)
    lines |= _of_some_hours(understood, prices)
    for item in overrides:
        if item not in understood:
            lines = without_restated(lines, prices.lines(item))
    return {key.field: line for key, line in lines.items()}


def not_taken(row: Mapping[str, Any]) -> Iterator[str]:
    """Prices of a row that are left out because their key or their unit is not known, in words for the run's report."""
    pricing = row.get("pricing")
    if not isinstance(pricing, dict):
        return
    yield from (f"price key {name}" for name in pricing if name not in {*KEYS, *_MEDIA, *_SILENT})
    if pricing.get("discount"):
        yield "discount"
    try:
        amounts = {name: amount(pricing.get(name)) for name in (*KEYS, *_MEDIA)}
    except InvalidClaim:
        return  # the row is rejected
    architecture = row.get("architecture")
    outputs = architecture.get("output_modalities") if isinstance(architecture, dict) else None
    if isinstance(outputs, list) and _counts_otherwise(amounts, tuple(map(str, outputs))):
        yield f"unit of {'/'.join(map(str, outputs))} prices"
    yield from (f"unit of `{name}`" for name in _MEDIA if amounts[name] and _media(name, amounts) is None)
    for item in pricing["overrides"] if isinstance(pricing.get("overrides"), list) else ():
        if isinstance(item, dict):
            yield from (f"override {name}" for name in _unknown(item, pricing))


def _is_free(ident: str, amounts: Mapping[str, Decimal | None]) -> bool:
    """Zero is free where the id says so. It also stands where nobody filled in a price, and where another unit than
    the token is billed.
    """
    return (
        amounts["prompt"] == 0
        and amounts["completion"] == 0
        and not any(amounts.values())
        and bool(_FREE.search(ident))
    )


def _counts_otherwise(amounts: Mapping[str, Decimal | None], outputs: tuple[str, ...]) -> bool:
    """True when `prompt` is not per token. Where completion costs too, tokens are billed (gpt-4o-transcribe)."""
    return bool(_OTHER_UNITS.intersection(outputs)) and not (amounts["prompt"] and amounts["completion"])


def _table(amounts: Mapping[str, Decimal | None]) -> PriceTable:
    """The keys of a row. Zero beside prices is a filler: older rows state "0" for all that is not charged apart."""
    media = {name: rate for name in _MEDIA if (rate := _media(name, amounts))}
    return PriceTable({**KEYS, **media}, zero_is_free=False)


def _media(name: str, amounts: Mapping[str, Decimal | None]) -> tuple[RateKey, int] | None:
    """The rate that `image` or `audio` is, told by its size beside the price of a text token; None when that does not
    tell.

    `image` was per image until January 2026 (gpt-4o: 0.003613, 1445 text tokens) and is per token since
    (gemini-2.5-pro: 0.00000125, the text price). `audio` is per token, but for voxtral it is 1000 times the text
    price, so a unit of time.
    """
    number, prompt = amounts[name], amounts["prompt"]
    if not number or number < 0:
        return None
    if prompt and prompt > 0 and number <= 50 * prompt:
        return RateKey("input", name), PER_TOKEN
    if name == "image" and (number >= 50 * (prompt or 0)) and number >= Decimal("0.00001"):
        return RateKey("input", "image", unit="image"), 1
    return None


def _unknown(item: Mapping[str, Any], pricing: Mapping[str, Any]) -> list[str]:
    """Conditions of an override that are not understood. It is then not known when its prices hold."""
    understood = {*KEYS, *_MEDIA, _CONDITION, *_HOURS, *pricing}
    return [name for name in item if name not in understood or (name in _HOURS and _window(item) is None)]


def _window(item: Mapping[str, Any]) -> str | None:
    """The hours of an override: "" for all of them, None for what is no daily window in UTC."""
    if not any(name in item for name in _HOURS):
        return ""
    try:
        return schedule.canonical("{}-{}Z".format(*(item.get(name) for name in _HOURS)))
    except ValueError:
        return None


def _start(item: Mapping[str, Any]) -> int:
    """Where the long prompts of an override start; 0 where it holds for all. Raises InvalidClaim.

    `min_prompt_tokens` is where the providers' own pages say "more than"; the number is the same, so it is kept as it
    is.
    """
    start = item.get(_CONDITION)
    if start is None and _window(item):
        return 0
    return tokens(start, "overrides", least=1)


def _of_long_prompts(item: Mapping[str, Any], prices: PriceTable) -> dict[RateKey, PriceLine]:
    """The prices that an override restates; keys that do not change are not repeated."""
    if _window(item):
        return {}
    return {replace(key, above=_start(item)): line for key, line in prices.lines(item).items()}


def _of_some_hours(overrides: Sequence[Mapping[str, Any]], prices: PriceTable) -> dict[RateKey, PriceLine]:
    """Prices of daily windows (`utc_start`, `utc_end`). Of two that hold at once the later wins, price by price."""
    minutes: dict[RateKey, dict[PriceLine, int]] = defaultdict(dict)
    for item in overrides:
        if not (window := _window(item)):
            continue
        minute_mask = schedule.read(window).minutes
        for rate, line in prices.lines(item).items():
            key = replace(rate, above=_start(item))
            before = {other: left & ~minute_mask for other, left in minutes[key].items()}
            minutes[key] = before | {line: before.get(line, 0) | minute_mask}
    return {
        replace(key, schedule=str(schedule.Schedule("Z", held))): line
        for key, lines in minutes.items()
        for line, held in lines.items()
        if held
    }
