"""The `pricing_config` of one model in Portkey's files. Amounts are US cents, per token or per piece.

Zeros state nothing here: they fill keys that do not apply (`response_token` of an embedding model).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from curation.core.claim import InvalidClaim
from registry.domain import rates
from registry.domain.rates import Amounts, PriceLine, RateKey
from syncers.kinds import units
from syncers.kinds.coerce import amount, table

_A_PIECE: Final = Decimal("0.01")  # of a dollar
_TOKENS: Final = units.CENTS_PER_TOKEN.times
_Rate = tuple[RateKey, Decimal]

_KEYS: Final[Mapping[str, _Rate]] = {
    "request_token": (RateKey("input"), _TOKENS),
    "response_token": (RateKey("output"), _TOKENS),
    "cache_read_input_token": (RateKey("cache_read"), _TOKENS),
    "cache_write_input_token": (RateKey("cache_write"), _TOKENS),
    "request_audio_token": (RateKey("input", "audio"), _TOKENS),
    "response_audio_token": (RateKey("output", "audio"), _TOKENS),
    "request_image_token": (RateKey("input", "image"), _TOKENS),
    "reasoning_token": (RateKey("reasoning"), _TOKENS),
}
_ADDITIONAL: Final[Mapping[str, _Rate]] = {
    "cache_write_1h": (RateKey("cache_write", ttl="1h"), _TOKENS),
    "thinking_token": (RateKey("reasoning"), _TOKENS),
    "request_audio_token": _KEYS["request_audio_token"],
    "response_audio_token": _KEYS["response_audio_token"],
    "web_search": (RateKey("search"), _A_PIECE),
    "web_search_low_context": (RateKey("search", detail="context:low"), _A_PIECE),
    "web_search_medium_context": (RateKey("search", detail="context:medium"), _A_PIECE),
    "web_search_high_context": (RateKey("search", detail="context:high"), _A_PIECE),
    "file_search": (RateKey("tool_call", detail="file_search"), _A_PIECE),
    "video_seconds": (RateKey("output", "video", unit="second"), _A_PIECE),
}
_AN_IMAGE: Final = (RateKey("output", "image", unit="image"), _A_PIECE)
_ANY: Final = "default"
_PLANS: Final = {"pay_as_you_go": "", "batch_config": "batch"}
#: Keys with an object under them, or without a price.
_APART: Final = frozenset({"image", "additional_units"})
_SILENT: Final = frozenset({"calculate", "currency", *_PLANS})
#: Bands of prompt length (`…-lte-128k`) and versions by image quality (`…::premium`), written as models.
_TARIFF: Final = re.compile(r".*(-(lte|gt)-\d+k|::[a-z]+)")
#: A reranker's `request_token` is what a search costs (0.2 cents for cohere.rerank-v3-5:0 in bedrock.json).
_NOT_BY_TOKEN: Final = re.compile(r"rerank")
#: What byteplus.json has as cache_write_input_token, 0.00000083, is the rent of the cache by the hour.
_RENTED: Final = frozenset({("byteplus", "cache_write_input_token")})


def is_a_tariff(ident: str) -> bool:
    """Whether a key is a tariff of another one, and no model that one could call."""
    return bool(_TARIFF.fullmatch(ident))


def price_fields(file: str, ident: str, config: Mapping[str, Any]) -> dict[str, PriceLine]:
    """Price fields of one model. Raises InvalidClaim."""
    currency = config.get("currency")
    if currency not in (None, "USD"):
        raise InvalidClaim(f"currency: USD expected, not {str(currency)[:20]!r}")
    found: dict[str, PriceLine] = {}
    for plan, tier in _PLANS.items():
        prices = table(config.get(plan), plan)
        for (key, times), value in _rates(file, ident, prices):
            line = _line(table(value, str(key)).get("price"), times)
            field = replace(key, tier=tier).field
            if line and found.setdefault(field, line) != line:
                raise InvalidClaim(f"two prices for {field}")
    if not found and ident.endswith(":free") and _is_zero(table(config.get("pay_as_you_go"), "pay_as_you_go")):
        return {_KEYS[name][0].field: rates.stated(Amounts.FREE) for name in ("request_token", "response_token")}
    return found


def not_taken(file: str, ident: str, config: Mapping[str, Any]) -> Iterator[str]:
    """Prices that are left out because what they are for is not known."""
    yield from (f"price key {name[:40]}" for name in config if name not in _SILENT)
    for plan in _PLANS:
        prices = config.get(plan)
        for name, value in prices.items() if isinstance(prices, dict) else ():
            if name == "additional_units" and isinstance(value, dict):
                yield from (f"price key {unit[:40]}" for unit in value if unit not in _ADDITIONAL)
            elif name not in _KEYS and name not in _APART:
                yield f"price key {name[:40]}"
            elif name in _KEYS and value and not _is_sure(file, ident, name):
                yield f"unit of {name} of {'rerankers' if _NOT_BY_TOKEN.search(ident) else file}"


def _rates(file: str, ident: str, prices: Mapping[str, Any]) -> Iterator[tuple[_Rate, Any]]:
    for name, rate in _KEYS.items():
        if name in prices and _is_sure(file, ident, name):
            yield rate, prices[name]
    units_of = table(prices.get("additional_units"), "additional_units")
    yield from ((rate, units_of[name]) for name, rate in _ADDITIONAL.items() if name in units_of)
    for quality, sizes in table(prices.get("image"), "image").items():
        for size, value in table(sizes, "image").items():
            yield _image(quality, size), value


def _image(quality: str, size: str) -> _Rate:
    parts = [f"quality:{quality}"] * (quality != _ANY) + [f"size:{size}"] * (size != _ANY)
    try:
        return replace(_AN_IMAGE[0], detail=",".join(parts)), _AN_IMAGE[1]
    except ValueError as error:
        raise InvalidClaim(f"image: {error}") from error


def _is_sure(file: str, ident: str, name: str) -> bool:
    return not _NOT_BY_TOKEN.search(ident) and (file, name) not in _RENTED


def _is_zero(prices: Mapping[str, Any]) -> bool:
    stated = [table(prices.get(name), name).get("price") for name in ("request_token", "response_token")]
    return all(value is not None and amount(value) == 0 for value in stated)


def _line(value: Any, times: Decimal) -> PriceLine | None:
    exact = amount(value)
    if not exact:
        return None
    try:
        return rates.price(exact, times=times)
    except ValueError as error:
        raise InvalidClaim(f"price: {error}") from error
