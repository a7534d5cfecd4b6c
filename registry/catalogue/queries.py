"""Reads what is published, now or at any time before, and gives it as public JSON.

Current and past lists are the same rows, filters and order: a revision and a day choose among the versions of each
offering. Only the columns are read that the asked-for keys need.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import orjson
from django.db.models import Count, F, IntegerField, QuerySet, TextField, Value
from django.db.models.functions import Cast

from registry.catalogue import stretches
from registry.catalogue.public_keys import offering_keys, representation
from registry.domain import accounts, spans
from registry.domain.fields import Json
from registry.models import Model, OfferingVersion, Provider, Revision

Row = Mapping[str, Any]

_NOW: Final[Mapping[str, Any]] = {
    "facts": Cast("content__facts", TextField()),
    "provenance": Cast("offering__provenance", TextField()),
    "disputed_fields": F("offering__disputed_fields"),
}
_THEN: Final[Mapping[str, Any]] = {
    **_NOW,
    "provenance": Cast("content__account", TextField()),
    "disputed_fields": Value(None, IntegerField()),
}
"""Disagreement of the past is not stored."""
_PROVIDER_ITSELF: Final = tuple(name for name in representation.PROVIDER_COLUMNS if name != "offerings_count")


@dataclass(frozen=True, slots=True)
class Stamp:
    """A revision as caches identify it. The batch tells apart two databases with the same revision numbers."""

    number: int
    batch: UUID
    at: datetime
    serial: int = 0
    """Counts changes that make no revision: those of provenance alone."""


def latest() -> Stamp | None:
    """The newest revision, or None when nothing was published yet. One small query."""
    newest = Revision.objects.order_by("-number")
    row = newest.values_list("number", "batch", "created_at", "shown_at", "serial").first()
    if not row or not row[0]:
        return None
    number, batch, created_at, shown_at, serial = row
    return Stamp(number, batch, shown_at or created_at, serial)


def offerings(on: date, revision: int | None = None) -> QuerySet[OfferingVersion]:
    """The offerings of a revision (None: the newest) with the prices of a day, in order of id."""
    day = stretches.day_in_range(on)
    rows = OfferingVersion.objects.filter(day_from__lte=day, day_to__gt=day).order_by("key")
    if revision is None:
        return rows.filter(revision_to=spans.OPEN)
    return rows.filter(revision_from__lte=revision, revision_to__gt=revision)


def offering_rows(
    chosen: QuerySet[OfferingVersion], keys: Collection[str], *, past: bool = False
) -> QuerySet[OfferingVersion, dict[str, Any]]:
    """The rows from which `offerings_json` makes those keys. Lazy, so that it can be paged."""
    names = representation.columns(keys)
    elsewhere = {name: column for name, column in (_THEN if past else _NOW).items() if name in names}
    rows: QuerySet[OfferingVersion, dict[str, Any]] = chosen.annotate(**elsewhere).values(*names)
    return rows


def offerings_json(
    rows: Iterable[Row], keys: Collection[str], on: date, *, past: bool = False
) -> list[dict[str, Json]]:
    """The public JSON of rows."""
    return [representation.offering_summary(_then(row) if past else row, on, keys) for row in rows]


def full_offerings_json(
    chosen: QuerySet[OfferingVersion], on: date, *, past: bool = False
) -> Iterator[dict[str, Json]]:
    """The chosen offerings in full, one after the other. One query."""
    rows = offering_rows(chosen, offering_keys.DETAIL, past=past)
    for row in rows.iterator(chunk_size=500):
        yield representation.offering_detail(_then(row) if past else row, on)


def _then(row: Row) -> Row:
    """A row of the past, with the account as provenance."""
    if "provenance" not in row:
        return row
    return {**row, "provenance": accounts.provenance(orjson.loads(row["provenance"]))}


def models_json() -> list[dict[str, Json]]:
    """Every model with the number of its offerings, in order of id."""
    models = Model.objects.annotate(offerings_count=Count("offerings")).order_by("slug")
    return [representation.model(row) for row in models.values(*representation.MODEL_COLUMNS)]


def providers_json() -> list[dict[str, Json]]:
    """Every provider with the number of its offerings, in order of id."""
    providers = Provider.objects.annotate(offerings_count=Count("offerings")).order_by("slug")
    return [representation.provider(row) for row in providers.values(*representation.PROVIDER_COLUMNS)]


def providers_digest() -> str:
    """Changes when a provider does. People edit providers, which makes no revision. One query over few rows."""
    rows = Provider.objects.order_by("slug").values_list(*_PROVIDER_ITSELF)
    return sha256(repr(list(rows)).encode()).hexdigest()
