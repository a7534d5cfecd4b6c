"""Prices as data: what is metered, under which conditions, and what one unit costs.

A *rate key* says which price is meant (``input``, ``input[tier=batch]``, ``input[above=200000]``); a *price point* says
what it is and from when to when. The value of one price field is its *price line*: the points in order of time.
Nothing in here knows of a database, and nothing here knows a default price.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Context, Decimal, DecimalException, Inexact, InvalidOperation
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final

PREFIX: Final = "price."

#: Meter → the unit in which its amounts are kept. Token meters are per 1M tokens, whatever the source's own unit is.
METERS: Final[Mapping[str, str]] = {
    "input": "1M tokens",
    "output": "1M tokens",
    "cache_read": "1M tokens",
    "cache_write": "1M tokens",
    "reasoning": "1M tokens",
    "citation": "1M tokens",
    "request": "request",
    "search": "search",
    "tool_call": "call",
    "session": "session",
    "page": "page",
    "character": "1M characters",
    "storage": "GB-day",
    "capacity": "hour",
}

#: Units a meter may be counted in when it is not its usual one (an image model bills `output` by the image).
OTHER_UNITS: Final = frozenset(
    {"image", "second", "minute", "hour", "pixel", "message", "step", "megapixel", "GB-month"}
)


class Amounts(StrEnum):
    """How a price is known. A price that nobody stated is absent altogether, which is a sixth answer."""

    PRICED = "priced"
    FREE = "free"
    DYNAMIC = "dynamic"
    INCLUDED = "included"
    NOT_OFFERED = "not_offered"


@dataclass(frozen=True, slots=True, order=True)
class RateKey:
    """Which price: the meter and the conditions under which it holds. Empty conditions are the ordinary case."""

    meter: str
    modality: str = ""
    """"" is text for token meters; else audio, image, video, document."""
    unit: str = ""
    """"" is the usual unit of the meter (see METERS)."""
    ttl: str = ""
    """Life of a cache entry, for cache_write: 5m or 1h. "" is the provider's usual one."""
    tier: str = ""
    """Service tier: batch, flex, priority, fast. "" is standard."""
    above: int = 0
    """The price for the whole request when its input has more than this many tokens."""
    region: str = ""
    schedule: str = ""
    """Daily window in UTC, `00:30-16:30Z`."""
    plan: str = ""
    detail: str = ""
    """Parameters of the product, such as `size:1024x1024,quality:hd`."""

    def __post_init__(self) -> None:
        if self.meter not in METERS:
            raise ValueError(f"unknown meter {self.meter!r}; known: {', '.join(METERS)}")
        if self.unit and self.unit not in OTHER_UNITS and self.unit not in METERS.values():
            raise ValueError(f"unknown unit {self.unit!r} of {self.meter}")
        if not 0 <= self.above <= _MOST_TOKENS:
            raise ValueError(f"context band must be within 0…{_MOST_TOKENS}: {self.above}")
        for name, longest in _LONGEST.items():
            value = getattr(self, name)
            if not _TOKEN.fullmatch(value):
                raise ValueError(f"{name} of a rate holds forbidden signs: {value!r}")
            if len(value) > longest:
                raise ValueError(f"{name} of a rate is longer than {longest} signs: {value!r}")
        if len(self.field) > LONGEST_FIELD:
            raise ValueError(f"a rate with more conditions than can be written in {LONGEST_FIELD} signs: {self}")

    @property
    def counted_in(self) -> str:
        """The unit that one amount pays for, such as `1M tokens` or `image`."""
        return self.unit or METERS[self.meter]

    @property
    def is_base(self) -> bool:
        """True for the price that holds when no special condition does."""
        return not (self.tier or self.above or self.region or self.schedule or self.plan or self.detail)

    def __str__(self) -> str:
        conditions = [f"{name}={value}" for name in _CONDITIONS if (value := getattr(self, name))]
        return f"{self.meter}[{';'.join(conditions)}]" if conditions else self.meter

    @property
    def field(self) -> str:
        """Name of the offering's field that holds this price: `price.input[tier=batch]`."""
        return PREFIX + str(self)


_TOKEN = re.compile(r"[A-Za-z0-9 ._:,/+×x-]*")
_MOST_TOKENS: Final = 2**40
#: As the columns of `registry.models.Rate` are.
_LONGEST: Final = {"modality": 40, "ttl": 20, "tier": 40, "region": 80, "schedule": 80, "plan": 80, "detail": 80}
LONGEST_FIELD: Final = 250
_CONDITIONS: Final = tuple(f.name for f in fields(RateKey) if f.name != "meter")
_WRITTEN = re.compile(r"(?P<meter>[a-z_]+)(?:\[(?P<conditions>[^\[\]]+)\])?")


def parse_key(text: str) -> RateKey:
    """Reads what `str(RateKey)` writes, with or without the `price.` prefix. Raises ValueError on anything else."""
    match = _WRITTEN.fullmatch(text.removeprefix(PREFIX))
    if not match:
        raise ValueError(f"not a rate: {text!r}")
    conditions: dict[str, Any] = {}
    for part in (match["conditions"] or "").split(";"):
        if not part:
            continue
        name, separator, value = part.partition("=")
        if not separator or name not in _CONDITIONS or name in conditions:
            raise ValueError(f"not a condition of a rate: {part!r} in {text!r}")
        conditions[name] = int(value) if name == "above" else value
    return RateKey(match["meter"], **conditions)


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
    return next((p for p in prices if p.holds_on(day)), None)


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
