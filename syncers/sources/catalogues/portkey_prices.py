"""The `pricing_config` of one model in Portkey's files. Amounts are US cents, per token or per piece.

Zeros state nothing here: they fill keys that do not apply (`response_token` of an embedding model).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from curation.core.claim import InvalidClaim
from registry.domain.rates import Amounts, PriceLine, RateKey
from syncers.kinds import units
from syncers.kinds.coerce import amount, rate_under, table
from syncers.kinds.price_table import PriceTable, token_prices

_A_PIECE: Final = Decimal("0.01")  # of a dollar
_TOKENS: Final = units.CENTS_PER_TOKEN.times

_RATES: Final = {
    "request_token": (RateKey("input"), _TOKENS),
    "response_token": (RateKey("output"), _TOKENS),
    "cache_read_input_token": (RateKey("cache_read"), _TOKENS),
    "cache_write_input_token": (RateKey("cache_write"), _TOKENS),
    "request_audio_token": (RateKey("input", "audio"), _TOKENS),
    "response_audio_token": (RateKey("output", "audio"), _TOKENS),
    "request_image_token": (RateKey("input", "image"), _TOKENS),
    "reasoning_token": (RateKey("reasoning"), _TOKENS),
}
_ADDITIONAL_RATES: Final = {
    "cache_write_1h": (RateKey("cache_write", ttl="1h"), _TOKENS),
    "thinking_token": (RateKey("reasoning"), _TOKENS),
    "request_audio_token": _RATES["request_audio_token"],
    "response_audio_token": _RATES["response_audio_token"],
    "web_search": (RateKey("search"), _A_PIECE),
    "web_search_low_context": (RateKey("search", detail="context:low"), _A_PIECE),
    "web_search_medium_context": (RateKey("search", detail="context:medium"), _A_PIECE),
    "web_search_high_context": (RateKey("search", detail="context:high"), _A_PIECE),
    "file_search": (RateKey("tool_call", detail="file_search"), _A_PIECE),
    "video_seconds": (RateKey("output", "video", unit="second"), _A_PIECE),
}
_KEYS: Final = PriceTable(_RATES, at="price", zero_is_free=False)
_ADDITIONAL: Final = PriceTable(_ADDITIONAL_RATES, at="price", zero_is_free=False)
_AN_IMAGE: Final = RateKey("output", "image", unit="image")
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
    """Whether a key is a tariff of another model, and not a model that can be called."""
    return bool(_TARIFF.fullmatch(ident))


def price_fields(file: str, ident: str, config: Mapping[str, Any]) -> dict[str, PriceLine]:
    """Price fields of one model. Raises InvalidClaim."""
    currency = config.get("currency")
    if currency not in (None, "USD"):
        raise InvalidClaim(f"currency: USD expected, not {str(currency)[:20]!r}")
    lines: dict[str, PriceLine] = {}
    for plan, tier in _PLANS.items():
        prices = table(config.get(plan), plan)
        for price_table, amounts in _lists(file, ident, prices):
            for field, line in price_table.fields(amounts, tier=tier).items():
                if lines.setdefault(field, line) != line:
                    raise InvalidClaim(f"two prices for {field}")
    if not lines and ident.endswith(":free") and _is_zero(table(config.get("pay_as_you_go"), "pay_as_you_go")):
        return token_prices(Amounts.FREE)
    return lines


def not_taken(file: str, ident: str, config: Mapping[str, Any]) -> Iterator[str]:
    """Prices that are left out because their meaning is not known."""
    yield from (f"price key {name[:40]}" for name in config if name not in _SILENT)
    for plan in _PLANS:
        prices = config.get(plan)
        for name, value in prices.items() if isinstance(prices, dict) else ():
            if name == "additional_units" and isinstance(value, dict):
                yield from (f"price key {unit[:40]}" for unit in _ADDITIONAL.unknown(value))
            elif name not in _RATES and name not in _APART:
                yield f"price key {name[:40]}"
            elif name in _RATES and value and not _is_sure(file, ident, name):
                yield f"unit of {name} of {'rerankers' if _NOT_BY_TOKEN.search(ident) else file}"


def _lists(file: str, ident: str, prices: Mapping[str, Any]) -> Iterator[tuple[PriceTable, Mapping[str, Any]]]:
    """Each list of prices of a plan, with the table that it is read by."""
    yield _KEYS, {name: value for name, value in prices.items() if _is_sure(file, ident, name)}
    yield _ADDITIONAL, table(prices.get("additional_units"), "additional_units")
    for quality, sizes in table(prices.get("image"), "image").items():
        for size in (by_size := table(sizes, "image")):
            parts = [f"quality:{quality}"] * (quality != _ANY) + [f"size:{size}"] * (size != _ANY)
            key = rate_under(_AN_IMAGE, what="image", detail=",".join(parts))
            yield PriceTable({size: (key, _A_PIECE)}, at="price", zero_is_free=False), by_size


def _is_sure(file: str, ident: str, name: str) -> bool:
    return not _NOT_BY_TOKEN.search(ident) and (file, name) not in _RENTED


def _is_zero(prices: Mapping[str, Any]) -> bool:
    amounts = [table(prices.get(name), name).get("price") for name in ("request_token", "response_token")]
    return all(value is not None and amount(value) == 0 for value in amounts)
