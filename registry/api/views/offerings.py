from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import Any

from registry.api import converted
from registry.api.base import REVALIDATE, may_be_an_id
from registry.api.listing import Listing, Objects, Rows, described
from registry.api.missing import not_yet
from registry.catalogue import offering_keys, queries
from registry.history import entries
from registry.models import OfferingVersion


@described("offerings", converted.DESCRIBED)
class OfferingViewSet(Listing):
    """Models as providers serve them: the unit that is priced and called."""

    queryset = OfferingVersion.objects.order_by("key")
    filterset_class = offering_keys.OfferingFilterSet
    id_column = "key"
    row_shape = detail_shape = offering_keys.OFFERING
    usual_keys = offering_keys.SUMMARY
    other_parameters = (*Listing.other_parameters, converted.PARAMETER)
    past_actions = frozenset({"list", "retrieve"})

    @cached_property
    def wanted(self) -> converted.Wanted | None:
        """The currency in which prices are wanted besides their own."""
        return converted.wanted(self.request.query_params, self.today)

    def depends_on(self) -> str | None:
        return self.wanted.digest() if self.wanted else None

    @property
    def caching(self) -> str:
        # A rate that was missed may still be read, also for a day that is settled.
        return REVALIDATE if self.wanted else super().caching

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        return queries.offerings(self.today, self.moment.revision if self.moment else None)

    def rows(self, queryset: Any, keys: Collection[str]) -> Any:
        return queries.offering_rows(queryset, keys, past=self.moment is not None)

    def as_json(self, rows: Rows, keys: Collection[str]) -> Objects:
        found = queries.offerings_json(rows, keys, self.today, past=self.moment is not None)
        return self.wanted.beside(found) if self.wanted else found

    def missing(self, id: str) -> Exception:
        if self.moment and may_be_an_id(id) and (since := entries.known_since(id)):
            return not_yet(id, self.moment, since)
        return super().missing(id)
