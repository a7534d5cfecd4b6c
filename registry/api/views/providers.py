from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Count, QuerySet

from registry.api.listing import Listing, Objects, Rows, chosen, described
from registry.api.problems import NotFound
from registry.catalogue import queries
from registry.catalogue.public_keys import representation
from registry.domain.words import nearest
from registry.models import Provider


@described("providers")
class ProviderViewSet(Listing):
    """Who serves models. Offerings of one are at `/offerings/?provider=`."""

    queryset = Provider.objects.annotate(offerings_count=Count("offerings")).order_by("slug")
    filterset_class = representation.ProviderFilterSet
    id_column = "slug"
    row_shape = detail_shape = representation.PROVIDER

    def depends_on(self) -> str:
        return queries.providers_digest()

    def rows(self, queryset: QuerySet[Any], keys: Collection[str]) -> QuerySet[Any, Any]:
        return queryset.values(*representation.PROVIDER_COLUMNS)

    def as_json(self, rows: Rows, keys: Collection[str]) -> Objects:
        return [chosen(representation.provider(row), keys) for row in rows]

    def missing(self, id: str) -> Exception:
        slugs = Provider.objects.values_list("slug", flat=True)
        near = nearest(id, slugs)
        advice = f"Did you mean {near!r}?" if near else "/api/v1/providers/ lists all of them."
        return NotFound(
            f"There is no provider {id[:400]!r}. {advice}",
            candidates=[{"id": near, "kind": "provider"}] if near else [],
        )
