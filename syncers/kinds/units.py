"""The units in which sources state token prices, each with the factor to our own: per 1M tokens, in the currency
stated.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final, NamedTuple


class Unit(NamedTuple):
    """A unit of price: its description, the factor to our unit, and the currency."""

    words: str
    times: Decimal
    currency: str = "USD"


USD_PER_TOKEN: Final = Unit("USD per token", Decimal(10**6))
USD_PER_1K: Final = Unit("USD per 1K tokens", Decimal(10**3))
USD_PER_1M: Final = Unit("USD per 1M tokens", Decimal(1))
USD_PER_1M_OR_NAMED: Final = Unit("USD per 1M tokens, or per another unit that is named", Decimal(1))
CENTS_PER_TOKEN: Final = Unit("US cents per token", Decimal(10**4))
CENTS_PER_1M: Final = Unit("US cents per 1M tokens", Decimal("0.01"))
CENTS_PER_100M: Final = Unit("US cents per 100M tokens", Decimal("0.0001"))
TENTHOUSANDTHS_PER_1M: Final = Unit("1/10,000 USD per 1M tokens", Decimal("0.0001"))
NANO_USD_PER_TOKEN: Final = Unit("nano-USD per token", Decimal("0.001"))
CNY_PER_1K: Final = Unit("CNY per 1K tokens", Decimal(10**3), "CNY")
CNY_PER_1M: Final = Unit("CNY per 1M tokens", Decimal(1), "CNY")
CNY_PER_1M_OR_NAMED: Final = Unit("CNY per 1M tokens, or per another unit that is named", Decimal(1), "CNY")
INR_PER_1M: Final = Unit("INR per 1M tokens", Decimal(1), "INR")
