"""`/regions`: in which regions offerings are stated to be served; for one provider, which of them where."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from registry.api.authentication import for_readers
from registry.models import Provider
from registry.reference import regions
from registry.web.gate import POLICY


@require_safe
@for_readers
def matrix(request: HttpRequest) -> HttpResponse:
    """Counts, or with `?provider=` a table with a row for each of its offerings and a column for each region."""
    slug = request.GET.get("provider", "")
    context: dict[str, Any] = {"provider": slug}
    if slug:
        if "\0" in slug or not Provider.objects.filter(slug=slug).exists():
            raise Http404(f"there is no provider {slug[:60]!r}")
        found = regions.matrix(slug)
        context |= {
            "regions": found.regions,
            "unstated": found.unstated,
            "rows": [(key, [region in stated for region in found.regions]) for key, stated in found.rows],
        }
    else:
        context |= {"counts": regions.counts()}
    response = render(request, "registry/regions.html", context)
    response.headers["Content-Security-Policy"] = POLICY
    return response
