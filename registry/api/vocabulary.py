"""The words that occur in the published catalogue, so that a misspelt provider is an error and not an empty list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from registry.models import Model, Offering, Provider
from registry.published import Stamp

_SOURCES: Final[Mapping[str, Callable[[], frozenset[str]]]] = {
    "providers": lambda: frozenset(Provider.objects.values_list("slug", flat=True)),
    "models": lambda: frozenset(Model.objects.values_list("slug", flat=True)),
    "authors": lambda: frozenset(Model.objects.order_by().values_list("author", flat=True).distinct()),
    "sources": lambda: frozenset(Offering.objects.order_by().values_list("source", flat=True).distinct()),
}
_held: dict[str, tuple[Stamp, frozenset[str]]] = {}


def words(kind: str, stamp: Stamp | None, *, afresh: bool = False) -> frozenset[str]:
    """All words of a kind; empty when nothing is published. One query per kind and revision, or when asked afresh."""
    if stamp is None:
        return frozenset()
    held = _held.get(kind)
    if held is None or held[0] != stamp or afresh:
        held = _held[kind] = (stamp, _SOURCES[kind]())
    return held[1]


def forget() -> None:
    """Drops what this process holds, as tests need between databases."""
    _held.clear()
