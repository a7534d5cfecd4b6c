"""Strict parsing of a body: invalid JSON is refused before a mapping sees it."""

from __future__ import annotations

import json
from typing import Any, Final

from registry.domain import strict_json
from registry.domain.strict_json import UnsoundJSON
from registry.http.bodies import MAX_BYTES
from syncers.errors import BadPayload

MAX_DEPTH: Final = 64


def read_text(body: bytes) -> str:
    """The text of a body, without a byte order mark. Raises BadPayload for HTML, empty, foreign and oversized
    bodies.
    """
    text = read_page(body)
    if text.lstrip()[:200].lower().startswith(("<!doctype", "<html", "<?xml", "<head", "<body")):
        raise BadPayload("the answer is a web page, not data (often a sign-in, maintenance or firewall page)")
    return text


def read_page(body: bytes) -> str:
    """The same of a body that may be a web page."""
    if len(body) > MAX_BYTES:
        raise BadPayload(f"the answer has {len(body):,} bytes; at most {MAX_BYTES:,} are read")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadPayload(f"the answer is not UTF-8 text ({error.reason} at byte {error.start})") from error
    if not text.strip():
        raise BadPayload("the answer is empty")
    return text


class Repeated(tuple[Any, ...]):
    """The values of one key that occurs more than once in an object, in order."""

    __slots__ = ()


def storable(text: str) -> str:
    """A text of a payload with what databases reject (NUL, lone surrogates) escaped."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")


def read_json(body: bytes, *, keep_repeated: bool = False) -> Any:
    """The document in a body, numbers with a fraction as exact Decimal. Raises BadPayload saying what is wrong.

    Refused: HTML, empty and truncated bodies, NaN and Infinity, numbers of absurd length, repeated keys, nesting deeper
    than MAX_DEPTH, bodies over MAX_BYTES. A byte order mark is accepted. With `keep_repeated`, a key that occurs again
    with another value gives Repeated, for a source that is known to do so.
    """
    text = read_text(body)
    _check_depth(text)
    try:
        return strict_json.loads(text, pairs=_object_with_repeated if keep_repeated else None)
    except UnsoundJSON as error:
        raise BadPayload(f"the answer is unsound: {error}") from error
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
