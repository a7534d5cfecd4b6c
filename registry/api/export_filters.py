"""Filters of exports: those of the list of offerings. The order of a file is fixed, and a file has no pages."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.db.models import QuerySet
from rest_framework.request import Request

from registry.api import bitemporal, filtering, parameters
from registry.catalogue import queries
from registry.catalogue.as_of import AsOf
from registry.catalogue.public_keys.offering_keys import OfferingFilterSet
from registry.catalogue.queries import Stamp
from registry.models import OfferingVersion

NAMES: Final = tuple(name for name in OfferingFilterSet.base_filters if name != "ordering")


def are_in(request: Request) -> bool:
    """Whether a request names filters. Raises BadParameters for a parameter that exports do not take."""
    parameters.check(request, (*NAMES, *bitemporal.PARAMETERS))
    return not request.query_params.keys().isdisjoint(NAMES)


def chosen(request: Request, on: date, moment: AsOf | None, newest: Stamp | None) -> QuerySet[OfferingVersion]:
    """The offerings that match every filter of a request: those of a moment, or of the newest revision with the prices
    of a day. Raises BadParameters.
    """
    rows = queries.offerings(moment.on, moment.revision) if moment else queries.offerings(on)
    narrowed = filtering.narrow(
        request, rows, OfferingFilterSet, newest=newest, is_past=moment is not None, others=bitemporal.PARAMETERS
    )
    matching: QuerySet[OfferingVersion] = narrowed.rows
    return matching
