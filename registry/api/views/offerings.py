from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from registry import published, representation
from registry.api import schema, shapes
from registry.api.filtersets import OfferingFilters
from registry.api.views.base import Listing, Objects, Rows
from registry.models import Offering


@schema.listing("offerings", shapes.Offering, shapes.OfferingDetail)
class OfferingViewSet(Listing):
    """Models as providers serve them: the unit that is priced and called."""

    queryset = Offering.objects.order_by("key")
    filterset_class = OfferingFilters
    id_column = "key"
    list_keys = representation.SUMMARY
    detail_keys = representation.DETAIL
    optional_keys = representation.DETAIL[len(representation.SUMMARY) :]

    def rows(self, queryset: QuerySet[Any], keys: Collection[str]) -> QuerySet[Any, Any]:
        return published.offering_rows(queryset, keys)

    def as_json(self, rows: Rows, keys: Collection[str]) -> Objects:
        return published.offerings_json(rows, keys, self.today)
