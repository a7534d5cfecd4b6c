"""Regions in which offerings are served (`registry.domain.places`): counts by region, and a table of one provider.

A region that is missing for an offering means "not stated", never "not served": few sources state regions at all.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count

from registry import json_schema as schema
from registry.domain.columns import tags_in
from registry.models import Offering


def _counted(name: str) -> schema.Schema:
    return schema.several(schema.record({name: schema.text(), "offerings": schema.count()}))


COUNTS: Final = schema.record(
    {"regions": _counted("region"), "providers": _counted("provider"), "unstated": schema.count()}
)
MATRIX: Final = schema.record(
    {
        "provider": schema.text(),
        "regions": schema.words(),
        "offerings": schema.several(schema.record({"id": schema.text(), "regions": schema.words()})),
        "unstated": schema.count(),
    }
)


@dataclass(frozen=True, slots=True)
class RegionTable:
    """The offerings of one provider with stated regions, by all regions that occur."""

    provider: str
    regions: tuple[str, ...]
    rows: tuple[tuple[str, frozenset[str]], ...]
    """Id of each offering, in order, and its stated regions."""
    unstated: int
    """Number of the provider's offerings without a stated region."""

    def as_json(self) -> dict[str, Any]:
        return {
            "provider": self.provider,
            "regions": list(self.regions),
            "offerings": [{"id": key, "regions": sorted(regions)} for key, regions in self.rows],
            "unstated": self.unstated,
        }


def counts() -> dict[str, Any]:
    """Offerings by region and by provider, the most first, and how many have none. JSON-ready; two queries.

    The database groups offerings with the same regions, so the cost does not grow with their number.
    """
    by_region, by_provider = Counter[str](), Counter[str]()
    with_regions = Offering.objects.exclude(regions="").order_by().values_list("regions", "provider_id")
    for tags, provider, number in with_regions.annotate(number=Count("pk")):
        by_provider[provider] += number
        by_region.update(dict.fromkeys(tags_in(tags), number))
    return {
        "regions": [{"region": name, "offerings": count} for name, count in _most_first(by_region)],
        "providers": [{"provider": name, "offerings": count} for name, count in _most_first(by_provider)],
        "unstated": Offering.objects.filter(regions="").count(),
    }


def table(provider: str) -> RegionTable:
    """Regions of one provider's offerings. Two queries."""
    offerings = Offering.objects.filter(provider_id=provider)
    with_regions = offerings.exclude(regions="").order_by("key").values_list("key", "regions")
    rows = tuple((key, frozenset(tags_in(tags))) for key, tags in with_regions)
    regions = sorted({region for _, offered_in in rows for region in offered_in})
    return RegionTable(provider, tuple(regions), rows, offerings.filter(regions="").count())


def _most_first(counted: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))
