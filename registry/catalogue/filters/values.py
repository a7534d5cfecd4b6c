"""Reads the values of parameters strictly, and suggests the nearest known word for a misspelt one."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from django.core.exceptions import ValidationError

from registry.domain import iso
from registry.domain.rates import MOST
from registry.domain.words import nearest, split

MOST_WORDS: Final = 100
MOST_SEARCHED: Final = 10
LONGEST_SEARCH: Final = 200
_WHOLE = re.compile(r"\d{1,15}", re.ASCII)
_DECIMAL = re.compile(r"\d{1,12}(\.\d{1,12})?", re.ASCII)
_TAG = re.compile(r"[a-z0-9][a-z0-9_.:/ -]{0,59}")


class WrongValue(ValidationError):
    """A text that is no value of its parameter; `nearest` is what was probably meant."""

    def __init__(self, message: str, near: str | None = None) -> None:
        super().__init__(message)
        self.nearest = near


def words(text: str, allowed: Collection[str] = ()) -> list[str]:
    """`openai,bedrock`: any of these. With `allowed`, only words from it."""
    listed = split(text)
    if not listed:
        raise WrongValue("names nothing")
    if len(listed) > MOST_WORDS:
        raise WrongValue(f"{len(listed)} words; {MOST_WORDS} at most")
    if allowed:
        for word in listed:
            choice(word, allowed)
    return listed


def tags(text: str) -> list[str]:
    """`image,text`: all of these."""
    listed = [word.lower() for word in words(text)]
    if odd := next((word for word in listed if not _TAG.fullmatch(word)), None):
        raise WrongValue(f"{odd[:100]!r} is no plain word")
    return listed


def choice(text: str, allowed: Collection[str]) -> str:
    """One of a few words."""
    if text not in allowed:
        raise WrongValue(f"{text[:100]!r} is none of {', '.join(allowed)}", nearest(text, allowed))
    return text


def whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise WrongValue("a whole number is expected, such as 200000")
    return int(text)


def amount(text: str) -> Decimal:
    """A number that is not negative, with at most as many digits as the columns hold."""
    if not _DECIMAL.fullmatch(text) or Decimal(text) > MOST:
        raise WrongValue(f"a plain number from 0 to {MOST} is expected, such as 2.5")
    return Decimal(text)


def day(text: str) -> date:
    try:
        return iso.day(text)
    except ValueError as error:
        raise WrongValue("a day is expected, such as 2026-01-31") from error


def moment(text: str) -> datetime:
    """A moment, or a day for its first instant."""
    try:
        # A plus sign that was not escaped arrives as a space.
        return iso.moment(text[:11] + text[11:].replace(" ", "+"))
    except ValueError as error:
        raise WrongValue("a day or a moment is expected: 2026-01-31 or 2026-01-31T08:00Z") from error


def late_moment(text: str) -> datetime:
    """A moment, or a day for its last instant."""
    at = moment(text)
    return at + timedelta(days=1, microseconds=-1) if iso.is_day(text) else at


def search(text: str) -> list[str]:
    """A few words, all of which must be found."""
    listed = text.split()
    if not listed or len(listed) > MOST_SEARCHED or len(text) > LONGEST_SEARCH:
        raise WrongValue(f"one to {MOST_SEARCHED} words and at most {LONGEST_SEARCH} signs are expected")
    return listed


def order(text: str, allowed: Collection[str]) -> list[tuple[str, bool]]:
    """`-input_price,id`: columns to sort by, falling with a minus sign."""
    columns = [(word.removeprefix("-"), word.startswith("-")) for word in split(text)]
    if not columns:
        raise WrongValue("names no column")
    for column, _ in columns:
        if column not in allowed:
            raise WrongValue(f"cannot sort by {column[:100]!r}", nearest(column, allowed))
    return columns
