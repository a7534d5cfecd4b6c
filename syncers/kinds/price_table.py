"""Price objects with a key for each price: the rate of each key, and the factor from its unit to that of the rate.

    PRICES = PriceTable({
        "prompt": (RateKey("input"), 1_000_000),  # USD per token
        "web_search": (RateKey("search"), 1),
    })

For lists whose rows name the unit or the meter, see `syncers/kinds/meters.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from registry.domain.rates import Amounts, PriceLine, RateKey, stated
from syncers.kinds.coerce import money, rate_under, table


def token_prices(state: Amounts) -> dict[str, PriceLine]:
    """Input and output without an amount: both free, included in a plan, or dynamic."""
    return {RateKey(meter).field: stated(state) for meter in ("input", "output")}


@dataclass(frozen=True, slots=True)
class PriceTable:
    """The keys of one object of prices, in USD."""

    rates: Mapping[str, tuple[RateKey, int | str | Decimal]]
    at: str = ""
    """Key of the amount within the value of a price key; "" where the value is the amount itself."""
    zero_is_free: bool = True
    """False where 0 fills keys that do not apply."""

    @classmethod
    def of(cls, keys: Mapping[str, RateKey], *, at: str = "") -> Self:
        """A table whose amounts are in the units of the rates."""
        return cls({name: (key, 1) for name, key in keys.items()}, at)

    def lines(self, prices: Mapping[str, Any], **conditions: Any) -> dict[RateKey, PriceLine]:
        """The prices in an object, under conditions that hold for all of them. Raises InvalidClaim."""
        lines = {}
        for name, (key, times) in self.rates.items():
            value = table(prices.get(name), name).get(self.at) if self.at else prices.get(name)
            line = money(value, times=times)
            if line and (self.zero_is_free or line[0].amount):
                lines[rate_under(key, **conditions)] = line
        return lines

    def fields(self, prices: Mapping[str, Any], **conditions: Any) -> dict[str, PriceLine]:
        """The same by field name."""
        return {key.field: line for key, line in self.lines(prices, **conditions).items()}

    def unknown(self, prices: Mapping[str, Any], *, besides: frozenset[str] = frozenset()) -> Iterator[str]:
        """Keys of an object that are neither in the table nor read elsewhere (`besides`)."""
        yield from (name for name in prices if name not in self.rates and name not in besides)
