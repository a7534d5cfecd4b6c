"""Sources that need no code: a table of `simple.toml` each, or of `retired.toml` where nothing is fetched any more.

A table has the keys of a `ModelList` and is checked as a class is. With `like` it is another source once more, at
another host: only what differs is stated.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

from curation.core.authority import Standing
from syncers.kinds.declaration import did_you_mean
from syncers.kinds.source import Source
from syncers.sources.table_values import KEYS

Table = Mapping[str, Any]
SIMPLE: Final = "simple.toml"
RETIRED: Final = "retired.toml"
LIKE: Final = "like"


class Retired(Source):
    """A provider of which nothing is fetched; only the reason is looked at."""

    standing = Standing.OFFICIAL
    expected = (1, 1_000)


@cache
def tables(file: str) -> Mapping[str, Table]:
    """The tables of a file by slug, in its order. Raises TypeError for what is not TOML, or no table."""
    try:
        found = tomllib.loads((resources.files(__package__) / file).read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise TypeError(f"{file}: {error}") from error
    for slug, table in found.items():
        if not isinstance(table, dict):
            raise TypeError(f"{file}: `{slug}` stands above the first [source]")
    return found


def declare(file: str, slug: str, table: Table, base: type[Source]) -> type[Source]:
    """The source of a table. Raises TypeError for what cannot be meant, naming file, source and key."""
    declared: dict[str, Any] = {"slug": slug, "speaks_for": slug, "table": table, "__module__": __name__}
    for key, value in table.items():
        if key == LIKE:
            continue
        if key not in KEYS:
            raise TypeError(f"{file}: [{slug}] {key}: no such key{did_you_mean(key, [*KEYS, LIKE])}")
        try:
            declared[key] = KEYS[key](value)
        except ValueError as error:
            raise TypeError(f"{file}: [{slug}] {key}: {error}") from error
    try:
        return type(slug, (base,), declared)
    except TypeError as error:
        raise TypeError(f"{file}: [{slug}] {error}") from error
