"""Conversions that sources share: a value of a payload, validated and exact, or None when nothing is stated.

Each raises InvalidClaim with a reason for an invalid value. None of them guesses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Context, Decimal, DecimalException
from typing import Any, Final

from curation.core.claim import InvalidClaim
from registry.domain import iso, rates
from registry.domain.rates import PriceLine, RateKey

_COMPUTED_DIGITS: Final = 15
_KEPT: Final = Context(prec=12)
_NAME: Final = re.compile(r"[A-Za-z0-9@~._:/+, ()\[\]=-]{1,255}")
_LATEST: Final = 10**11


def amount(value: Any) -> Decimal | None:
    """A number or numeric text as exact Decimal; None for null. Raises InvalidClaim for anything else.

    A price of fifteen digits is not typed by hand: such numbers come from binary arithmetic at the source
    (`0.18000000000000002` in genai-prices, `"0.0000006000000000000001"` at OpenRouter). They are rounded to twelve
    digits, so that one price does not appear as two.
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise InvalidClaim(f"number expected, not {str(value)[:60]!r}")
    try:
        number = Decimal(value)
    except DecimalException as error:
        raise InvalidClaim(f"not a number: {value[:60] if isinstance(value, str) else value!r}") from error
    if not number.is_finite():
        raise InvalidClaim(f"not a finite number: {value!r}")
    return _KEPT.plus(number) if len(number.as_tuple().digits) >= _COMPUTED_DIGITS else number


def money(
    value: Any, *, times: int | str | Decimal = 1, currency: str = "USD", what: str = "price"
) -> PriceLine | None:
    """An undated price; None for null. `times` converts from the source's unit. 0 becomes *free*."""
    number = amount(value)
    if number is None:
        return None
    try:
        return rates.price(number, times=times, currency=currency)
    except (ValueError, DecimalException) as error:
        raise InvalidClaim(f"{what}: {error}") from error


def rate_under(key: RateKey, *, what: str = "rate", **conditions: Any) -> RateKey:
    """The rate under conditions that a payload states. Raises InvalidClaim for invalid conditions."""
    try:
        return replace(key, **conditions)
    except ValueError as error:
        raise InvalidClaim(f"{what}: {error}") from error


def without_restated(prices: Mapping[RateKey, PriceLine], restated: Iterable[RateKey]) -> dict[RateKey, PriceLine]:
    """Prices without those that a source restates under a condition which is not understood.

    It is then not known when the ordinary price holds, so it cannot be used. `restated` are the rates concerned, which
    are removed with all their bands and hours; when it is empty, every price is removed.
    """
    stems = {_stem(key) for key in restated}
    return {key: line for key, line in prices.items() if stems and _stem(key) not in stems}


def _stem(key: RateKey) -> RateKey:
    return RateKey(key.meter, key.modality, key.unit, key.ttl)


def key_under(key: RateKey, conditions: Mapping[str, str]) -> RateKey:
    """The same rate under further conditions, each added to those of the key."""
    added: dict[str, Any] = {
        name: ",".join(filter(None, (getattr(key, name), word))) for name, word in conditions.items()
    }
    return replace(key, **added)


def tokens(value: Any, what: str, *, least: int = 0) -> int:
    """A number of tokens. Raises InvalidClaim for any other value."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise InvalidClaim(f"{what}: a number of tokens expected, not {repr(value)[:60]}")
    return value


def words(value: Any, what: str) -> tuple[str, ...] | None:
    """A list of texts; None when it is missing. Raises InvalidClaim for anything else."""
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise InvalidClaim(f"{what}: list of words expected, not {str(value)[:60]!r}")
    return tuple(value)


def table(value: Any, what: str) -> dict[str, Any]:
    """An object; empty when it is missing. Raises InvalidClaim for anything else."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InvalidClaim(f"{what}: object expected, not {str(value)[:60]!r}")
    return value


def rows(value: Any, what: str) -> list[Any]:
    """A list; empty when it is missing. Raises InvalidClaim for anything else."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise InvalidClaim(f"{what}: list expected, not {str(value)[:60]!r}")
    return value


def text(value: Any) -> Any:
    """Text unchanged; None for "" and blanks, which state nothing. Other types pass; the field rejects them."""
    return None if isinstance(value, str) and not value.strip() else value


def full_day(value: Any) -> date | None:
    """The date in `YYYY-MM-DD`; None for anything else. Raises InvalidClaim for a day that does not exist."""
    if not iso.is_day(value):
        return None
    try:
        return iso.day(value)
    except ValueError as error:
        raise InvalidClaim(f"no such day: {value!r}") from error


def whole_day(value: Any, what: str) -> date | None:
    """The date in `YYYY-MM-DD`; None for null and blanks. Raises InvalidClaim for anything else."""
    day = full_day(value)
    if day is None and text(value) is not None:
        raise InvalidClaim(f"{what}: a day expected, not {str(value)[:60]!r}")
    return day


def day_of(value: Any) -> date | None:
    """The day of a moment, ISO text or seconds since 1970. None for null, "" and 0. Raises InvalidClaim."""
    if text(value) is None or value == 0:
        return None
    try:
        if isinstance(value, str):
            return iso.day_of_moment(value)
        if isinstance(value, int | Decimal) and not isinstance(value, bool) and -_LATEST < value < _LATEST:
            return datetime.fromtimestamp(int(value), UTC).date()
    except (ValueError, OverflowError, OSError, DecimalException) as error:
        raise InvalidClaim(f"no moment: {str(value)[:60]!r}") from error
    raise InvalidClaim(f"moment expected, not {str(value)[:60]!r}")


def without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values without those that are None. For sources whose null means "not filled in", not "there is none"."""
    return {name: value for name, value in values.items() if value is not None}


def names(candidates: Iterable[Any], *, besides: str) -> tuple[str, ...]:
    """The candidates that are valid names of a model at its provider and differ from its id, in order, without
    duplicates."""
    distinct = dict.fromkeys(item for item in candidates if isinstance(item, str) and _NAME.fullmatch(item))
    return tuple(name for name in distinct if name != besides and name == name.strip())
