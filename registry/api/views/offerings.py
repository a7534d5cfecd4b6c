from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import Any

from registry.api import converted
from registry.api.base import REVALIDATE, may_be_an_id
from registry.api.listing import Listing, Objects, Rows, described
from registry.api.missing import not_yet
from registry.catalogue import queries
from registry.catalogue.public_keys import offering_keys
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
    def conversion(self) -> converted.Conversion | None:
        """The currency in which prices are wanted besides their own."""
        return converted.conversion(self.request.query_params, self.today)

    def depends_on(self) -> str | None:
        return self.conversion.digest() if self.conversion else None

    @property
    def caching(self) -> str:
        # A rate that was missed may still be read, also for a day that is settled.
        return REVALIDATE if self.conversion else super().caching

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        return queries.offerings(self.today, self.as_of.revision if self.as_of else None)

    def rows(self, queryset: Any, keys: Collection[str]) -> Any:
        return queries.offering_rows(queryset, keys, past=self.as_of is not None)

    def as_json(self, rows: Rows, keys: Collection[str]) -> Objects:
        offerings = queries.offerings_json(rows, keys, self.today, past=self.as_of is not None)
        return self.conversion.beside(offerings) if self.conversion else offerings

    def missing(self, id: str) -> Exception:
        if self.as_of and may_be_an_id(id) and (since := entries.known_since(id)):
            return not_yet(id, self.as_of, since)
        return super().missing(id)
