"""Where offerings are served, as their sources state it: how many in each region, and a matrix of a provider's.

A region that is not listed for an offering is not stated, never "not served": few sources say where they serve at all.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count

from registry import json_schema as schema
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
class Matrix:
    """The offerings of one provider for which regions are stated, over all regions that occur."""

    provider: str
    regions: tuple[str, ...]
    rows: tuple[tuple[str, frozenset[str]], ...]
    """Id of each offering, in order, and the regions stated for it."""
    unstated: int
    """Offerings of the provider for which nobody states a region."""

    def as_json(self) -> dict[str, Any]:
        return {
            "provider": self.provider,
            "regions": list(self.regions),
            "offerings": [{"id": key, "regions": sorted(stated)} for key, stated in self.rows],
            "unstated": self.unstated,
        }


def counts() -> dict[str, Any]:
    """Offerings by region and by provider, the most first, and how many state none. JSON-ready; two queries.

    Offerings with the same regions are counted in the database, so that it costs the same for any number of them.
    """
    by_region, by_provider = Counter[str](), Counter[str]()
    stated = Offering.objects.exclude(regions="").order_by().values_list("regions", "provider_id")
    for tags, provider, number in stated.annotate(number=Count("pk")):
        by_provider[provider] += number
        by_region.update(dict.fromkeys(split(tags), number))
    return {
        "regions": [{"region": name, "offerings": count} for name, count in _most_first(by_region)],
        "providers": [{"provider": name, "offerings": count} for name, count in _most_first(by_provider)],
        "unstated": Offering.objects.filter(regions="").count(),
    }


def matrix(provider: str) -> Matrix:
    """Regions of one provider's offerings. Two queries."""
    offerings = Offering.objects.filter(provider_id=provider)
    stated = offerings.exclude(regions="").order_by("key").values_list("key", "regions")
    rows = tuple((key, frozenset(split(tags))) for key, tags in stated)
    regions = sorted({region for _, found in rows for region in found})
    return Matrix(provider, tuple(regions), rows, offerings.filter(regions="").count())


def split(tags: str) -> list[str]:
    """The words of a column that holds them as `|eu-west-1|us-east-1|`."""
    return tags.strip("|").split("|") if tags else []


def _most_first(counted: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda one: (-one[1], one[0]))
