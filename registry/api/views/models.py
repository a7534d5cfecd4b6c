from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from django.db.models import Count, QuerySet

from registry import json_schema as schema
from registry.api.listing import Listing, Objects, Rows, chosen, described
from registry.api.missing import not_found, not_yet
from registry.catalogue import computed, queries
from registry.catalogue.as_of import AsOf
from registry.catalogue.public_keys import offering_keys, representation
from registry.catalogue.queries import Row
from registry.domain import columns
from registry.domain.fields import Json
from registry.history import entries
from registry.models import Benchmark, Model, OfferingVersion

MODEL_DETAIL: Final = schema.wider(
    representation.MODEL,
    "ModelDetail",
    "A model and everybody who serves it.",
    {
        "served_by": schema.several(offering_keys.SERVED_BY, "Its offerings, by id."),
        "ids": schema.words("Every id that means it, at some provider: of offerings, and their aliases."),
        "benchmarks": schema.several(representation.SCORE, "Null in a past state: not known.", null=True),
        "computed": computed.COMPUTED,
    },
    optional=("served_by", "ids", "benchmarks", "computed"),
)


@described("models")
class ModelViewSet(Listing):
    """Models whoever serves them, and in the detail everybody who does, with prices."""

    queryset = Model.objects.annotate(offerings_count=Count("offerings")).order_by("slug")
    filterset_class = representation.ModelFilterSet
    id_column = "slug"
    row_shape = representation.MODEL
    detail_shape = MODEL_DETAIL
    past_actions = frozenset({"retrieve"})

    def rows(self, queryset: QuerySet[Any], keys: Collection[str]) -> QuerySet[Any, Any]:
        return queryset.values(*representation.MODEL_COLUMNS)

    def as_json(self, rows: Rows, keys: Collection[str]) -> Objects:
        return [chosen(representation.model(row), keys) for row in rows]

    def one_as_json(self, row: Row, keys: Collection[str]) -> dict[str, Json]:
        if self.as_of:
            return chosen(self._past(self.as_of, row), keys)
        data = representation.model(row)
        served = queries.offerings(self.today).filter(model=row["key"])
        if "served_by" in keys:
            data["served_by"] = self._served_by(served)
        if "ids" in keys:
            data["ids"] = _ids(served)
        if "benchmarks" in keys:
            scores = Benchmark.objects.filter(model=row["key"]).order_by("name", "source", "variant")
            data["benchmarks"] = [representation.benchmark(score) for score in scores.values()]
        if "computed" in keys:
            data["computed"] = computed.of_model(row["key"], self.today)
        return chosen(data, keys)

    def _past(self, as_of: AsOf, row: Row) -> dict[str, Json]:
        """The model with those who served it then. Scores have no history: null."""
        served = queries.offerings(as_of.on, as_of.revision).filter(model=row["key"])
        served_by = self._served_by(served)
        if not served_by and (as_of.stamp is None or row["created_at"] > as_of.stamp.at):
            since = entries.model_known_since(row["key"])
            raise not_yet(row["slug"], as_of, since) if since else not_found(self.request, row["slug"])
        return {
            **representation.model({**row, "offerings_count": len(served_by)}),
            "served_by": served_by,
            "ids": _ids(served),
            "benchmarks": None,
            "computed": None,
        }

    def _served_by(self, served: QuerySet[OfferingVersion]) -> Objects:
        rows = queries.offering_rows(served, offering_keys.BRIEF)
        return queries.offerings_json(rows, offering_keys.BRIEF, self.today)


def _ids(served: QuerySet[OfferingVersion]) -> list[str]:
    """Every id that means a model: those of its offerings, and their other names as far as they are known."""
    ids: set[str] = set()
    for key, names in served.values_list("key", "names"):
        ids |= {key, *columns.names_in(names or "")}
    return sorted(ids)
