"""Reads what is published, in as few columns and queries as the asked-for keys need, and gives it as public JSON."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, QuerySet, TextField
from django.db.models.functions import Cast

from registry import representation
from registry.fields import Json
from registry.models import Alias, Model, Offering, Provider, Revision

Row = Mapping[str, Any]

_JSON_COLUMNS: Final = ("facts", "provenance")
MODEL_COLUMNS: Final = ("key", "slug", "author", "name", "created_at", "offerings_count")
PROVIDER_COLUMNS: Final = (
    "slug", "name", "kind", "homepage", "docs_url", "ended_on", "successor_id", "note",
    "offerings_count",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stamp:
    """A revision as caches know it. The batch tells two databases apart that happen to count alike."""

    number: int
    batch: UUID
    at: datetime


def latest() -> Stamp | None:
    """The newest revision, or None when nothing was published yet. One small query."""
    newest = Revision.objects.order_by("-number").values_list("number", "batch", "created_at")
    row = newest.first()
    return Stamp(*row) if row and row[0] else None


def offering_rows(offerings: QuerySet[Offering], keys: Collection[str]) -> QuerySet[Offering, dict[str, Any]]:
    """The rows from which `offerings_json` makes those keys. Lazy, so that it can be paged."""
    names = representation.columns(keys)
    raw = {name: Cast(name, TextField()) for name in _JSON_COLUMNS if name in names}
    plain = [name for name in names if name not in raw]
    # An annotation may not be called like its column, hence the detour over `raw_…`.
    annotated = offerings.annotate(**{f"raw_{name}": text for name, text in raw.items()})
    rows: QuerySet[Offering, dict[str, Any]] = annotated.values(*plain, *(f"raw_{name}" for name in raw))
    return rows


def offerings_json(rows: Iterable[Row], keys: Collection[str], on: date) -> list[dict[str, Json]]:
    """The public JSON of rows; one more query when aliases are among the keys."""
    found = list(rows)
    aliases = _aliases([row["id"] for row in found]) if "aliases" in keys else {}
    return [representation.offering_summary(_named(row), on, aliases.get(row.get("id", 0), ()), keys) for row in found]


def full_offerings_json(offerings: QuerySet[Offering], on: date) -> Iterator[dict[str, Json]]:
    """The chosen offerings in full, in no order. Two queries."""
    rows = list(offering_rows(offerings.order_by(), representation.DETAIL))
    aliases = _aliases([row["id"] for row in rows])
    for row in rows:
        yield representation.offering_detail(_named(row), on, aliases.get(row["id"], ()))


def models_json() -> list[dict[str, Json]]:
    """Every model with the number of its offerings, in order of id."""
    models = Model.objects.annotate(offerings_count=Count("offerings")).order_by("slug")
    return [representation.model(row) for row in models.values(*MODEL_COLUMNS)]


def providers_json() -> list[dict[str, Json]]:
    """Every provider with the number of its offerings, in order of id."""
    providers = Provider.objects.annotate(offerings_count=Count("offerings")).order_by("slug")
    return [representation.provider(row) for row in providers.values(*PROVIDER_COLUMNS)]


def providers_digest() -> str:
    """Changes when a provider does. People edit providers, which makes no revision. One query over few rows."""
    rows = Provider.objects.order_by("slug").values_list(*PROVIDER_COLUMNS[:-1])
    return sha256(repr(list(rows)).encode()).hexdigest()


def _named(row: Row) -> dict[str, Any]:
    return {name.removeprefix("raw_"): value for name, value in row.items()}


def _aliases(ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """Names by offering."""
    wanted = Alias.objects.order_by("name").filter(offering_id__in=ids)
    named: dict[int, list[str]] = defaultdict(list)
    for offering_id, name in wanted.values_list("offering_id", "name"):
        named[offering_id].append(name)
    return named
