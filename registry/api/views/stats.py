from __future__ import annotations

from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api import openapi, parameters
from registry.api.base import ReadView, conditional
from registry.catalogue import queries
from registry.reports import stats


@openapi.get("get_stats", "stats", stats.STATS)
class StatsView(ReadView):
    """How much is published, and how much of it is known, and how well."""

    def depends_on(self) -> str:
        return queries.providers_digest()  # kinds of providers are counted

    @conditional
    def get(self, request: Request) -> HttpResponseBase:
        parameters.check(request, ())
        return Response(stats.current())
