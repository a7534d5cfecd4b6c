"""Paths in a JSON value, and copies of the value with changes at a path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

Path = tuple[str | int, ...]
GONE: Final = object()
"""Marks a value that is to be removed, see `swept`."""
HERE: Final = object()
"""Marks a place that is to be filled, see `filled`."""


def parts(value: Any) -> Iterator[Path]:
    """Paths of all values in an object and its nested objects."""
    for key, part in value.items() if isinstance(value, dict) else ():
        yield (key,)
        yield from ((key, *path) for path in parts(part))


def leaves(data: dict[str, Any], above: Path = ()) -> Iterator[Path]:
    for key, value in data.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, (*above, key))
        elif value is not None:
            yield (*above, key)


def value_at(data: Any, path: Sequence[str | int]) -> Any:
    """The value at a path, None when there is none."""
    for step in path:
        if isinstance(step, int):
            data = data[step] if isinstance(data, list) and step < len(data) else None
        else:
            data = data.get(step) if isinstance(data, dict) else None
    return data


def with_value(data: Any, path: Sequence[str | int], value: Any) -> Any:
    """A copy with the value at a path of keys; missing objects on the path are created."""
    if not path:
        return value
    step, *further = path
    table = data if isinstance(data, dict) else {}
    return {**table, step: with_value(table.get(step), further, value)}


def replaced(data: Any, path: Sequence[str | int], value: Any) -> Any:
    """A copy with another value at an existing path."""
    if not path:
        return value
    step, *further = path
    if isinstance(data, list):
        return [replaced(item, further, value) if index == step else item for index, item in enumerate(data)]
    return {**data, step: replaced(data[step], further, value)}


def swept(data: Any) -> Any:
    """A copy without the values marked as GONE."""
    if isinstance(data, dict):
        return {key: swept(value) for key, value in data.items() if value is not GONE}
    return [swept(item) for item in data if item is not GONE] if isinstance(data, list) else data


def filled(data: Any, value: Any) -> Any:
    """A copy with the value at the place marked as HERE."""
    if data is HERE:
        return value
    if isinstance(data, dict):
        return {key: filled(item, value) for key, item in data.items()}
    return [filled(item, value) for item in data] if isinstance(data, list) else data
