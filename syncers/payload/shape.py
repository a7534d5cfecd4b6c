"""The shape of a payload: the keys of its records and their types. A change of shape is reported with the run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from syncers.payload.parse import storable

DEEPEST: Final = 3
MOST_KEYS: Final = 400
MOST_OF_ONE: Final = 100
"""Keys that one object inside a record can have, over all records, before it counts as a map."""
_MOST_MET: Final = 20_000
_NAMES: Final = {
    dict: "object",
    list: "list",
    str: "text",
    bool: "flag",
    int: "number",
    Decimal: "number",
    type(None): "null",
}

Shape = Mapping[str, list[str]]
"""Dotted key → names of the types seen under it. `[]` steps into lists."""


def outline(records: Iterable[Any]) -> dict[str, list[str]]:
    """The shape of all records together."""
    types_at: dict[str, set[str]] = {}
    for record in records:
        _walk(record, "", 0, types_at)
    return {key: sorted(types) for key, types in sorted(_folded(types_at).items())[:MOST_KEYS]}


def _walk(value: Any, at: str, depth: int, types_at: dict[str, set[str]]) -> None:
    if at:
        if at not in types_at and len(types_at) >= _MOST_MET:
            return
        types_at.setdefault(at, set()).add(_NAMES.get(type(value), type(value).__name__))
    if depth >= DEEPEST:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            _walk(inner, f"{at}.{_key(key)}" if at else _key(key), depth + 1, types_at)
    elif isinstance(value, list):
        for inner in value[:50]:
            _walk(inner, f"{at}[]", depth + 1, types_at)


def _folded(types_at: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """An object with very many keys is a map by id. Its keys are data and become `*`: a new id is no change."""
    keys: dict[str, set[str]] = defaultdict(set)
    for at in types_at:
        steps = at.split(".")
        for depth in range(len(steps)):
            keys[".".join(steps[:depth])].add(steps[depth])
    maps = {at for at, inner in keys.items() if len(inner) > (MOST_OF_ONE if at else MOST_KEYS)}
    folded: dict[str, set[str]] = defaultdict(set)
    for at, types in types_at.items():
        steps = at.split(".")
        folded[".".join("*" if ".".join(steps[:depth]) in maps else steps[depth] for depth in range(len(steps)))] |= (
            types
        )
    return folded


def _key(key: Any) -> str:
    return storable(str(key))[:100].replace(".", "·")  # keys are joined by dots


def changes(before: Shape, now: Shape) -> dict[str, str]:
    """The differences by key: `new (number)`, `gone (was text)`, `number → text`. Null does not count as a type."""
    differences = {}
    for key in sorted({*before, *now}):
        old, new = (set(shape.get(key, [])) - {"null"} for shape in (before, now))
        if key not in before:
            differences[key] = f"new ({', '.join(now[key])})"
        elif key not in now:
            differences[key] = f"gone (was {', '.join(before[key])})"
        elif old and new and old != new:
            differences[key] = f"{', '.join(sorted(old))} → {', '.join(sorted(new))}"
    return differences
