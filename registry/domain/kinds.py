"""Kinds of values that a field can have: how they are checked, described, written as JSON and read back."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from registry import json_schema
from registry.domain import iso, offering_ids, rates
from registry.identity.normalise import is_model_key, model_key
from registry.values import Json, Value


@dataclass(frozen=True, slots=True)
class Kind:
    """How values of a field are checked, described, written as JSON and read back. `clean` raises ValueError with a
    plain reason.
    """

    name: str
    clean: Callable[[object], Value]
    schema: json_schema.Schema
    """What their JSON looks like."""
    longest: int = 0
    """Signs of the longest one as text, in a column; 0 where it is kept as something else."""
    encode: Callable[[Value], Json] = lambda value: value
    decode: Callable[[Json], Value] = lambda value: value


# Signs that have no business in a name or a description, and that break PostgreSQL (NUL), JSON (lone surrogates) or
# readers (text that changes its direction).
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def text(limit: int) -> Kind:
    def clean(value: object) -> str:
        if not isinstance(value, str):
            raise ValueError(f"text expected, not {type(value).__name__}")
        if forbidden := _FORBIDDEN.search(value):
            raise ValueError(f"forbidden sign {forbidden[0]!r} in text")
        text: str = value.strip()
        if not text:
            raise ValueError("empty text; leave the field out instead")
        if len(text) > limit:
            raise ValueError(f"text of {len(text)} signs, the limit is {limit}")
        return text

    return Kind(f"text({limit})", clean, json_schema.text(), limit)


def _clean_model(value: object) -> str:
    author, _, name = text(200).clean(value).partition("/")
    key = model_key(author, name)
    if not is_model_key(key):
        raise ValueError(f"model expected as author/name, not {value!r}")
    return str(key)


#: A model, in whatever spelling; kept as its key.
MODEL: Final = Kind("text(200)", _clean_model, json_schema.text(), 200)


def _clean_offering(value: object) -> str:
    offering: str = text(320).clean(value)
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,59}/\S(.*\S)?", offering):
        raise ValueError(f"offering expected as provider/id, not {value!r}")
    return offering_ids.check_parts(offering)


#: An offering that is named by another one, as the provider spells it: it need not be published.
OFFERING: Final = Kind("text(320)", _clean_offering, json_schema.text(), 320)


def count(least: int = 1, most: int = 2**40) -> Kind:
    def clean(value: object) -> int:
        # adjusted(): 1e999999 would take minutes and gigabytes to become an int.
        if (
            isinstance(value, Decimal)
            and value.is_finite()
            and value.adjusted() < 20
            and value == value.to_integral_value()
        ):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(f"whole number expected, not {value!r}")
        if not least <= value <= most:
            raise ValueError(f"{value} is outside {least}…{most}")
        return value

    return Kind("count", clean, json_schema.whole(minimum=least))


def _clean_flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"yes or no expected, not {value!r}")
    return value


def _clean_date(value: object) -> date:
    if isinstance(value, str):
        value = iso.day(value)
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError(f"date expected, not {value!r}")
    if not 2015 <= value.year <= 2100:
        raise ValueError(f"{value} cannot be right: language models are younger than that")
    return value


_LARGEST_SCORE: Final = 10**7
_SMALLEST_SCORE: Final = Decimal(10) ** -12


def _clean_score(value: Value) -> Decimal:
    if isinstance(value, bool | float):
        raise ValueError(f"exact number expected, not {value!r}")
    try:
        number = Decimal(value)
    except (InvalidOperation, TypeError) as error:
        raise ValueError(f"number expected, not {value!r}") from error
    if not number.is_finite() or not 0 <= number <= _LARGEST_SCORE or (number and number < _SMALLEST_SCORE):
        raise ValueError(f"{str(value)[:60]} is no measurement")
    return rates.plain(number)


_LONGEST_TAGS: Final = 1000


def _clean_tags(value: object) -> tuple[str, ...]:
    if not isinstance(value, Collection) or isinstance(value, str) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"list of words expected, not {value!r}")
    words = tuple(sorted({item.strip().lower() for item in value}))
    if any(not re.fullmatch(r"[a-z0-9][a-z0-9_.:/ -]{0,59}", word) for word in words):
        raise ValueError(f"not a list of plain words: {value!r}")
    if len(words) > 100 or sum(len(word) + 1 for word in words) >= _LONGEST_TAGS:
        raise ValueError(f"more than 100 words, or more than {_LONGEST_TAGS} signs, in a list")
    return words


_MOST_NAMES: Final = 1_000
_LONGEST_NAME: Final = 100


def _clean_names(value: object) -> tuple[str, ...]:
    if not isinstance(value, Collection) or isinstance(value, str):
        raise ValueError(f"list of names expected, not {value!r}")
    name = text(_LONGEST_NAME)
    names = tuple(sorted({str(name.clean(item)) for item in value}))
    if len(names) > _MOST_NAMES:
        raise ValueError(f"more than {_MOST_NAMES} names in a list")
    return names


def choice(*allowed: str, longest: int = 20) -> Kind:
    def clean(value: object) -> str:
        if value not in allowed:
            raise ValueError(f"{value!r} is none of {', '.join(allowed)}")
        return str(value)

    return Kind("choice", clean, json_schema.text(enum=list(allowed)), longest)


def _clean_price(value: object) -> rates.PriceLine:
    if not isinstance(value, tuple) or not all(isinstance(p, rates.PricePoint) for p in value):
        raise ValueError(f"price line expected, not {value!r}")
    return rates.line(value)


def _clean_month_or_day(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"20[12]\d(-(0[1-9]|1[0-2])(-\d\d)?)?", value, re.ASCII):
        raise ValueError(f"year, month or day expected (2025, 2025-03, 2025-03-31), not {value!r}")
    if len(value) == len("2025-03-31"):
        iso.day(value)
    return value


FLAG: Final = Kind("flag", _clean_flag, json_schema.flag())
DATE: Final = Kind("date", _clean_date, json_schema.day(), encode=date.isoformat, decode=date.fromisoformat)
SCORE: Final = Kind("score", _clean_score, json_schema.amount(), encode=lambda number: f"{number:f}", decode=Decimal)
TAGS: Final = Kind("tags", _clean_tags, json_schema.words(), _LONGEST_TAGS, encode=list, decode=tuple)
#: Like words, but spelt as requests need them; too long for a column.
NAMES: Final = Kind("names", _clean_names, json_schema.words(), encode=list, decode=tuple)
LISTS: Final = (TAGS, NAMES)
PRICE: Final = Kind("price", _clean_price, json_schema.several({}), encode=rates.encode, decode=rates.decode)
PARTIAL_DATE: Final = Kind("partial date", _clean_month_or_day, json_schema.text(), len("2025-03-31"))
