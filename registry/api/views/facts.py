"""Regions, retirements, freshness of values and metrics of providers."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from django.http import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from registry import json_schema as schema
from registry.api import openapi, pagination, parameters, retirement_list
from registry.api.base import ReadView, conditional, may_be_an_id
from registry.api.missing import not_found
from registry.api.problems import BadParameters, NotFound, ParameterError
from registry.catalogue import freshness
from registry.catalogue.ending import Ending
from registry.domain.words import nearest
from registry.models import Offering, Provider
from registry.reference import regions
from registry.reports import provider_stats, retirements

RETIREMENTS: Final = schema.record(
    {
        "state": schema.word(Ending),
        "within_days": schema.count("Null where the days are not limited so.", null=True),
        "known": schema.count("Offerings of which a day of retirement is known, past days included."),
        "offerings": schema.count("Offerings in all; of those beside `known` nobody states a day."),
        **pagination.FILTERED,
        "retirements": schema.several(retirements.LISTED),
    }
)


@openapi.get("get_regions", "regions", {"oneOf": [regions.COUNTS, regions.MATRIX]}, openapi.PROVIDER)
class RegionsView(ReadView):
    """How many offerings are stated to be served in each region; with `provider`, which of its offerings where."""

    @conditional
    def get(self, request: Request) -> HttpResponseBase:
        parameters.check(request, ("provider",))
        provider = request.query_params.get("provider")
        if provider is None:
            return Response(regions.counts())
        if not Provider.objects.filter(slug=provider).exists():
            near = nearest(provider, Provider.objects.values_list("slug", flat=True))
            raise BadParameters([ParameterError("provider", f"no such provider: {provider[:100]!r}", near)])
        return Response(regions.table(provider).as_json())


@openapi.get("list_retirements", "retirements", RETIREMENTS, *retirement_list.DESCRIBED, problems=(400, 404))
class RetirementsView(ReadView):
    """Announced retirements, the next first, with the successor that the provider names and who says so. Also what is
    retired, and what is deprecated without a day; with the filters of the list of offerings.
    """

    @conditional
    def get(self, request: Request) -> HttpResponseBase:
        chosen = retirement_list.chosen(request, self.today, self.newest)
        pages = pagination.Pages()
        rows = pages.paginate_queryset(chosen.narrowed.rows, request, self, select=retirements.read)
        answer = pages.get_paginated_response(None)
        page = {name: value for name, value in answer.data.items() if name != "results"}
        dated, offerings = retirements.known()
        answer.data = {
            "state": chosen.state.value,
            "within_days": chosen.within,
            "known": dated,
            "offerings": offerings,
            **page,
            **pagination.unknown(request, chosen.narrowed, page["count"]),
            "retirements": [row.as_json() for row in retirements.listed(rows, chosen.state, self.today)],
        }
        return answer


@openapi.get("get_offering_freshness", "offerings", freshness.FRESHNESS, openapi.OFFERING_ID, problems=(400, 404))
class FreshnessView(ReadView):
    """When each value of an offering was confirmed last, by whom, and whether that is stale."""

    def depends_on(self) -> str:
        readings = sorted(
            (reading.slug, str(reading.confirmed_at)) for reading in freshness.reading_log().readings().values()
        )
        offerings = [self.kwargs["id"]] if may_be_an_id(self.kwargs["id"]) else []
        gone, dated = (
            sorted(freshness.reading_log().gone(offerings)),
            sorted(freshness.reading_log().dated(offerings).items()),
        )
        return sha256(repr((readings, gone, dated)).encode()).hexdigest()

    @conditional
    def get(self, request: Request, id: str) -> HttpResponseBase:
        parameters.check(request, ())
        rows = Offering.objects.filter(key=id).values_list("key", "provenance") if may_be_an_id(id) else None
        row = rows.first() if rows is not None else None
        if row is None:
            raise not_found(request, id)
        return Response(freshness.of_offering(*row, now=timezone.now()))


@openapi.get("get_provider_stats", "stats", provider_stats.REPORT, openapi.PROVIDER, problems=(400, 404))
class ProviderStatsView(ReadView):
    """Metrics of every provider against their targets: met, missed or, where they cannot be measured, unknown."""

    def depends_on(self) -> str:
        return provider_stats.readings_digest()

    @conditional
    def get(self, request: Request) -> HttpResponseBase:
        parameters.check(request, ("provider",))
        report = provider_stats.current(timezone.now())
        wanted = request.query_params.get("provider")
        if wanted is None:
            return Response(report)
        providers = [row for row in report["providers"] if row["provider"] == wanted]
        if not providers:
            raise NotFound(
                f"Nothing is published of a provider {wanted[:100]!r}. /api/v1/providers/ lists all of them."
            )
        return Response({**report, "providers": providers})
