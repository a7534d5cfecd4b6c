"""An offering in words, value by value with its source: what `manage.py lookup` and the start page show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from registry import display
from registry.catalogue.cache import Entry
from registry.domain.provenance import Provenance


@dataclass(frozen=True, slots=True)
class ExplainedValue:
    """One published value as people read it."""

    field: str
    label: str
    text: str
    source: str
    quality: str
    since: str
    reason: str


def explain(entry: Entry) -> Iterator[ExplainedValue]:
    """All published values of an offering, prices first. What is not among them is unknown."""
    for name in sorted(entry.facts, key=display.position):
        if name == "model":
            continue
        account = Provenance(entry.provenance.get(name, {}))
        yield ExplainedValue(
            name,
            display.label(name, entry.facts),
            display.text(name, entry.facts[name]),
            account.source,
            account.quality,
            account.since or "",
            account.reason,
        )
