"""The public JSON of the catalogue: what an offering, a model and a provider look like to everybody outside.

Pure: a row of the database (see `registry.catalogue.queries`) and a day in, plain JSON out. The values come from
`facts`, so they are exact. What nobody stated is null, free is "0", and a number with digits after the point is text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Q

from registry import json_schema as schema
from registry.catalogue.filters.families import counts, times, words, yes_no
from registry.catalogue.filters.kinds import Contains, Search
from registry.catalogue.public_keys import keys, offering_keys
from registry.catalogue.public_keys.keys import Key, Keys, described, filterset, of_column, of_moment, sorted_by
from registry.catalogue.public_keys.subjects import Subject
from registry.domain import rates
from registry.domain.fields import Json
from registry.domain.lifecycle import NEW_DAYS
from registry.models.choices import PROVIDER_KIND, ProviderKind


def offering_summary(row: Mapping[str, Any], on: date, names: Collection[str] = ()) -> dict[str, Json]:
    """An offering as lists show it, or only the chosen keys of it, which may also be those of the detail."""
    return _offering(row, on, names or offering_keys.SUMMARY)


def offering_detail(row: Mapping[str, Any], on: date) -> dict[str, Json]:
    """An offering with all its rates, benchmarks and the provenance of every value."""
    return _offering(row, on, offering_keys.DETAIL)


def columns(names: Iterable[str]) -> tuple[str, ...]:
    """The columns that have to be read for these keys of an offering."""
    return keys.columns(offering_keys.KEYS[name] for name in names)


def model(row: Mapping[str, Any]) -> dict[str, Json]:
    return _object(MODEL_KEYS, row)


def provider(row: Mapping[str, Any]) -> dict[str, Json]:
    return _object(PROVIDER_KEYS, row)


def benchmark(row: Mapping[str, Any]) -> dict[str, Json]:
    """One score of a model, as its source states it."""
    return _object(_SCORE_KEYS, row)


def changes_on(offering: Mapping[str, Any], on: date) -> date | None:
    """The first day after `on` on which the detail of an offering changes without a publication.

    None when there is none. Prices start and end by their dates, a stage of life begins, days until an end are counted.
    """
    texts = [rate[end] for rate in offering["rates"] for end in ("valid_from", "valid_to")]
    texts += [offering["released_on"], offering["deprecated_on"]]
    days = [date.fromisoformat(day) for day in texts if day]
    if offering["released_on"]:
        days.append(date.fromisoformat(offering["released_on"]) + timedelta(days=NEW_DAYS))
    if offering["lifecycle"]["days_left"]:
        days.append(on + timedelta(days=1))
    return min((day for day in days if day > on), default=None)


def _offering(row: Mapping[str, Any], on: date, names: Iterable[str]) -> dict[str, Json]:
    subject = Subject(row, on.isoformat())
    declared = offering_keys.KEYS
    return {name: declared[name].make(subject) for name in names}


def _object(declared: Keys, row: Mapping[str, Any]) -> dict[str, Json]:
    return {name: key.make(row) for name, key in declared.items()}


def _of_offerings(says: str) -> Key:
    return Key(
        schema.whole(says),
        ("offerings_count",),
        lambda row: row["offerings_count"],
        counts("offerings", "offerings_count", "Number of offerings"),
        sorted_by("offerings_count", "offerings"),
    )


MODEL_KEYS: Final[Keys] = {
    "id": of_column(
        schema.text("`author/name`."),
        "slug",
        {**words("id", "slug", "Model"), "id__ic": Contains("slug", "Text in the id.")},
        sorted_by("slug", "id"),
    ),
    "author": of_column(
        schema.text("Who made it."),
        "author",
        words("author", "author", "Author", vocabulary="authors"),
        sorted_by("author"),
    ),
    "name": of_column(schema.text("Name.", null=True), "name", order=sorted_by("name", blank=True)),
    "offerings": _of_offerings("How many serve it."),
    "created": of_moment(
        "First published.", "created_at", times("created", "created_at", "First published"), order="created"
    ),
}
MODEL: Final = described("Model", "The thing itself, whoever serves it.", MODEL_KEYS)
MODEL_COLUMNS: Final = ("key", *keys.columns(MODEL_KEYS.values()))
ModelFilterSet: Final = filterset("ModelFilterSet", MODEL_KEYS, Search("slug", "name"), may_be_unsure=False)

PROVIDER_KEYS: Final[Keys] = {
    "id": of_column(
        schema.text("Slug, the first part of every offering's id."),
        "slug",
        words("id", "slug", "Provider"),
        sorted_by("slug", "id"),
    ),
    "name": of_column(schema.text("As the provider writes it."), "name", order=sorted_by("name")),
    "kind": of_column(
        schema.one(PROVIDER_KIND, "Kind.", null=True),
        "kind",
        words("kind", "kind", "Kind", allowed=ProviderKind.values, blank=True),
        sorted_by("kind", blank=True),
    ),
    "homepage": of_column(schema.text("Home page.", null=True), "homepage"),
    "docs_url": of_column(schema.text("Documentation.", null=True), "docs_url"),
    "ended_on": Key(
        schema.day("When the service ended.", null=True),
        ("ended_on",),
        lambda row: row["ended_on"].isoformat() if row["ended_on"] else None,
        yes_no("ended", "No longer in service.", Q(ended_on__isnull=False)),
    ),
    "successor": of_column(schema.text("Slug of the provider that took over.", null=True), "successor_id"),
    "note": of_column(schema.text("Note.", null=True), "note"),
    "offerings": _of_offerings("How many it serves."),
}
PROVIDER: Final = described("Provider", "Who serves models.", PROVIDER_KEYS)
PROVIDER_COLUMNS: Final = keys.columns(PROVIDER_KEYS.values())
ProviderFilterSet: Final = filterset("ProviderFilterSet", PROVIDER_KEYS, Search("slug", "name"))

_SCORE_KEYS: Final[Keys] = {
    "name": of_column(schema.text("Benchmark."), "name"),
    "variant": of_column(schema.text("Effort, budget or harness that it holds for.", null=True), "variant"),
    "score": Key(schema.amount("Score."), ("score",), lambda row: f"{rates.plain(row['score']):f}"),
    "scale": of_column(
        schema.text("What the score counts: `percent`, `share` (0 to 1), `rating`.", null=True), "scale"
    ),
    "source": of_column(schema.text("Who states it."), "source"),
    "named": of_column(schema.text("The model as its source calls it.", null=True), "named"),
    "measured_on": Key(
        schema.day("When it was measured.", null=True),
        ("measured_on",),
        lambda row: row["measured_on"].isoformat() if row["measured_on"] else None,
    ),
    "evidence": of_column(schema.text("Link.", null=True), "evidence"),
}
SCORE: Final = schema.shape(
    "Score",
    "One score of a model, as one source states it.",
    {name: key.schema for name, key in _SCORE_KEYS.items()},
)
