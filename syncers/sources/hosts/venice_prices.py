"""The `pricing` object of Venice: the type of the model determines what a price is for. Each leaf is `{usd, diem}`.

Only `usd` is money; `diem` (and the older `vcu`) is Venice's own currency.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from registry.domain.rates import PriceLine, RateKey
from syncers.kinds.coerce import rate_under, table, tokens
from syncers.kinds.price_table import PriceTable

_USD: Final = "usd"
_TOKENS: Final = PriceTable.of(
    {
        "input": RateKey("input"),
        "output": RateKey("output"),
        "cache_input": RateKey("cache_read"),
        "cache_write": RateKey("cache_write"),
    },
    at=_USD,
)
_AN_IMAGE: Final = RateKey("output", "image", unit="image")
_NONE: Final = PriceTable({})
#: Type of the model → its prices. The amounts are in the unit of the rate.
_BY_TYPE: Final[Mapping[str, PriceTable]] = {
    "text": _TOKENS,
    "code": _TOKENS,
    "embedding": _TOKENS,
    "image": PriceTable.of({"generation": _AN_IMAGE}, at=_USD),
    "tts": PriceTable.of({"input": RateKey("character")}, at=_USD),
    "asr": PriceTable.of({"per_audio_second": RateKey("input", "audio", unit="second")}, at=_USD),
    "music": PriceTable.of({"per_second": RateKey("output", "audio", unit="second")}, at=_USD),
}
#: Type → key of an object of prices → word for the condition that its keys are.
_BY_CONDITION: Final = {"image": ("resolutions", "resolution"), "upscale": ("upscale", "upscale")}
_EXTENDED: Final = "extended"
_THRESHOLD: Final = "context_token_threshold"


def price_fields(kind: str, pricing: Mapping[str, Any]) -> dict[str, PriceLine]:
    """Price fields of one model. Raises InvalidClaim."""
    prices = _BY_TYPE.get(kind, _NONE)
    fields = prices.fields(pricing)
    key, word = _BY_CONDITION.get(kind, ("", ""))
    for name, leaf in table(pricing.get(key), key).items() if key else ():
        an_image = rate_under(_AN_IMAGE, detail=f"{word}:{name}")
        fields |= PriceTable.of({name: an_image}, at=_USD).fields({name: leaf})
    extended = table(pricing.get(_EXTENDED), _EXTENDED)
    if extended and prices is _TOKENS:
        # These hold for the whole of a longer request.
        fields |= prices.fields(extended, above=tokens(extended.get(_THRESHOLD), _THRESHOLD, least=1))
    return fields


def not_taken(kind: str, pricing: Mapping[str, Any]) -> Iterator[str]:
    """Prices that are left out because their meaning is not known."""
    prices = _BY_TYPE.get(kind, _NONE)
    elsewhere = {_BY_CONDITION.get(kind, ("", ""))[0], _EXTENDED if prices is _TOKENS else ""}
    for name in prices.unknown(pricing, besides=frozenset(elsewhere)):
        yield f"price key {name[:40]} of {kind[:20]}"
