"""From bytes to a document, strictly: what is not sound JSON is refused before anything looks at it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Final, NoReturn

from syncers.errors import BadPayload

MAX_BYTES: Final = 80_000_000
"""The largest list known is that of Featherless, some 50 MB in 2026."""
MAX_DEPTH: Final = 64
MAX_DIGITS: Final = 60


def read_text(body: bytes) -> str:
    """The text of a body, without a byte order mark. Raises BadPayload for HTML, empty, foreign and oversized
    bodies.
    """
    if len(body) > MAX_BYTES:
        raise BadPayload(f"the answer has {len(body):,} bytes; at most {MAX_BYTES:,} are read")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadPayload(f"the answer is not UTF-8 text ({error.reason} at byte {error.start})") from error
    start = text.lstrip()[:200].lower()
    if not start:
        raise BadPayload("the answer is empty")
    if start.startswith(("<!doctype", "<html", "<?xml", "<head", "<body")):
        raise BadPayload("the answer is a web page, not data (often a sign-in, maintenance or firewall page)")
    return text


class Repeated(tuple[Any, ...]):
    """The values of one key that occurs more than once in an object, in order."""

    __slots__ = ()


def storable(text: str) -> str:
    """A text out of a payload with what no database takes (NUL, lone surrogates) written out."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")


def read_json(body: bytes, *, keep_repeated: bool = False) -> Any:
    """The document in a body, numbers with a fraction as exact Decimal. Raises BadPayload saying what is wrong.

    Refused: HTML, empty and truncated bodies, NaN and Infinity, numbers of absurd length, repeated keys, nesting deeper
    than MAX_DEPTH, bodies over MAX_BYTES. A byte order mark is forgiven. With `keep_repeated`, a key that occurs again
    with another value gives Repeated, for a source that is known to do so.
    """
    text = read_text(body)
    _check_depth(text)
    try:
        return json.loads(
            text,
            parse_float=_number,
            parse_int=_integer,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object_with_repeated if keep_repeated else _object,
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        kind = "cut off" if error.pos >= len(text.rstrip()) - 1 else "not valid JSON"
        raise BadPayload(f"the answer is {kind}: {error.msg} at {where}") from error


def _check_depth(text: str) -> None:
    depth, in_string, escaped = 0, False, False
    for sign in text if text.count("[") + text.count("{") > MAX_DEPTH else "":
        if in_string:
            if escaped:
                escaped = False
            elif sign == "\\":
                escaped = True
            elif sign == '"':
                in_string = False
        elif sign == '"':
            in_string = True
        elif sign in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise BadPayload(f"the answer is nested deeper than {MAX_DEPTH} levels")
        elif sign in "]}":
            depth -= 1


def _number(text: str) -> Decimal:
    if len(text) > MAX_DIGITS:
        raise BadPayload(f"a number of {len(text)} signs: {text[:40]}…")
    return Decimal(text)


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise BadPayload(f"a number of {len(text)} signs: {text[:40]}…")
    return int(text)


def _refuse_constant(text: str) -> NoReturn:
    raise BadPayload(f"the answer holds {text}, which is no number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise BadPayload(f"the key {twice!r} occurs twice in one object, so that one of its values would be lost")
    return result


def _object_with_repeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        grouped: dict[str, list[Any]] = {}
        for key, value in pairs:
            grouped.setdefault(key, []).append(value)
        for key, values in grouped.items():
            if any(value != values[0] for value in values):
                result[key] = Repeated(values)
    return result
