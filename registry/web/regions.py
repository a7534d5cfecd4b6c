"""`/regions`: stated regions of offerings; for one provider, a table of its offerings by region."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from registry.models import Provider
from registry.reference import regions
from registry.web.gate import for_visitors, page


@require_safe
@for_visitors
def overview(request: HttpRequest) -> HttpResponse:
    """Counts, or with `?provider=` a table with a row for each of its offerings and a column for each region."""
    slug = request.GET.get("provider", "")
    context: dict[str, Any] = {"provider": slug}
    if slug:
        if "\0" in slug or not Provider.objects.filter(slug=slug).exists():
            raise Http404(f"there is no provider {slug[:60]!r}")
        table = regions.table(slug)
        context |= {
            "regions": table.regions,
            "unstated": table.unstated,
            "rows": [(key, [region in offered_in for region in table.regions]) for key, offered_in in table.rows],
        }
    else:
        context |= regions.counts()
    return page(request, "regions", context)
