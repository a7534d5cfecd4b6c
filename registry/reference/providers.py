"""Reference data of the installation: providers with their names and kinds."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

from registry.models import Provider
from registry.models.choices import ProviderKind

PROVIDERS_FILE: Final = Path(__file__).parent.parent / "data" / "providers.csv"


def load_providers() -> int:
    """Adds providers from `providers.csv` that the database lacks; edits by people stay. Returns rows written."""
    stored = Provider.objects.in_bulk()
    listed = read_providers()
    fresh = [row for row in listed if row.slug not in stored]
    # A provider that a sync added has its slug as name, and no kind.
    bare = [
        row for row in listed if row.slug in stored and not stored[row.slug].kind and stored[row.slug].name == row.slug
    ]
    Provider.objects.bulk_create(fresh)
    Provider.objects.bulk_update(bare, ["name", "kind", "homepage"])
    return len(fresh) + len(bare)


def add_provider(slug: str, *, name: str, kind: str = "", homepage: str = "", docs_url: str = "") -> Provider:
    """Adds a provider by hand. Raises ValueError with a sentence when it exists or is invalid."""
    if Provider.objects.filter(slug__iexact=slug).exists():
        raise ValueError(f"Provider {slug} already exists.")
    if not name:
        raise ValueError("Give the name as the provider writes it.")
    if kind and kind not in ProviderKind.values:
        raise ValueError(f"{kind} is no kind of provider; known: {', '.join(ProviderKind.values)}")
    return Provider.objects.create(slug=slug, name=name, kind=kind, homepage=homepage, docs_url=docs_url)


def read_providers() -> list[Provider]:
    """The providers of the file. Raises ValueError naming the line of an unknown kind."""
    rows = []
    with PROVIDERS_FILE.open(newline="", encoding="utf-8") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            if row["kind"] and row["kind"] not in ProviderKind.values:
                raise ValueError(f"{PROVIDERS_FILE.name}:{line}: unknown kind {row['kind']!r}")
            rows.append(Provider(slug=row["slug"], name=row["name"], kind=row["kind"], homepage=row["homepage"]))
    return rows
