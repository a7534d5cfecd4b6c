"""An offering while it is being turned into public JSON, and the keys made of its facts and provenance. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from registry.domain import fields
from registry.domain.columns import names_in
from registry.domain.fields import Json
from registry.domain.provenance import of_fields

CAPABILITIES: Final = {field.name: field.name.removeprefix("supports_") for field in fields.CAPABILITIES}
"""Field → its name among the capabilities."""


class Subject:
    """One offering while it is being turned into JSON: its row, the day, and its facts once they were needed."""

    __slots__ = ("_facts", "on", "row")

    def __init__(self, row: Mapping[str, Any], on: str) -> None:
        self.row = row
        self.on = on
        self._facts: Mapping[str, Json] | None = None

    @property
    def facts(self) -> Mapping[str, Json]:
        if self._facts is None:
            self._facts = _mapping(self.row["facts"])
        return self._facts

    @property
    def provenance(self) -> Mapping[str, Any]:
        return _mapping(self.row["provenance"])

    def __getitem__(self, column: str) -> Any:
        return self.row[column]


def fact(name: str, subject: Subject) -> Json:
    return subject.facts.get(name)


def capabilities(subject: Subject) -> Json:
    facts = subject.facts
    return {word: facts.get(name) for name, word in CAPABILITIES.items()}


def aliases(subject: Subject) -> Json:
    names = subject["names"]
    return None if names is None else names_in(names)


def pinned(subject: Subject) -> Json:
    if not subject["pinned_fields"]:
        return None if subject["pinned_fields"] is None else []
    return sorted(name for name, account in of_fields(subject.provenance).items() if account.is_pinned)


def disputed(subject: Subject) -> Json:
    if not subject["disputed_fields"]:
        return None if subject["disputed_fields"] is None else []
    return sorted(name for name, account in of_fields(subject.provenance).items() if account.is_disputed)


def benchmarks(subject: Subject) -> Json:
    prefix = fields.BENCHMARK_PREFIX
    return {name.removeprefix(prefix): subject.facts[name] for name in sorted(subject.facts) if name.startswith(prefix)}


def _mapping(data: Any) -> Mapping[str, Any]:
    """JSON of the database, which is read as text because orjson is several times faster at it."""
    read: Mapping[str, Any] = orjson.loads(data) if isinstance(data, str | bytes) else data
    return read
