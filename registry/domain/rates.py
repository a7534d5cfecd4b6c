"""Prices as data: what one unit costs, in which span of time, and what is known where there is no amount.

A *rate key* (`registry.domain.rate_keys`) says which price is meant; a *price point* says what it is and from when to
when. The value of one price field is its *price line*: the points in order of time. Nothing in here knows of a
database, and nothing here knows a default price.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Context, Decimal, DecimalException, Inexact, InvalidOperation
from enum import StrEnum
from itertools import pairwise
from typing import Final

from registry.domain.rate_keys import LONGEST_FIELD, METERS, OTHER_UNITS, PREFIX, RateKey, parse_key

__all__ = [
    "LONGEST_FIELD", "METERS", "OTHER_UNITS", "PREFIX", "Amounts", "PriceLine", "PricePoint", "RateKey", "decode",
    "encode", "is_same", "line", "parse_key", "plain", "point_on", "price", "stated",
]  # fmt: skip


class Amounts(StrEnum):
    """How a price is known. A price that nobody stated is absent altogether, which is a sixth answer."""

    PRICED = "priced"
    FREE = "free"
    DYNAMIC = "dynamic"
    INCLUDED = "included"
    NOT_OFFERED = "not_offered"


@dataclass(frozen=True, slots=True)
class PricePoint:
    """What a rate costs in one span of time. Dates are inclusive start, exclusive end; None is open."""

    amount: Decimal | None
    state: Amounts = Amounts.PRICED
    currency: str = "USD"
    valid_from: date | None = None
    valid_to: date | None = None

    def __post_init__(self) -> None:
        if self.amount is not None and not self.amount.is_finite():
            raise ValueError(f"a price must be a finite number, not {self.amount}")
        if self.state is Amounts.PRICED and (self.amount is None or self.amount <= 0):
            raise ValueError(
                f"a price must be a positive amount, not {self.amount}; say free, dynamic or nothing instead"
            )
        if self.state is not Amounts.PRICED and self.amount is not None:
            raise ValueError(f"a price that is {self.state} has no amount")
        if self.amount is not None and not LEAST <= self.amount <= MOST:
            raise ValueError(f"a price of {self.amount} is beyond anything ever charged ({LEAST}…{MOST})")
        if not re.fullmatch(r"[A-Z]{3}", self.currency):
            raise ValueError(f"not a currency code: {self.currency!r}")
        if self.valid_from and self.valid_to and self.valid_from >= self.valid_to:
            raise ValueError(f"a price valid from {self.valid_from} cannot end on {self.valid_to}")

    def holds_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


MOST: Final = Decimal(10) ** 9
LEAST: Final = Decimal(10) ** -12
"""Smaller ones would be zero in the columns of prices, and zero is free."""
PriceLine = tuple[PricePoint, ...]

#: Arithmetic that raises where it would have to round.
_EXACTLY: Final = Context(prec=500, traps=[Inexact, InvalidOperation])


def price(amount: Decimal | str | int, *, times: int | str | Decimal = 1, currency: str = "USD") -> PriceLine:
    """One undated price. `times` converts from the source's unit (1_000_000 from "per token"). 0 is free.

    Negative amounts are sentinels ("depends", "unknown") at every source seen, never prices: they raise ValueError.
    Floats are refused, because they have lost the digits already.
    """
    if isinstance(amount, float):
        raise TypeError("prices are read as Decimal or text, never as float")
    try:
        exact = _EXACTLY.multiply(Decimal(amount), Decimal(times))
    except DecimalException as error:
        raise ValueError(f"not a number: {amount!r}") from error
    # Absurd sizes are refused here, before anything rounds them: 1e-7000000 times 1 is 0, and 0 would be free.
    if not exact.is_finite() or exact < 0 or exact > MOST or (exact < LEAST and not Decimal(amount).is_zero()):
        raise ValueError(f"not a price: {amount}")
    return (PricePoint(plain(exact), currency=currency) if exact else PricePoint(None, Amounts.FREE, currency),)


def stated(state: Amounts) -> PriceLine:
    """A price known to be something else than an amount: free, dynamic, included in a plan, not offered."""
    return (PricePoint(None, state),)


def line(points: Iterable[PricePoint]) -> PriceLine:
    """Points in order of time, neighbours that say the same made one. Raises ValueError when two of them overlap."""
    ordered = tuple(sorted(points, key=lambda p: (p.valid_from is not None, p.valid_from or date.min)))
    for earlier, later in pairwise(ordered):
        if earlier.valid_to is None or later.valid_from is None or later.valid_from < earlier.valid_to:
            raise ValueError(f"prices overlap in time: {earlier} and {later}")
    if not ordered:
        raise ValueError("a price line needs at least one point")
    joined = [ordered[0]]
    for point in ordered[1:]:
        last = joined[-1]
        if last.valid_to == point.valid_from and replace(last, valid_to=point.valid_to) == replace(
            point, valid_from=last.valid_from
        ):
            joined[-1] = replace(last, valid_to=point.valid_to)
        else:
            joined.append(point)
    return tuple(joined)


def point_on(prices: PriceLine, day: date) -> PricePoint | None:
    """The point that holds on that day, or None when the line says nothing about it."""
    for point in prices:
        if point.holds_on(day):
            return point
    return None


def next_point(prices: PriceLine, day: date) -> PricePoint | None:
    """The first point that begins after that day, or None when none does."""
    return next((point for point in prices if point.valid_from and point.valid_from > day), None)


def is_same(left: PricePoint | None, right: PricePoint | None) -> bool:
    """Whether two points have the same price."""
    if left is None or right is None:
        return left is right
    return (left.amount, left.state, left.currency) == (right.amount, right.state, right.currency)


def plain(number: Decimal) -> Decimal:
    """The same number without trailing zeros or exponent, so that 1.0 and 1.00 are written alike."""
    if number == number.to_integral_value():
        return number.quantize(Decimal(1), context=_EXACTLY)
    return number.normalize(_EXACTLY)


def encode(prices: PriceLine) -> list[dict[str, str]]:
    """JSON form of a price line: a list of objects, keys left out where they say the ordinary thing."""
    return [_encode_point(p) for p in prices]


def _encode_point(p: PricePoint) -> dict[str, str]:
    data = {"amount": f"{plain(p.amount):f}"} if p.amount is not None else {"state": p.state.value}
    data["currency"] = p.currency
    if p.valid_from:
        data["from"] = p.valid_from.isoformat()
    if p.valid_to:
        data["to"] = p.valid_to.isoformat()
    return data


def decode(data: Iterable[Mapping[str, str]]) -> PriceLine:
    """Reads what `encode` writes."""
    return line(
        PricePoint(
            Decimal(p["amount"]) if "amount" in p else None,
            Amounts(p.get("state", "priced")),
            p.get("currency", "USD"),
            date.fromisoformat(p["from"]) if "from" in p else None,
            date.fromisoformat(p["to"]) if "to" in p else None,
        )
        for p in data
    )
