"""The blended price of 1M tokens for a mix of input and output, so that models can be ordered by one price. Pure.

A mix is parts of input to parts of output, 3:1 by default, and a share of the input that is read from a cache. It is
priced as one small request, below every threshold, and without a request fee, which would depend on the size of the
request; `leaves_out` names such a fee.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from typing import Final

from registry.domain.rates import PriceLine, RateKey, plain
from registry.pricing.cost import Cost, price_usage
from registry.pricing.rules import PriceBook
from registry.pricing.usage import Conditions, InvalidUsage, Usage

MOST_PARTS: Final = 100
"""Limit of parts of input, and of output. The request then has at most 10,000 tokens of each, below every threshold."""
USUAL: Final = "3:1"
_WRITTEN: Final = re.compile(r"(\d{1,3}):(\d{1,3})", re.ASCII)
_MILLION: Final = 10**6
_EXACTLY: Final = Context(prec=80)
_FINEST: Final = Decimal("1e-12")


@dataclass(frozen=True, slots=True)
class Mix:
    """Parts of input to parts of output. Raises InvalidUsage for values that are no mix."""

    input: int = 3
    output: int = 1
    cached: Decimal = Decimal(0)
    """Share of the input that is read from a cache, 0 to 1, in hundredths."""

    def __post_init__(self) -> None:
        if not (0 <= self.input <= MOST_PARTS and 0 <= self.output <= MOST_PARTS and self.input + self.output):
            raise InvalidUsage("mix", f"parts from 0 to {MOST_PARTS}, not both 0, are expected, such as {USUAL}")
        if not (self.cached.is_finite() and 0 <= self.cached <= 1) or self.cached != round(self.cached, 2):
            raise InvalidUsage("cached", "a share of the input from 0 to 1 is expected, in hundredths, such as 0.25")

    @property
    def usage(self) -> Usage:
        """The smallest request in which every part of the mix is a whole number of tokens."""
        cached, times = (self.input * self.cached).as_integer_ratio()
        return Usage(
            input_tokens=self.input * times, cache_read_tokens=cached, output_tokens=self.output * times, requests=0
        )

    def __str__(self) -> str:
        return f"{self.input}:{self.output}"


@dataclass(frozen=True, slots=True)
class Effective:
    """What a mix costs at one offering."""

    mix: Mix
    cost: Cost
    """Cost of the request that represents the mix."""
    leaves_out: tuple[str, ...] = ()
    """Fees that are not included, since they do not depend on tokens."""

    @property
    def per_million(self) -> Decimal | None:
        """Price of 1M tokens of the mix in `cost.currency`, to twelve places at most; None when a part of it is
        unpriced, since a partial price would be too low.
        """
        if not self.cost.complete or self.cost.total is None:
            return None
        usage = self.mix.usage
        exact = _EXACTLY.divide(
            _EXACTLY.multiply(self.cost.total, Decimal(_MILLION)), Decimal(usage.input_tokens + usage.output_tokens)
        )
        return plain(exact.quantize(_FINEST, context=_EXACTLY))


def parse_mix(text: str, cached: str | Decimal = Decimal(0)) -> Mix:
    """Reads `3:1` and a share such as `0.25`. Raises InvalidUsage."""
    match = _WRITTEN.fullmatch(text)
    if not match:
        raise InvalidUsage("mix", f"parts of input to parts of output are expected, such as {USUAL}, not {text[:40]!r}")
    try:
        share = Decimal(cached)
    except InvalidOperation:
        share = Decimal(-1)
    return Mix(int(match[1]), int(match[2]), share)


def effective(prices: Mapping[RateKey, PriceLine] | PriceBook, mix: Mix, conditions: Conditions) -> Effective:
    """What a mix costs by the prices of one offering under some conditions, by the rules in `registry.pricing`."""
    book = prices if isinstance(prices, PriceBook) else PriceBook(prices)
    fees = ("request",) if book.has(RateKey("request")) else ()
    return Effective(mix, price_usage(book, mix.usage, conditions), fees)
