"""Prices in the public JSON: the ordinary ones of a day, and all rates with their conditions. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from registry import json_schema as schema
from registry.domain import hours, rates
from registry.domain.announced import announced
from registry.domain.currency import WITH_CURRENCY
from registry.domain.fields import Json

BASE_METERS: Final = ("input", "output", "cache_read", "cache_write")
"""The ordinary prices that every offering shows, known or not."""
_NEVER: Final = "9999-12-32"
"""Later than any day, as a text."""
_AMOUNT: Final = schema.amount("In `currency` per `unit`. `0` when free; null when there is no number.", null=True)

STATES: Final = (*rates.Amounts, "unknown")
"""How a price can be known, or not."""
PRICE: Final = schema.shape(
    "Price",
    "The ordinary price of one meter today: standard tier, no special condition.",
    {
        "amount": _AMOUNT,
        "state": schema.word(STATES, "Why the amount is what it is; `unknown` when nobody stated a price."),
        "currency": schema.text("ISO 4217 code; null when the price is unknown.", null=True),
        "unit": schema.text("What the amount pays for."),
        "schedule": schema.text(
            "Only where the price changes with the hour: the amount is that of the dearest hours, which these are. "
            "`rates` has those of the others. Left out where the price is the same at every hour."
        ),
        "converted": WITH_CURRENCY,
    },
    optional=("schedule", "converted"),
)
PRICES: Final = schema.shape("Prices", "The ordinary prices.", dict.fromkeys(BASE_METERS, PRICE))
RATE: Final = schema.shape(
    "Rate",
    "One price with the conditions under which it holds; a condition that is null does not apply.",
    {
        "rate": schema.text("The rate in one word, such as `input[tier=batch]`."),
        "meter": schema.one(schema.enumeration("MeterEnum", rates.METERS), "What is metered."),
        "unit": schema.text("What one amount pays for."),
        "modality": schema.text("Modality; null is text, for meters that count tokens.", null=True),
        "ttl": schema.text("Life of a cache entry.", null=True),
        "tier": schema.text("Service tier, such as batch or priority; null is the standard one.", null=True),
        "above": schema.whole("Holds for the whole of requests with more input tokens than this."),
        "beyond": schema.whole("Marginal: holds only for what comes after so many units of the meter in one request."),
        "region": schema.text("Region.", null=True),
        "schedule": schema.text(
            "When in the week: `16:30-00:30Z`, `Mon-Fri 09:00-18:00 Asia/Shanghai`, joined by `+`.", null=True
        ),
        "plan": schema.text("Plan.", null=True),
        "detail": schema.text("Other parameters, such as the size of an image.", null=True),
        "state": schema.word(rates.Amounts, "How the price is known."),
        "amount": _AMOUNT,
        "currency": schema.text("ISO 4217 code."),
        "valid_from": schema.day("First day; null is open.", null=True),
        "valid_to": schema.day("First day on which it no longer holds; null is open.", null=True),
        "in_force": schema.flag("Whether it holds today."),
        "converted": WITH_CURRENCY,
    },
    optional=("converted",),
)

ANNOUNCED: Final = schema.shape(
    "PriceAhead",
    "A price of a later day. It is in no total before that day.",
    {
        "rate": schema.text("The rate in one word, such as `input[tier=batch]`."),
        "valid_from": schema.day("Its first day."),
        "amount": _AMOUNT,
        "state": schema.word(STATES, "How the price is known; `unknown` where a price ends and none is stated after."),
        "currency": schema.text("ISO 4217 code; null when the price is unknown.", null=True),
        "unit": schema.text("What one amount pays for."),
        "source": schema.text("Slug of the source that announces it."),
        "accepted": schema.flag("Whether it begins on its day by itself; else it is decided on that day."),
    },
)


def prices(facts: Mapping[str, Json], on: str) -> dict[str, Json]:
    """The ordinary prices of a day."""
    of = _price_of_hours if hours.hangs_on_hours(facts) else _price
    return {meter: of(facts, meter, on) for meter in BASE_METERS}


def all_rates(facts: Mapping[str, Json], on: str) -> list[dict[str, Json]]:
    """Every price at any time."""
    return list(_rates(facts, on))


def announced_prices(
    facts: Mapping[str, Json], accounts: Mapping[str, Mapping[str, Json]], on: str
) -> list[dict[str, Json]]:
    """The prices of later days, the next day first."""
    answer = []
    for change in announced(facts, accounts, date.fromisoformat(on)):
        key = rates.parse_key(change.field)
        (point,) = rates.encode((change.point,)) if change.point else ({"state": "unknown"},)
        answer.append(
            {
                "rate": str(key),
                "valid_from": change.day.isoformat(),
                "amount": _amount(point),
                "state": point.get("state", "priced"),
                "currency": point.get("currency"),
                "unit": key.counted_in,
                "source": change.source,
                "accepted": change.is_accepted,
            }
        )
    return answer


def _price(facts: Mapping[str, Json], meter: str, on: str) -> dict[str, Json]:
    """The ordinary price of a meter on a day. Its unit is always given."""
    unit = rates.METERS[meter]
    for point in facts.get(rates.PREFIX + meter) or ():
        if _holds(point, on):
            state, currency = point.get("state", "priced"), point.get("currency", "USD")
            return {"amount": _amount(point), "state": state, "currency": currency, "unit": unit}
    return {"amount": None, "state": "unknown", "currency": None, "unit": unit}


def _price_of_hours(facts: Mapping[str, Json], meter: str, on: str) -> dict[str, Json]:
    """The same where some price has hours: that of the dearest ones, and `schedule`, which says when they are.

    It has no `schedule` where the price is the same at every hour, and is unknown where the hours cannot be compared.
    """
    dearest = hours.display_price(facts, rates.PREFIX + meter, date.fromisoformat(on))
    price = _price({rates.PREFIX + meter: rates.encode((dearest.point,)) if dearest else None}, meter, on)
    return {**price, "schedule": dearest.schedule} if dearest and dearest.schedule else price


def _rates(facts: Mapping[str, Json], on: str) -> Iterator[dict[str, Json]]:
    for name in sorted(name for name in facts if name.startswith(rates.PREFIX)):
        conditions = _conditions(name)
        for point in facts[name] or ():
            yield {
                **conditions,
                "state": point.get("state", "priced"),
                "amount": _amount(point),
                "currency": point.get("currency", "USD"),
                "valid_from": point.get("from"),
                "valid_to": point.get("to"),
                "in_force": _holds(point, on),
            }


def _conditions(name: str) -> dict[str, Json]:
    key = rates.parse_key(name)
    return {
        "rate": str(key),
        "meter": key.meter,
        "unit": key.counted_in,
        "modality": key.modality or None,
        "ttl": key.ttl or None,
        "tier": key.tier or None,
        "above": key.above,
        "beyond": key.beyond,
        "region": key.region or None,
        "schedule": key.schedule or None,
        "plan": key.plan or None,
        "detail": key.detail or None,
    }


def _holds(point: Mapping[str, str], on: str) -> bool:
    """As `PricePoint.holds_on`, on the texts: ISO dates sort as the days do."""
    return point.get("from", "") <= on and on < point.get("to", _NEVER)


def _amount(point: Mapping[str, str]) -> str | None:
    return "0" if point.get("state") == "free" else point.get("amount")
