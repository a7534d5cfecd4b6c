"""The `pricing` object of Venice: the type of the model decides what a price is for. Each leaf is `{usd, diem}`.

Only `usd` is money; `diem` (and the older `vcu`) is Venice's own coin.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from curation.core.claim import InvalidClaim
from registry.domain.rates import PriceLine, RateKey
from syncers.kinds.coerce import amount, money, table

_TOKENS: Final[Mapping[str, RateKey]] = {
    "input": RateKey("input"),
    "output": RateKey("output"),
    "cache_input": RateKey("cache_read"),
    "cache_write": RateKey("cache_write"),
}
_AN_IMAGE: Final = RateKey("output", "image", unit="image")
#: Type → key → rate. The amounts are in the unit of the rate.
_PLAIN: Final[Mapping[str, Mapping[str, RateKey]]] = {
    "text": _TOKENS,
    "code": _TOKENS,
    "embedding": _TOKENS,
    "image": {"generation": _AN_IMAGE},
    "tts": {"input": RateKey("character")},
    "asr": {"per_audio_second": RateKey("input", "audio", unit="second")},
    "music": {"per_second": RateKey("output", "audio", unit="second")},
}
#: Type → key of an object of prices → word for the condition that its keys are.
_BY_CONDITION: Final = {"image": ("resolutions", "resolution"), "upscale": ("upscale", "upscale")}
_EXTENDED: Final = "extended"
_THRESHOLD: Final = "context_token_threshold"


def price_fields(kind: str, pricing: Mapping[str, Any]) -> dict[str, PriceLine]:
    """Price fields of one model. Raises InvalidClaim."""
    found = dict(_lines(_PLAIN.get(kind, {}), pricing))
    key, word = _BY_CONDITION.get(kind, ("", ""))
    for name, leaf in table(pricing.get(key), key).items() if key else ():
        found |= _lines({name: _under(_AN_IMAGE, detail=f"{word}:{name}")}, {name: leaf})
    extended = table(pricing.get(_EXTENDED), _EXTENDED)
    if extended and _PLAIN.get(kind) is _TOKENS:
        above = amount(extended.get(_THRESHOLD))
        if above is None or not 0 < above < 10**12 or above != above.to_integral_value():
            raise InvalidClaim(f"{_THRESHOLD}: number of tokens expected, not {str(above)[:60]}")
        # These hold for the whole request once it is longer than that.
        found |= _lines({name: replace(rate, above=int(above)) for name, rate in _TOKENS.items()}, extended)
    return found


def not_taken(kind: str, pricing: Mapping[str, Any]) -> Iterator[str]:
    """Prices that are left out because what they are for is not known."""
    known = {*_PLAIN.get(kind, {}), _BY_CONDITION.get(kind, ("", ""))[0]}
    if _PLAIN.get(kind) is _TOKENS:
        known.add(_EXTENDED)
    yield from (f"price key {name[:40]} of {kind[:20]}" for name in pricing if name not in known)


def _lines(rates: Mapping[str, RateKey], pricing: Mapping[str, Any]) -> dict[str, PriceLine]:
    found = {rate.field: money(table(pricing.get(name), name).get("usd")) for name, rate in rates.items()}
    return {field: line for field, line in found.items() if line is not None}


def _under(key: RateKey, **conditions: Any) -> RateKey:
    try:
        return replace(key, **conditions)
    except ValueError as error:
        raise InvalidClaim(f"rate: {error}") from error
