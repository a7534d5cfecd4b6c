"""The `pricings` of ZenMux: lists of prices under conditions on the length of the input."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from curation.core.claim import InvalidClaim
from registry.domain.rates import Amounts, PriceLine, RateKey
from syncers.kinds.coerce import amount, money, rate_under, rows, table
from syncers.kinds.price_table import token_prices

_TOKENS: Final = "perMTokens"
#: Key and unit → rate.
_RATES: Final[Mapping[tuple[str, str], RateKey]] = {
    ("prompt", _TOKENS): RateKey("input"),
    ("completion", _TOKENS): RateKey("output"),
    ("input_cache_read", _TOKENS): RateKey("cache_read"),
    ("input_cache_write", _TOKENS): RateKey("cache_write"),
    ("input_cache_write_5_min", _TOKENS): RateKey("cache_write", ttl="5m"),
    ("input_cache_write_1_h", _TOKENS): RateKey("cache_write", ttl="1h"),
    ("audio_input", _TOKENS): RateKey("input", "audio"),
    ("audio_input", "perSecond"): RateKey("input", "audio", unit="second"),
    ("audio_cache_read", _TOKENS): RateKey("cache_read", "audio"),
    ("web_search", "perCount"): RateKey("search"),
}
_HOUR: Final = "input_cache_write_1_h"
_MINUTES: Final = "input_cache_write_5_min"
_MAIN: Final = ("prompt", "completion")


class _NotExpressible(Exception):
    """A price under conditions that a rate cannot express; the text names them."""


def price_fields(ident: str, pricings: Mapping[str, Any]) -> dict[str, PriceLine]:
    """Price fields of one row. Raises InvalidClaim."""
    lines: dict[str, PriceLine] = {}
    for name in pricings:
        try:
            lines |= _of_key(name, pricings)
        except _NotExpressible:
            continue  # counted by `not_taken`
    # 0 is a price of free models only; elsewhere it is a filler (the output of embeddings).
    if not lines and ident.endswith(("-free", ":free")) and all(rows(pricings.get(name), name) for name in _MAIN):
        return token_prices(Amounts.FREE)
    return lines


def not_taken(pricings: Mapping[str, Any]) -> Iterator[str]:
    """Why prices of a row are left out, in words for the run's report."""
    for name in pricings:
        try:
            _of_key(name, pricings)
        except _NotExpressible as error:
            yield str(error)
        except InvalidClaim:
            return  # the row is rejected


def _of_key(name: str, pricings: Mapping[str, Any]) -> dict[str, PriceLine]:
    if name == _HOUR and _MINUTES not in pricings:
        # Storage for an hour at models of Google and ByteDance (4.5 at gemini-2.5-pro), writing at those of Anthropic:
        # only there is it beside the price of five minutes.
        raise _NotExpressible(f"unit of {_HOUR}")
    lines: dict[str, PriceLine] = {}
    for item in rows(pricings[name], name):
        row = table(item, name)
        unit = str(row.get("unit"))
        if (name, unit) not in _RATES:
            raise _NotExpressible(f"price key {name[:60]} {unit[:20]}")
        exact, above = amount(row.get("value")), _above(table(row.get("conditions"), "conditions"))
        if not exact:
            continue
        key = rate_under(_RATES[name, unit], what=name[:60], above=above).field
        line = money(exact, currency=str(row.get("currency")), what=name[:60])
        if line and lines.setdefault(key, line) != line:
            raise _NotExpressible(f"two prices of {name[:60]} under one condition")
    return lines


def _above(conditions: Mapping[str, Any]) -> int:
    """The length of the input above which a price holds. Inclusive and exclusive bounds are not distinguished."""
    for name, value in conditions.items():
        bounds = table(value, "conditions")
        if name == "prompt_tokens":
            continue
        # Some prices also depend on the length of the output (glm-4.7: up to 200 tokens).
        if name != "completion_tokens" or set(bounds) - {"gte", "unit"} or amount(bounds.get("gte")):
            raise _NotExpressible(f"prices by {name[:60]}")
    bounds = table(conditions.get("prompt_tokens"), "prompt_tokens")
    least = amount(bounds.get("gt", bounds.get("gte")))
    if not least:
        return 0
    if bounds.get("unit") != "kTokens":
        raise _NotExpressible(f"prices by prompt_tokens in {str(bounds.get('unit'))[:20]}")
    tokens = least * Decimal(1000)
    if tokens != tokens.to_integral_value() or not 0 < tokens < 10**9:
        raise InvalidClaim(f"prompt_tokens: a number of tokens expected, not {str(least)[:20]}")
    return int(tokens)
