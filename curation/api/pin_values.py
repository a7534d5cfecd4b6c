"""The value of a pin in a request: in the form in which the API shows it, or a short form of a price."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from registry.domain import fields, iso, kinds, rates

MOST_POINTS: Final = 50
_AMOUNT: Final = re.compile(r"\d{1,10}(\.\d{1,12})?", re.ASCII)
_STATES: Final = tuple(state.value for state in rates.Amounts if state is not rates.Amounts.PRICED)
_KEYS: Final = ("amount", "state", "currency", "valid_from", "valid_to")


def read(declared: fields.Field, data: Any) -> Any:
    """The value in the Python form of the field's kind; None pins that there is none. Raises ValueError.

    A price is a list of points in time as `offerings/{id}/history/` shows them, one such point, an amount as text
    ("2.5": USD per unit), or `free`, `dynamic`, `included`, `not_offered`. Numbers are refused: they lose digits.
    """
    if data is None:
        return None
    value = _price(data) if declared.kind is kinds.PRICE else data
    try:
        return declared.clean(value)
    except TypeError as error:
        raise ValueError(str(error)) from error


def _price(data: Any) -> rates.PriceLine:
    if isinstance(data, str):
        return rates.stated(rates.Amounts(data)) if data in _STATES else (rates.PricePoint(_amount(data)),)
    points = [data] if isinstance(data, Mapping) else data
    if not isinstance(points, list):
        raise ValueError('a price is sent as text, such as "2.5" or "free", or as its points in time')
    if len(points) > MOST_POINTS:
        raise ValueError(f"{len(points)} points in time; {MOST_POINTS} at most")
    return rates.line(map(_point, points))


def _point(data: Any) -> rates.PricePoint:
    if not isinstance(data, Mapping):
        raise ValueError("a point in time is an object with amount, state, currency, valid_from and valid_to")
    if unknown := sorted(set(data) - set(_KEYS)):
        raise ValueError(f"no such key in a point in time: {unknown[0][:60]!r}; known: {', '.join(_KEYS)}")
    state_name, amount, currency = data.get("state") or "priced", data.get("amount"), data.get("currency") or "USD"
    if state_name not in ("priced", *_STATES):
        raise ValueError(f"state: one of priced, {', '.join(_STATES)}")
    if not isinstance(currency, str):
        raise ValueError("currency: a code of three capital letters, such as USD")
    state = rates.Amounts(state_name)
    if state is rates.Amounts.FREE and amount == "0":
        amount = None  # as the API shows what is free
    exact = None if amount is None else _amount(amount)
    return rates.PricePoint(exact, state, currency, _day(data, "valid_from"), _day(data, "valid_to"))


def _amount(data: Any) -> Decimal:
    if not isinstance(data, str) or not _AMOUNT.fullmatch(data):
        raise ValueError('an amount is a decimal number as text, such as "2.5"')
    amount = rates.plain(Decimal(data))
    if not amount:
        raise ValueError('an amount is above zero; say "free" for what costs nothing')
    return amount


def _day(data: Mapping[str, Any], name: str) -> date | None:
    text = data.get(name)
    if text is None:
        return None
    try:
        return iso.day(text)
    except ValueError as error:
        raise ValueError(f"{name}: a day such as 2026-01-31") from error
