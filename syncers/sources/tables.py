"""Sources without code: each is a table of `simple.toml`, or of `retired.toml` where nothing is fetched any more.

A table has the keys of a `ModelList` and is checked like a class. With `like` it is derived from another source and
states only the differences, such as another host. The files are read in `syncers/registry.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from curation.core.authority import SourceType
from syncers.kinds.declaration import did_you_mean
from syncers.kinds.model_list import ModelList
from syncers.kinds.source import Source
from syncers.sources.table_values import KEYS


class Retired(Source):
    """A provider from which nothing is fetched; only the reason is used."""

    source_type = SourceType.OFFICIAL
    expected = (1, 1_000)


def declare(file: str, slug: str, table: Mapping[str, Any], like: type[Source] | None = None) -> type[Source]:
    """The source of a table. Raises TypeError for invalid values, naming file, source and key."""
    base = like or (Retired if "nothing_fetched" in table else ModelList)
    declared: dict[str, Any] = {"slug": slug, "speaks_for": slug, "table": table, "__module__": __name__}
    for key, value in table.items():
        if key == "like":
            continue
        if key not in KEYS:
            raise TypeError(f"{file}: [{slug}] {key}: no such key{did_you_mean(key, [*KEYS, 'like'])}")
        try:
            declared[key] = KEYS[key](value)
        except ValueError as error:
            raise TypeError(f"{file}: [{slug}] {key}: {error}") from error
    try:
        return type(slug, (base,), declared)
    except TypeError as error:
        raise TypeError(f"{file}: [{slug}] {error}") from error
