"""Updates the rows of the sources to their declarations."""

from __future__ import annotations

from typing import Any

from curation import models as curation
from syncers.kinds.source import Source
from syncers.registry import all_sources


def declaration(declared: type[Source]) -> dict[str, Any]:
    """The columns of a source's row that mirror its declaration."""
    return {
        "label": declared.label,
        "source_type": declared.source_type.value,
        "authority": list(declared.authority),
        "speaks_for": declared.speaks_for,
        "origin": declared.origin,
        "preference": declared.preference,
        "url": declared.url,
        "homepage": declared.homepage,
        "key_variable": declared.key_variable,
        "key_required": declared.key_required,
        "nothing_fetched": declared.nothing_fetched,
        "every_seconds": int(declared.every.total_seconds()),
    }


def ensure_source(declared: type[Source]) -> curation.Source:
    """The source's row, updated to its declaration; settings of curators stay."""
    wanted = declaration(declared)
    row, created = curation.Source.objects.get_or_create(
        slug=declared.slug, defaults={**wanted, "enabled": declared.enabled_at_first}
    )
    if not created and any(getattr(row, name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            setattr(row, name, value)
        row.save(update_fields=list(wanted))
    return row


def ensure_sources() -> None:
    """A row for every source, read or not."""
    for declared in all_sources():
        ensure_source(declared)
