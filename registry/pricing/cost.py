"""Prices and a usage in, the cost with all its lines out. `registry.pricing` explains the rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Final

from registry.domain.rates import Amounts, PriceLine, RateKey, plain
from registry.pricing.rules import AppliedRate, NoRate, PriceBook, UnpricedReason
from registry.pricing.usage import Conditions, Part, Quantity, Usage, parts

#: Enough for every product of an amount and a quantity to be exact; only thirds of an hour are rounded, very late.
_EXACTLY: Final = Context(prec=80)
_UNPRICED: Final = {
    Amounts.DYNAMIC: (UnpricedReason.DYNAMIC, "the price is not fixed: it depends on where the call is routed"),
    Amounts.INCLUDED: (UnpricedReason.INCLUDED, "included in a plan, so there is no price of its own"),
    Amounts.NOT_OFFERED: (UnpricedReason.NOT_OFFERED, "the provider does not offer this"),
}


@dataclass(frozen=True, slots=True)
class CostLine:
    """One part of a usage and what it costs."""

    meter: str
    quantity: Quantity
    unit: str
    """What the quantity counts: tokens, images, seconds, …"""
    rate: RateKey
    amount: Decimal
    """Price of one `rate.counted_in`; 0 is free."""
    currency: str
    cost: Decimal
    rule: str
    """How the rate was chosen; "standard" when no condition applied."""


@dataclass(frozen=True, slots=True)
class Unpriced:
    """A part of a usage whose price is not known. It is not 0."""

    meter: str
    quantity: Quantity
    unit: str
    why: UnpricedReason
    message: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What a usage costs, as far as known."""

    lines: tuple[CostLine, ...]
    unpriced: tuple[Unpriced, ...]
    totals: Mapping[str, Decimal]
    """Currency → sum of the lines in it."""

    @property
    def total(self) -> Decimal | None:
        """Sum of all lines; None when there are none, or in several currencies."""
        return next(iter(self.totals.values())) if len(self.totals) == 1 else None

    @property
    def currency(self) -> str | None:
        return next(iter(self.totals)) if len(self.totals) == 1 else None

    @property
    def complete(self) -> bool:
        """Whether every part of the usage is priced."""
        return not self.unpriced


def price_usage(prices: Mapping[RateKey, PriceLine] | PriceBook, usage: Usage, conditions: Conditions) -> Cost:
    """What a usage costs by the prices of one offering, by the rules in `registry.pricing`."""
    book = prices if isinstance(prices, PriceBook) else PriceBook(prices)
    lines: list[CostLine] = []
    unpriced: list[Unpriced] = []
    for part in parts(usage, conditions.detail, apart=book.apart):
        if part.meter == "request" and not book.has(part.options[0].key):
            continue
        try:
            applied = book.rates(part, usage, conditions)
        except NoRate as error:
            unpriced.append(Unpriced(part.meter, part.quantity, part.unit, error.why, error.message))
            continue
        for rate in applied:
            if rate.point.state in _UNPRICED:
                unpriced.append(Unpriced(part.meter, rate.quantity, part.unit, *_UNPRICED[rate.point.state]))
            else:
                lines.append(_line(part, rate))
    return summed(lines, unpriced)


def summed(lines: list[CostLine], unpriced: list[Unpriced]) -> Cost:
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        totals[line.currency] = _EXACTLY.add(totals[line.currency], line.cost)
    return Cost(tuple(lines), tuple(unpriced), {currency: plain(total) for currency, total in totals.items()})


def times(quantity: Quantity, amount: Decimal, unit_size: int) -> Decimal:
    """The cost of a quantity when `unit_size` of it costs `amount`."""
    return plain(_EXACTLY.divide(_EXACTLY.multiply(amount, Decimal(quantity)), Decimal(unit_size)))


def _line(part: Part, applied: AppliedRate) -> CostLine:
    point = applied.point
    amount = point.amount or Decimal(0)
    rules = [*applied.rules, *(["free"] if point.state is Amounts.FREE else [])]
    cost = times(applied.quantity, amount, applied.option.unit_size)
    rule = "; ".join(rules) or "standard"
    return CostLine(part.meter, applied.quantity, part.unit, applied.key, amount, point.currency, cost, rule)
