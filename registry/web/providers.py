"""`/providers` and `/providers/<slug>`: coverage, freshness, accuracy and changes of each provider."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from registry import display
from registry.catalogue import queries
from registry.history.days import changes_by_day
from registry.models import Provider
from registry.models.choices import Pricing
from registry.reports import provider_stats
from registry.web.gate import for_visitors, page
from registry.web.listing.model_rows import live

DAYS: Final = 30
MOST_LISTED: Final = 10
_DATED: Final = ("key", "name", "retires_on", "released_on")
MEASURES: Final = (
    ("verified_share", _("Verified values"), _("share of its values that its own list states or two sources agree on")),
    (
        "prices_as_own_list",
        _("As its own list"),
        _("share of prices that equal its own list, where it has one"),
    ),
    ("others_as_own_list", _("Others agree"), _("share of its own prices that other sources repeat")),
    ("oldest_price_days", _("Oldest price, days"), _("since the price that was confirmed longest ago")),
)
"""Metric, title and explanation."""


@require_safe
@for_visitors
def providers(request: HttpRequest) -> HttpResponse:
    """All providers with offerings, the largest first."""
    counted = {metrics["provider"]: metrics for metrics in provider_stats.current(timezone.now())["providers"]}
    priced = _priced()
    rows = [
        {
            "provider": provider,
            "kind": provider.get_kind_display() or display.UNKNOWN,
            "offerings": counted[provider.slug]["offerings"],
            "priced": priced.get(provider.slug, 0),
            "measures": [_text(name, counted[provider.slug].get(name)) for name, _title, _says in MEASURES],
        }
        for provider in Provider.objects.order_by("slug")
        if provider.slug in counted
    ]
    rows.sort(key=lambda row: (-row["offerings"], row["provider"].slug))
    return page(request, "providers", {"rows": rows, "measures": MEASURES})


@require_safe
@for_visitors
def provider(request: HttpRequest, slug: str) -> HttpResponse:
    """One provider: figures, its models, what changed lately."""
    row = Provider.objects.filter(slug=slug).first() if "\0" not in slug else None
    if row is None:
        raise Http404(f"there is no provider {slug[:60]!r}")
    now = timezone.now()
    counted = {metrics["provider"]: metrics for metrics in provider_stats.current(now)["providers"]}.get(slug, {})
    span = changes_by_day(now.date(), DAYS, [slug])
    listed = queries.offerings(now.date()).filter(provider_id=slug)
    context: dict[str, Any] = {
        "provider": row,
        "counted": counted,
        "live": listed.filter(live(now.date())).count(),
        "priced": _priced().get(slug, 0),
        "measures": [(title, _text(name, counted.get(name)), says) for name, title, says in MEASURES],
        "days": DAYS,
        "first": now.date() - timedelta(days=DAYS - 1),
        "changed": {name: sum(len(getattr(day, name)) for day in span.days) for name in ("prices", "new", "delisted")},
        "retiring": listed.filter(retires_on__gt=now.date())
        .order_by("retires_on", "key")
        .only("key", "name", "retires_on")[:10],
        "newest": listed.exclude(released_on=None)
        .order_by("-released_on", "key")
        .only("key", "name", "released_on")[:8],
    }
    return page(request, "provider", context)


def _priced() -> dict[str, int]:
    """Provider → how many of its offerings have a known price, or are free. One query."""
    rows = queries.offerings(timezone.now().date()).exclude(pricing=Pricing.UNKNOWN).order_by()
    return dict(rows.values_list("provider_id").annotate(Count("pk")))


def _text(name: str, value: float | None) -> str:
    """A metric as text; unknown where it cannot be measured."""
    if value is None:
        return str(display.UNKNOWN)
    return f"{value:.0f}" if name.endswith("_days") else f"{value:.0%}"
