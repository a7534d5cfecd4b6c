"""The published catalogue in memory: one immutable object per revision, shared by everything in the process.

A lookup is a dictionary access; checking for a newer revision is one small query.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from registry.catalogue import queries
from registry.catalogue.as_of import AsOf
from registry.catalogue.per_revision import PerRevision
from registry.catalogue.snapshot import snapshot
from registry.domain import accounts, columns
from registry.identity.lookup import Finder, LookupResult
from registry.models import Alias, Model, Offering, OfferingVersion


@dataclass(frozen=True, slots=True)
class Entry:
    """One published offering. `facts` and `provenance` are as stored: canonical JSON by field."""

    key: str
    provider: str
    native_id: str
    model: str | None
    model_slug: str | None
    facts: Mapping[str, Any]
    provenance: Mapping[str, Mapping[str, Any]]
    aliases: tuple[str, ...]
    alias_sources: Mapping[str, str] = field(default_factory=dict)
    """Other name → the source that states it."""
    is_listed: bool = True
    """Whether some source still lists it."""


class Catalogue:
    """All offerings of one revision."""

    def __init__(self, revision: int, entries: Mapping[str, Entry], models: Mapping[str, str]) -> None:
        self.revision = revision
        self.entries = entries
        self.models = models
        """Key of each model → its id as shown."""

    @cached_property
    def finder(self) -> Finder:
        return Finder(self.entries.values(), self.models)

    def lookup(self, text: str, *, suggest: bool = True) -> LookupResult:
        """What an id means; see `registry.identity.lookup`."""
        return self.finder.find(text, suggest=suggest)


_held = PerRevision[Catalogue]()


def current() -> Catalogue:
    """The catalogue of the newest revision, from memory when it has not moved."""
    return _held.get(queries.latest(), _newest)


def _newest() -> Catalogue:
    with snapshot():  # somebody may publish while it is read
        stamp = queries.latest()
        return load(stamp.number if stamp else 0)


def load(revision: int) -> Catalogue:
    """Reads the catalogue from the database, in three queries."""
    slugs = dict(Model.objects.values_list("key", "slug"))
    aliases: dict[int, dict[str, str]] = defaultdict(dict)
    for offering_id, name, source in Alias.objects.order_by("name").values_list("offering_id", "name", "source"):
        aliases[offering_id][name] = source
    rows = Offering.objects.order_by("key").values_list(
        "id", "key", "provider_id", "native_id", "model_id", "facts", "provenance", "missing_since"
    )
    entries = {
        key: Entry(
            key, provider, native, model, slugs.get(model), facts, provenance, tuple(names), names, missing is None
        )
        for pk, key, provider, native, model, facts, provenance, missing in rows.iterator(chunk_size=2000)
        for names in (aliases.get(pk, {}),)
    }
    return Catalogue(revision, entries, slugs)


def at(as_of: AsOf, chosen: QuerySet[OfferingVersion] | None = None) -> Catalogue:
    """The catalogue of a past state, or chosen rows of it, in two queries. Who stated other names then is not known."""
    slugs = dict(Model.objects.values_list("key", "slug"))
    versions = queries.offerings(as_of.on, as_of.revision) if chosen is None else chosen
    rows = versions.values_list(
        "key", "provider_id", "native_id", "model_id", "content__facts", "content__account", "names", "missing_since"
    )
    entries = {
        key: Entry(
            key,
            provider,
            native,
            model,
            slugs.get(model),
            facts,
            accounts.provenance(account),
            tuple(columns.names_in(names or "")),
            is_listed=missing is None,
        )
        for key, provider, native, model, facts, account, names, missing in rows.iterator(chunk_size=2000)
    }
    return Catalogue(as_of.revision, entries, slugs)
