"""The dashboard: pending work, problems, and the catalogue. Every number links to its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from curation.admin.base import list_url, offering_url
from curation.admin.reports.filters import late_among
from curation.models import Source
from registry.catalogue import queries as revisions
from registry.domain.lifecycle import AHEAD_DAYS
from registry.models.choices import ProviderKind, Quality
from syncers.dashboard import published, work
from syncers.dashboard.figures import Figure, bars
from syncers.dashboard.published import Published
from syncers.monitoring.health import Health, health

SOURCES_SHOWN: Final = 12
_ANY_OF: Final = ("registry.view_offering", "curation.view_change", "curation.view_source")


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Context of the dashboard, for Unfold's DASHBOARD_CALLBACK. Each part needs the permission to view its lists."""
    sees = request.user.has_perm
    if not any(map(sees, _ANY_OF)):
        return {**context, "is_closed": True}
    now, stamp = timezone.now(), revisions.latest()
    sources = list(Source.objects.all())
    healthy = health(sources, now=now)
    counted = published.current(stamp, now)
    counts = work.counts(now)
    troubled = sum(source_health.needs_attention for source_health in healthy.values())
    late = late_among(sources, now)
    page: dict[str, Any] = {
        "work": work.tiles(request, counts, counted, troubled=troubled, late=late, now=now),
        "stock": [],
        "mix": [],
        "revision": stamp.number if stamp else 0,
    }
    if sees("registry.view_offering"):
        page |= _catalogue(request, counted, counts["models"])
    if sees("curation.view_change"):
        page["ages"] = work.waiting_by_age(counts)
    if sees("curation.view_source"):
        page |= {"sources": _sources(sources, healthy), "sources_in_all": len(healthy), "offline": _offline(healthy)}
    if sees("registry.view_ledgerentry"):
        page |= {"moves": counted.moves, "moved": _moved(counted)}
    if sees("registry.view_unknownid"):
        page["most_requested"] = work.most_requested() if counts["unknown"] else []
    return {**context, **page}


def _catalogue(request: HttpRequest, counted: Published, models: int) -> dict[str, Any]:
    sees, total = request.user.has_perm, counted.total
    stock = [Figure(_("Offerings"), total("offerings"), list_url("registry_offering"))]
    if sees("registry.view_model"):
        stock.append(Figure(_("Models"), models, list_url("registry_model")))
    if sees("registry.view_provider"):
        stock.append(Figure(_("Providers"), sum(counted.providers.values()), list_url("registry_provider")))
    mix = [
        (
            Figure(quality.label, total(quality.value), list_url("registry_offering", quality__exact=quality.value)),
            quality.value,
        )
        for quality in Quality
    ]
    return {
        "stock": stock,
        "mix": bars(mix),
        "coverage": [row for row in (_of_kind(kind, counted) for kind in (*ProviderKind.values, "")) if row],
        "retiring": [
            Figure(
                _("within %(days)s days") % {"days": days},
                counted.retiring[days],
                list_url("registry_offering", retires=days),
            )
            for days in sorted(AHEAD_DAYS)
        ],
        "retirement_known": {"known": f"{counted.retirement_known:,}", "offerings": f"{total('offerings'):,}"},
        "next_retiring": [{**row, "url": offering_url(row["key"])} for row in counted.next_retiring],
    }


def _of_kind(kind: str, counted: Published) -> dict[str, Any] | None:
    """One kind of provider: the numbers of providers and offerings, and the share with a known price."""
    providers, counts = counted.providers.get(kind, 0), counted.by_kind.get(kind)
    if not providers and not counts:
        return None
    counts = counts or {"offerings": 0, "unpriced": 0, "verified": 0}
    word = kind or "unknown"

    def figure(name: str, **query: str) -> Figure:
        return Figure("", counts[name], list_url("registry_offering", kind=word, **query))

    return {
        "title": ProviderKind(kind).label if kind else _("unknown"),
        "providers": Figure("", providers, list_url("registry_provider", kind__exact=kind)),
        "offerings": figure("offerings"),
        "unpriced": figure("unpriced", pricing__exact="unknown"),
        "verified": figure("verified", quality__exact="verified"),
        "known": round(100 * (counts["offerings"] - counts["unpriced"]) / (counts["offerings"] or 1)),
    }


def _moved(counted: Published) -> Figure:
    return Figure(_("Price changes of the week"), counted.moved_prices, list_url("registry_ledgerentry", moved="week"))


def _offline(healthy: Mapping[str, Health]) -> dict[str, Any]:
    """How many sources could not be fetched for want of a network, and the error of one; empty with a network."""
    offline = [source_health for source_health in healthy.values() if source_health.is_offline]
    return {"count": len(offline), "error": offline[0].error} if offline else {}


def _sources(sources: Iterable[Source], healthy: Mapping[str, Health]) -> list[dict[str, Any]]:
    """Those that need attention first, then the largest."""
    read = {source.slug: source.last_good_at for source in sources}
    ordered = sorted(healthy.items(), key=lambda item: (not item[1].needs_attention, -item[1].claims, item[0]))
    return [
        {
            "slug": slug,
            "health": source_health,
            "read_at": read[slug],
            "runs_url": list_url("syncers_run", source=slug),
            "claims": Figure(
                "", source_health.claims, list_url("curation_storedclaim", source=slug, missing_since__isnull="True")
            ),
        }
        for slug, source_health in ordered[:SOURCES_SHOWN]
    ]
