from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Count, QuerySet

from registry import computed, history, past, published, representation
from registry.api import schema, shapes
from registry.api.filtersets import ModelFilters
from registry.api.missing import not_found, not_yet
from registry.api.views.base import Listing, Objects, Rows, chosen
from registry.fields import Json
from registry.models import Alias, Benchmark, Model, Offering
from registry.moments import Moment
from registry.published import Row


@schema.listing("models", shapes.Model, shapes.ModelDetail)
class ModelViewSet(Listing):
    """Models whoever serves them, and in the detail everybody who does, with prices."""

    queryset = Model.objects.annotate(offerings_count=Count("offerings")).order_by("slug")
    filterset_class = ModelFilters
    id_column = "slug"
    list_keys = shapes.keys(shapes.Model)
    detail_keys = shapes.keys(shapes.ModelDetail)
    past_actions = frozenset({"retrieve"})

    def rows(self, queryset: QuerySet[Any], keys: Collection[str]) -> QuerySet[Any, Any]:
        return queryset.values(*published.MODEL_COLUMNS)

    def as_json(self, rows: Rows, keys: Collection[str]) -> Objects:
        return [chosen(representation.model(row), keys) for row in rows]

    def one_as_json(self, row: Row, keys: Collection[str]) -> dict[str, Json]:
        if self.moment:
            return chosen(self._past(self.moment, row), keys)
        data = representation.model(row)
        if "served_by" in keys:
            offerings = Offering.objects.filter(model=row["key"]).order_by("key")
            rows = published.offering_rows(offerings, representation.BRIEF)
            data["served_by"] = published.offerings_json(rows, representation.BRIEF, self.today)
        if "ids" in keys:
            data["ids"] = _ids(row["key"])
        if "benchmarks" in keys:
            scores = Benchmark.objects.filter(model=row["key"]).order_by("name", "source", "variant")
            data["benchmarks"] = [representation.benchmark(score) for score in scores.values()]
        if "computed" in keys:
            data["computed"] = computed.of_model(row["key"], self.today)
        return chosen(data, keys)

    def _past(self, moment: Moment, row: Row) -> dict[str, Json]:
        """The model with those who served it then. Scores and aliases have no history: null."""
        served = past.rows_of_model(moment, row["key"])
        if not served and (moment.stamp is None or row["created_at"] > moment.stamp.at):
            since = history.model_known_since(row["key"])
            raise not_yet(row["slug"], moment, since) if since else not_found(self.request, row["slug"])
        return {
            **representation.model({**row, "offerings_count": len(served)}),
            "served_by": [offering.as_json(representation.BRIEF) for offering in served],
            "ids": [offering.offering.key for offering in served],
            "benchmarks": None,
            "computed": None,
        }


def _ids(model: str) -> list[str]:
    """Every id that means a model: those of its offerings, and their aliases."""
    offerings = Offering.objects.filter(model=model).order_by().values_list("key", flat=True)
    aliases = Alias.objects.filter(offering__model=model).order_by().values_list("name", flat=True)
    return sorted({*offerings, *aliases})
