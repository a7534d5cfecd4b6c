"""Strict JSON: repeated keys, NaN and Infinity are refused. Pure.

Every document from outside goes through here: answers of sources (`syncers.payload.parse`), files of imports and bodies
of the API. The readers of the standard library and of orjson keep the last of two values and say nothing of the other.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Final, NoReturn

from registry.values import Json

MAX_DIGITS: Final = 60
Pairs = list[tuple[str, Json]]


class UnsoundJSON(ValueError):
    """JSON that parses, but would lose something. The message says what, as the end of a sentence."""


def loads(
    text: str,
    *,
    whole: Callable[[str], Json] | None = None,
    fraction: Callable[[str], Json] | None = None,
    pairs: Callable[[Pairs], Json] | None = None,
) -> Json:
    """The document in a text, numbers with a fraction as exact Decimal.

    `whole`, `fraction` and `pairs` take the place of how numbers and objects are read. Raises UnsoundJSON for repeated
    keys, NaN, Infinity and numbers of absurd length, json.JSONDecodeError for what is no JSON, RecursionError for what
    is nested too deeply.
    """
    return json.loads(
        text,
        parse_int=whole or _whole,
        parse_float=fraction or _fraction,
        parse_constant=_refuse_constant,
        object_pairs_hook=pairs or unique,
    )


def unique(pairs: Pairs) -> dict[str, Json]:
    """An object whose keys occur once each. Raises UnsoundJSON for one that occurs twice, whatever its values."""
    result = dict(pairs)
    if len(result) != len(pairs):
        keys: set[str] = set()
        twice = next(key for key, _ in pairs if key in keys or keys.add(key))  # type: ignore[func-returns-value]
        raise UnsoundJSON(
            f"the key {twice[:100]!r} occurs twice in one object, so that one of its values would be lost"
        )
    return result


def _fraction(text: str) -> Decimal:
    return Decimal(_checked(text))


def _whole(text: str) -> int:
    return int(_checked(text))


def _checked(text: str) -> str:
    if len(text) > MAX_DIGITS:
        raise UnsoundJSON(f"a number of {len(text)} signs: {text[:40]}…")
    return text


def _refuse_constant(text: str) -> NoReturn:
    raise UnsoundJSON(f"{text} is no number")
