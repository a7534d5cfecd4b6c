from __future__ import annotations

from typing import Final

from django.http import HttpResponseBase
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api import parameters
from registry.api.base import ReadView

ADDRESSES: Final = {
    "offerings": "api:offerings",
    "models": "api:models",
    "providers": "api:providers",
    "lookup": "api:lookup",
    "catalogue": "api:catalogue",
    "stats": "api:stats",
    "provider_stats": "api:provider-stats",
    "regions": "api:regions",
    "retirements": "api:retirements",
    "changes": "api:changes",
    "revisions": "api:revisions",
    # From the floor above, by name alone.
    "sources": "api-sources",
    "schema": "api:schema",
    "docs": "api:docs",
}


class RootView(ReadView):
    """Where everything is."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponseBase:
        parameters.check(request, ())
        return Response(
            {name: request.build_absolute_uri(f"{reverse(address)}/") for name, address in ADDRESSES.items()}
        )
