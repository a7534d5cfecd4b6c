"""Rows beside the offerings of a publication: providers, models, benchmarks and aliases."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from registry.domain import fields
from registry.domain.changeset import OfferingChange
from registry.domain.offering_ids import OfferingId, provider_of
from registry.identity.affixes import parse
from registry.identity.normalise import canonical_name
from registry.models import Alias, Benchmark, Model, Provider


def ensure_providers(keys: Iterable[str]) -> int:
    """Makes the providers of offerings that are not there yet. Returns how many."""
    wanted = set(map(provider_of, keys))
    fresh = wanted - set(Provider.objects.filter(slug__in=wanted).values_list("slug", flat=True))
    Provider.objects.bulk_create([Provider(slug=slug, name=slug) for slug in sorted(fresh)])
    return len(fresh)


def ensure_models(changes: Collection[OfferingChange], at: datetime) -> int:
    """Creates models that are linked for the first time, spelt as in the offering's own id."""
    spelt: dict[str, str] = {}
    for change in changes:
        for field_change in change.changes:
            if field_change.field == "model" and field_change.new:
                author, _, name = field_change.new.partition("/")
                tail = parse(*OfferingId.of(change.key)).base.rpartition("/")[2]
                spelling = f"{author}/{tail}"
                same = canonical_name(tail) == name
                spelt[field_change.new] = min(
                    filter(None, (spelt.get(field_change.new), spelling if same else field_change.new)), key=_plainness
                )
    existing = set(Model.objects.filter(key__in=spelt).values_list("key", flat=True))
    fresh = [key for key in spelt if key not in existing]
    used_slugs = set(Model.objects.filter(slug__in=[spelt[key] for key in fresh]).values_list("slug", flat=True))
    Model.objects.bulk_create(
        Model(
            key=key,
            slug=key if spelt[key] in used_slugs else spelt[key],
            author=key.partition("/")[0],
            created_at=at,
        )
        for key in fresh
    )
    return len(fresh)


def _plainness(spelling: str) -> tuple[bool, int, str]:
    """Sorts spellings: without service suffixes first, then with dots in version numbers, then short."""
    return (":" in spelling or "@" in spelling, -spelling.count("."), spelling)


def write_benchmarks(changes: Sequence[OfferingChange], ids: Mapping[str, int]) -> int:
    """Writes the benchmark scores of offerings that moved. Returns how many."""
    rows = 0
    for change in changes:
        for field_change in change.changes:
            if not field_change.field.startswith(fields.BENCHMARK_PREFIX):
                continue
            name = field_change.field.removeprefix(fields.BENCHMARK_PREFIX)
            Benchmark.objects.filter(offering_id=ids[change.key], name=name).delete()
            if field_change.new is not None and not field_change.gone:
                Benchmark.objects.create(
                    offering_id=ids[change.key],
                    name=name,
                    score=fields.field(field_change.field).decode(field_change.new),
                    source=field_change.provenance.source,
                    measured_on=field_change.provenance.since_day,
                )
            rows += 1
    return rows


def write_aliases(changes: Sequence[OfferingChange], ids: Mapping[str, int]) -> int:
    """Replaces the aliases of offerings by those of their changes. Returns how many rows were written."""
    wanted = {
        (ids[change.key], name): source
        for change in changes
        if change.aliases is not None
        for name, source in change.aliases.items()
    }
    listed = {ids[change.key] for change in changes if change.aliases is not None}
    have = {(a.offering_id, a.name): a for a in Alias.objects.filter(offering_id__in=listed)}
    gone = [alias.pk for key, alias in have.items() if wanted.get(key) != alias.source]
    if gone:
        Alias.objects.filter(pk__in=gone).delete()
    fresh = [
        Alias(offering_id=pk, name=name, source=source)
        for (pk, name), source in wanted.items()
        if (pk, name) not in have or have[pk, name].source != source
    ]
    Alias.objects.bulk_create(fresh, batch_size=2000)
    return len(gone) + len(fresh)
