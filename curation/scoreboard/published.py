"""What is published about offerings, what waits for review, and what other providers of the same models charge."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from curation.core.scoreboard import Listed, is_compared
from curation.models import Change
from registry.database.chunks import chunks
from registry.domain import fields
from registry.domain.fields import Json, Value
from registry.domain.offering_ids import provider_of
from registry.models import Offering


def listed(keys: Collection[str]) -> dict[str, Listed]:
    """Offering → its published values, and those that wait for a person's review."""
    waiting = _waiting(sorted(keys))
    return {key: Listed(values, waiting.get(key, {})) for key, values in values_of(keys).items()}


def _waiting(keys: Sequence[str]) -> dict[str, dict[str, Value]]:
    waiting: dict[str, dict[str, Value]] = defaultdict(dict)
    for chunk in chunks(keys):
        for change in Change.objects.awaiting_review().filter(offering_key__in=chunk):
            waiting[change.offering_key].update(_decoded(change.new_values))
    return waiting


def same_model(keys: Collection[str]) -> dict[str, list[str]]:
    """Offering → the listed offerings of its model at other providers."""
    models: dict[str, str | None] = dict(_rows("key", keys, "key", "model"))
    offered: dict[str, list[str]] = defaultdict(list)
    for key, model in _rows("model", {model for model in models.values() if model}, "key", "model"):
        offered[model].append(key)
    return {
        key: [other for other in sorted(offered[model]) if provider_of(other) != provider_of(key)]
        for key, model in models.items()
        if model
    }


def values_of(keys: Collection[str]) -> dict[str, dict[str, Value]]:
    """Offering → its published values."""
    return {key: _decoded(facts) for key, facts in _rows("key", keys, "key", "facts")}


def _rows(column: str, values: Collection[Any], *columns: str) -> Iterator[Any]:
    """Those columns of the listed offerings whose `column` has one of the values."""
    for chunk in chunks(sorted(values)):
        yield from Offering.objects.filter(missing_since__isnull=True, **{f"{column}__in": chunk}).values_list(*columns)


def _decoded(facts: Mapping[str, Json]) -> dict[str, Value]:
    return {name: fields.field(name).decode(value) for name, value in facts.items() if is_compared(name)}
