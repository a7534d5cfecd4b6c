"""Prices of Vercel AI Gateway that are not per text token: images by size, videos by length, speech, audio tokens.

Lists of images and videos have a row for each combination of parameters, the price of an image or of a second of video
with them. A row with a parameter that is not known is left out, since it is not known when its price holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from registry.domain.rates import PriceLine, RateKey
from syncers.kinds.coerce import money, rate_under, rows, table
from syncers.kinds.price_table import PriceTable

_M: Final = 1_000_000
PLAIN: Final = PriceTable({
    "speech_input_character_cost": (RateKey("character"), _M),
    "transcription_duration_cost_per_second": (RateKey("input", "audio", unit="second"), 1),
    "audio_input_token_cost": (RateKey("input", "audio"), _M),
    "audio_output_token_cost": (RateKey("output", "audio"), _M),
})  # fmt: skip
#: Key of a list → key of the price in a row, its rate, the parameters that a row may have.
_LISTS: Final[Mapping[str, tuple[str, RateKey, frozenset[str]]]] = {
    "image_dimension_quality_pricing": (
        "cost",
        RateKey("output", "image", unit="image"),
        frozenset({"size", "quality", "style"}),
    ),
    "video_duration_pricing": (
        "cost_per_second",
        RateKey("output", "video", unit="second"),
        frozenset({"resolution", "mode", "audio"}),
    ),
}
KNOWN: Final = frozenset({*PLAIN.rates, *_LISTS})


def media_prices(pricing: Mapping[str, Any]) -> dict[str, PriceLine]:
    """Price fields of one model. Raises InvalidClaim."""
    prices = PLAIN.fields(pricing)
    stated: dict[str, set[PriceLine]] = {}
    for name in _LISTS:
        for row in _rows(pricing, name):
            if (key := _key(name, row)) and (line := money(row.get(_LISTS[name][0]), what=name)):
                stated.setdefault(key.field, set()).add(line)
    return prices | {field: next(iter(lines)) for field, lines in stated.items() if len(lines) == 1}


def not_taken(pricing: Mapping[str, Any]) -> Iterator[str]:
    """Rows that are left out, in words for the run's report."""
    for name in _LISTS:
        yield from (f"parameters of {name}" for row in _rows(pricing, name) if _key(name, row) is None)


def _rows(pricing: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    return [table(row, name) for row in rows(pricing.get(name), name)]


def _key(name: str, row: Mapping[str, Any]) -> RateKey | None:
    """The rate of a row; None where it has a parameter that is not known."""
    price_key, rate, known = _LISTS[name]
    stated = {word: value for word, value in row.items() if word != price_key and value is not None}
    if stated.keys() - known:
        return None
    return rate_under(rate, what=name, detail=",".join(sorted(f"{word}:{_word(stated[word])}" for word in stated)))


def _word(value: Any) -> str:
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)
