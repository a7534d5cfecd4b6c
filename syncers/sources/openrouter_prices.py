"""The `pricing` object of OpenRouter, whose keys keep their names while their units change from row to row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from curation.claim import InvalidClaim
from registry import rates
from registry.rates import Amounts, PriceLine, RateKey
from syncers.reading import amount, money, rows, table

PER_TOKEN: Final = 1_000_000

#: Key → rate and factor from its unit to ours. `image` and `audio` are read by `_media`, since their unit varies.
KEYS: Final[Mapping[str, tuple[RateKey, int]]] = {
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
    # The same price as `image_output` on every row that has both (July 2026).
    "image_token": (RateKey("output", "image"), PER_TOKEN),
}
_MEDIA: Final = ("image", "audio")
_CONDITION: Final = "min_prompt_tokens"
#: Keys with no price in them. `discount` has been 0 on every row seen; another value is reported.
_SILENT: Final = frozenset({"overrides", "discount"})
#: What these models are billed by (second, minute, hour, song, search, 1000 pages) is not said; it differs by row:
#: `prompt` of whisper-1 is 0.006 (a minute), of grok-stt 0.1 (an hour), of qwen3-asr 0.000035 (a second).
_OTHER_UNITS: Final = frozenset({"speech", "transcription", "video", "rerank"})


def price_fields(ident: str, pricing: Mapping[str, Any], outputs: tuple[str, ...]) -> dict[str, PriceLine]:
    """Price fields of one row. Raises InvalidClaim."""
    amounts = {name: amount(pricing.get(name)) for name in (*KEYS, *_MEDIA)}
    main = amounts["prompt"], amounts["completion"]
    if any(number is not None and number < 0 for number in main):
        # −1 on openrouter/auto and the other routers: the price is that of the model which answers.
        return {KEYS[name][0].field: rates.stated(Amounts.DYNAMIC) for name in ("prompt", "completion")}
    if _is_free(ident, amounts, outputs):
        return {KEYS[name][0].field: rates.stated(Amounts.FREE) for name in ("prompt", "completion")}
    if _counts_otherwise(amounts, outputs):
        return {}
    found = dict(_base(amounts))
    for item in rows(pricing.get("overrides"), "overrides"):
        found |= _override(table(item, "overrides"), amounts)
    return found


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
            yield from (f"override {name}" for name in item if name not in {*KEYS, *_MEDIA, _CONDITION})


def _is_free(ident: str, amounts: Mapping[str, Decimal | None], outputs: tuple[str, ...]) -> bool:
    """Zero is free where tokens are billed; on image, video and audio models it only says "not by tokens"."""
    zeros = amounts["prompt"] == 0 and amounts["completion"] == 0 and not any(amounts.values())
    return zeros and (ident.endswith(":free") or all(word == "text" for word in outputs))


def _counts_otherwise(amounts: Mapping[str, Decimal | None], outputs: tuple[str, ...]) -> bool:
    """True when `prompt` is not per token. Where completion costs too, tokens are billed (gpt-4o-transcribe)."""
    return bool(_OTHER_UNITS.intersection(outputs)) and not (amounts["prompt"] and amounts["completion"])


def _base(amounts: Mapping[str, Decimal | None]) -> Iterator[tuple[str, PriceLine]]:
    for name, (key, factor) in KEYS.items():
        # Zero beside other prices is a filler: older rows state "0" for all that is not charged apart.
        if amounts[name] and (name != "image_token" or not amounts["image_output"]):
            line = money(amounts[name], times=factor)
            if line:
                yield key.field, line
    for name in _MEDIA:
        if (found := _media(name, amounts)) and (line := money(amounts[name], times=found[1])):
            yield found[0].field, line


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


def _override(item: Mapping[str, Any], amounts: Mapping[str, Decimal | None]) -> dict[str, PriceLine]:
    """Prices for long prompts; keys that do not change are not repeated. Overrides of another kind are only reported.

    `min_prompt_tokens` is where the providers' own pages say "more than"; the number is the same, so it is kept as it
    is.
    """
    start = item.get(_CONDITION)
    if set(item) - {*KEYS, *_MEDIA, _CONDITION}:
        return {}
    if isinstance(start, bool) or not isinstance(start, int) or start <= 0:
        raise InvalidClaim(f"overrides: a number of tokens expected, not {start!r}")
    changed = {name: amount(item.get(name)) for name in (*KEYS, *_MEDIA)}
    found = {}
    for name, number in changed.items():
        rate = _media(name, amounts) if name in _MEDIA else KEYS[name]
        if number and rate and (line := money(number, times=rate[1])):
            found[replace(rate[0], above=start).field] = line
    return found
