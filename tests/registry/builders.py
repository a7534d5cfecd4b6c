"""Builders of published things: each makes something complete and dull, and the test names what matters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from registry.catalogue import versions
from registry.domain import columns as projection
from registry.identity.normalise import model_key
from registry.models import Alias, Benchmark, Model, Offering, Provider, Revision

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def make_revision(number: int = 1, at: datetime = NOON) -> Revision:
    return Revision.objects.create(number=number, serial=number, created_at=at, actor="sync:openrouter", batch=uuid4())


def make_provider(slug: str, **columns: Any) -> Provider:
    return Provider.objects.get_or_create(slug=slug, defaults={"name": slug.title(), **columns})[0]


def make_model(slug: str, **columns: Any) -> Model:
    author, _, name = slug.partition("/")
    key = model_key(author, name)
    values = {"slug": slug, "author": author, "created_at": NOON, **columns}
    return Model.objects.get_or_create(key=key, defaults=values)[0]


def origin(source: str = "openrouter", **rest: Any) -> dict[str, Any]:
    """Provenance of one value."""
    return {
        "source": source,
        "quality": "partial",
        "reason": "only source",
        "since": "2026-11-01",
        "policy": "",
        "agree": [],
        "disagree": [],
        **rest,
    }


def make_offering(
    key: str,
    facts: Mapping[str, Any] | None = None,
    *,
    model: str = "",
    provenance: Mapping[str, Mapping[str, Any]] | None = None,
    aliases: Iterable[str] = (),
    **columns: Any,
) -> Offering:
    """An offering with these facts; its typed columns follow from them unless they are given."""
    provider, _, native_id = key.partition("/")
    make_provider(provider)
    facts = dict(facts or {})
    origins = {name: origin() for name in facts} | {
        name: dict(given_origin) for name, given_origin in (provenance or {}).items()
    }
    values = {
        "native_id": native_id,
        "provider_id": provider,
        "model": make_model(model) if model else None,
        "created_at": NOON,
        "updated_at": NOON,
        "revision": 1,
        "serial": columns.get("revision", 1),
        **projection.columns(facts, origins, NOON.date()),
        **columns,
    }
    offering = Offering.objects.create(key=key, facts=facts, provenance=origins, **values)
    aliases = list(aliases)
    Alias.objects.bulk_create(Alias(name=name, offering=offering, source="openrouter") for name in aliases)
    versions.write([versions.WrittenOffering(offering, facts, aliases)], offering.revision)
    return offering


def make_score(model: Model, name: str, score: str) -> Benchmark:
    return Benchmark.objects.create(model=model, name=name, score=score, source="curated")


def priced(amount: str, **rest: str) -> list[dict[str, str]]:
    """A price line of one point, as facts hold it."""
    return [{"amount": amount, "currency": "USD", **rest}]


def price_state(state: str) -> list[dict[str, str]]:
    return [{"state": state, "currency": "USD"}]
