"""The words that occur in the published catalogue, so that a misspelt provider is an error and not an empty list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from registry.catalogue.per_revision import PerRevision
from registry.catalogue.queries import Stamp
from registry.domain import rates
from registry.models import LedgerEntry, Model, Offering, Provider


def _tiered() -> Iterable[str]:
    """Prices at a service tier that were ever published: a cost of an earlier revision can be asked for ever."""
    prices = LedgerEntry.objects.filter(field__startswith=rates.PREFIX, field__contains="tier=")
    return prices.order_by().values_list("field", flat=True).distinct()


def _tier(name: str) -> str:
    return rates.parse_key(name).tier


_SOURCES: Final[Mapping[str, Callable[[], frozenset[str]]]] = {
    "providers": lambda: frozenset(Provider.objects.values_list("slug", flat=True)),
    "models": lambda: frozenset(Model.objects.values_list("slug", flat=True)),
    "authors": lambda: frozenset(Model.objects.order_by().values_list("author", flat=True).distinct()),
    "sources": lambda: frozenset(Offering.objects.order_by().values_list("source", flat=True).distinct()),
    "tiers": lambda: frozenset(map(_tier, _tiered())),
}
_held = PerRevision[frozenset[str]]()


def words(kind: str, stamp: Stamp | None, *, afresh: bool = False) -> frozenset[str]:
    """All words of a kind; empty when nothing is published. One query per kind and revision, and with `afresh`."""
    if stamp is None:
        return frozenset()
    if afresh:
        _held.put(stamp, _SOURCES[kind](), kind)
    return _held.get(stamp, _SOURCES[kind], kind)
