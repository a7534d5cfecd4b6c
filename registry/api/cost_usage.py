"""Reads the usage of one call, or a mix of tokens, strictly: every error names its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from registry.api.problems import ParameterError
from registry.domain.words import nearest
from registry.pricing import InvalidUsage, Mix, Usage, parse_mix, usage_words
from registry.pricing.mix import USUAL
from registry.pricing.usage import FINEST, MOST, QUANTITIES, SECONDS

MOST_HINTS: Final = 100
"""Most errors of one request that get a hint: finding the nearest name is slow."""
MOST_OTHERS: Final = 20
_DECIMAL: Final = re.compile(r"\d{1,16}(\.\d{1,12})?", re.ASCII)


class Stop(Exception):
    """A part of the body cannot be read; the reason is in the errors."""


class UsageReader:
    """Collects errors while reading, so that a batch reports several at once."""

    def __init__(self) -> None:
        self.errors: list[ParameterError] = []
        self.hints = 0

    def mix(self, item: Mapping[str, Any], place: str) -> Mix:
        """A mix, `true` for the usual one."""
        if item.get("usage") is not None:
            raise self.wrong(f"{place}mix", "takes the place of `usage`; give one of them")
        text = USUAL if item["mix"] is True else item["mix"]
        cached = _number(item["cached"]) if item.get("cached") is not None else Decimal(0)
        if not isinstance(text, str):
            raise self.wrong(f"{place}mix", f"a text such as {USUAL!r} is expected, not {kind_of(text)}")
        if cached is None:
            raise self.wrong(f"{place}cached", "a share of the input from 0 to 1 is expected")
        try:
            return parse_mix(text, cached)
        except InvalidUsage as error:
            raise self.wrong(f"{place}{error.field}", error.message) from error

    def usage(self, data: Any, place: str) -> Usage:
        if not isinstance(data, dict):
            raise self.wrong(place, 'an object is expected, such as {"input_tokens": 1000, "output_tokens": 200}')
        self._quantities(data, place)
        values: dict[str, Any] = {
            name: self._quantity(value, f"{place}.{name}", whole=name not in SECONDS)
            for name, value in data.items()
            if name != "others" and value is not None
        }
        if (others := data.get("others")) is not None:
            if not isinstance(others, dict) or len(others) > MOST_OTHERS:
                raise self.wrong(f"{place}.others", f"an object of at most {MOST_OTHERS} rates is expected")
            values["others"] = {
                word: self._quantity(value, f"{place}.others.{word[:100]}", whole=False)
                for word, value in others.items()
            }
        try:
            usage = Usage(**values)
        except InvalidUsage as error:
            raise self.wrong(f"{place}.{error.field}", error.message[:500]) from error
        if usage.is_empty and "requests" not in data:
            raise self.wrong(place, "states no quantity; give at least one, such as input_tokens")
        return usage

    def _quantity(self, value: Any, place: str, *, whole: bool) -> int | Decimal:
        number = _number(value)
        fits = number is not None and 0 <= number <= MOST and number == round(number, 0 if whole else FINEST)
        if number is None or not fits:
            kind = "a whole number" if whole else f"a number with at most {FINEST} digits after the point"
            raise self.wrong(place, f"{kind} from 0 to {MOST} is expected")
        return int(number) if whole or number == number.to_integral_value() else number

    def _quantities(self, data: Mapping[str, Any], place: str) -> None:
        """Refuses unknown quantities, with the name of ours for those that other APIs call differently."""
        for name in data:
            if usage_words.is_total(name):
                raise self.wrong(f"{place}.{name[:100]}", usage_words.TOTAL)
            if name not in QUANTITIES and name != "others":
                raise self.wrong(f"{place}.{name[:100]}", "no such quantity", self.hint(usage_words.meant, name))

    def check_keys(self, data: Mapping[str, Any], place: str, allowed: tuple[str, ...]) -> None:
        for name in data:
            if name not in allowed:
                raise self.wrong(f"{place}{name[:100]}", "no such key here", self.hint(nearest, name, allowed))

    def hint(self, find: Callable[..., str | None], *arguments: Any) -> str | None:
        self.hints += 1
        return find(*arguments) if self.hints <= MOST_HINTS else None

    def wrong(self, place: str, message: str, near: str | None = None) -> Stop:
        self.errors.append(ParameterError(place, message, near))
        return Stop()


def kind_of(value: Any) -> str:
    return {list: "a list", str: "a text", type(None): "null", bool: "true or false"}.get(type(value), "a number")


def _number(value: Any) -> Decimal | None:
    """A number of JSON, or one written as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    if isinstance(value, str) and not _DECIMAL.fullmatch(value):
        return None
    return Decimal(value)
