"""How the values of parameters are read: strictly, in one language, with the nearest known word for a slip.

Each field turns text into a value or raises ValidationError; its `params` may hold `nearest`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from registry.api import parameters
from registry.domain import iso
from registry.domain.rates import MOST

MOST_WORDS = 100
_WHOLE = re.compile(r"\d{1,15}", re.ASCII)
_DECIMAL = re.compile(r"\d{1,12}(\.\d{1,12})?", re.ASCII)
_TAG = re.compile(r"[a-z0-9][a-z0-9_.:/ -]{0,59}")


def wrong(message: str, nearest: str | None = None) -> ValidationError:
    return ValidationError(message, params={"nearest": nearest})


class Words(forms.Field):
    """`openai,bedrock`: any of these. With `known`, only words from it."""

    def __init__(self, *, known: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.known = known

    def to_python(self, value: Any) -> list[str]:
        found = parameters.words(value)
        if not found:
            raise wrong("names nothing")
        if len(found) > MOST_WORDS:
            raise wrong(f"{len(found)} words; {MOST_WORDS} at most")
        for word in found:
            if self.known and word not in self.known:
                near = parameters.nearest(word, self.known)
                raise wrong(f"{word[:100]!r} is none of {', '.join(self.known)}", near)
        return found


class Tags(Words):
    """`image,text`: all of these."""

    def to_python(self, value: Any) -> list[str]:
        found = [word.lower() for word in super().to_python(value)]
        if odd := next((word for word in found if not _TAG.fullmatch(word)), None):
            raise wrong(f"{odd[:100]!r} is no plain word")
        return found


class Choice(forms.Field):
    """One of a few words, which stand for values."""

    def __init__(self, *, meanings: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.meanings = meanings

    def to_python(self, value: Any) -> str:
        if value not in self.meanings:
            near = parameters.nearest(value, self.meanings)
            raise wrong(f"{value[:100]!r} is none of {', '.join(self.meanings)}", near)
        return str(value)


class Whole(forms.Field):
    def to_python(self, value: Any) -> int:
        if not _WHOLE.fullmatch(value):
            raise wrong("a whole number is expected, such as 200000")
        return int(value)


class Amount(forms.Field):
    """A number that is not negative, with at most as many digits as the columns hold."""

    def to_python(self, value: Any) -> Decimal:
        if not _DECIMAL.fullmatch(value) or Decimal(value) > MOST:
            raise wrong(f"a plain number from 0 to {MOST} is expected, such as 2.5")
        return Decimal(value)


class Day(forms.Field):
    def to_python(self, value: Any) -> date:
        return _day(value)


class Moment(forms.Field):
    """A moment, or a whole day: `late` decides whether a day means its first instant or its last."""

    def __init__(self, *, late: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.late = late

    def to_python(self, value: Any) -> datetime:
        try:
            # A plus sign that was not escaped arrives as a space.
            moment = iso.moment(value[:11] + value[11:].replace(" ", "+"))
        except ValueError as error:
            raise wrong("a day or a moment is expected: 2026-01-31 or 2026-01-31T08:00Z") from error
        return moment + timedelta(days=1, microseconds=-1) if self.late and iso.is_day(value) else moment


class Search(forms.Field):
    """A few words, all of which must be found."""

    most = 10

    def to_python(self, value: Any) -> list[str]:
        found: list[str] = value.split()
        if not found or len(found) > self.most or len(value) > 200:
            raise wrong(f"one to {self.most} words and at most 200 signs are expected")
        return found


class Order(forms.Field):
    """`-input_price,id`: columns to sort by, falling with a minus sign."""

    def __init__(self, *, known: Collection[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.known = known

    def to_python(self, value: Any) -> list[tuple[str, bool]]:
        found = [(word.removeprefix("-"), word.startswith("-")) for word in parameters.words(value)]
        if not found:
            raise wrong("names no column")
        for column, _ in found:
            if column not in self.known:
                near = parameters.nearest(column, self.known)
                raise wrong(f"cannot sort by {column[:100]!r}", near)
        return found


def _day(text: str) -> date:
    try:
        return iso.day(text)
    except ValueError as error:
        raise wrong("a day is expected, such as 2026-01-31") from error
