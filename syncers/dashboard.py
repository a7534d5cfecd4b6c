"""The admin's first page: what waits, what is wrong, what there is. Every number leads to its rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Max, Q, Value
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from curation.admin.badges import waiting
from curation.admin.base import list_url
from curation.explain import Drift, drifts
from curation.gather import in_force
from curation.models import Source
from registry.choices import Quality
from registry.models import Model, Offering, Provider
from syncers.admin.runs import STATUS_COLOURS
from syncers.health import health
from syncers.models import Run

_PINS_LOOKED_AT: Final = 500
_SOURCES_SHOWN: Final = 12
_SHOWN: Final = (
    "registry.view_offering", "curation.view_change", "curation.view_pin", "curation.view_source", "syncers.view_run",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tile:
    """A number and the list behind it."""

    title: str
    count: int
    url: str
    hint: str = ""
    is_urgent: bool = False


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Context of the first page, for Unfold's DASHBOARD_CALLBACK."""
    if not request.user.has_perms(_SHOWN):
        return {**context, "is_closed": True}
    now = timezone.now()
    sources = health(Source.objects.all(), now=now)
    counts = _counts()
    runs = Run.objects.order_by("-started_at")[:10]
    troubled = sum(one.needs_attention for one in sources.values())
    return {
        **context,
        "work": _work(counts, waiting=waiting(request), troubled=troubled, now=now),
        "stock": [
            Tile(_("Offerings"), counts["all"], list_url("registry_offering")),
            Tile(_("Models"), counts["models"], list_url("registry_model")),
            Tile(_("Providers"), counts["providers"], list_url("registry_provider")),
        ],
        "mix": _mix(counts),
        "runs": [{"run": run, "colour": STATUS_COLOURS[run.status]} for run in runs],
        "sources": sorted(sources.items(), key=lambda item: (not item[1].needs_attention, -item[1].claims, item[0]))[
            :_SOURCES_SHOWN
        ],
        "revision": counts["revision"],
    }


def _counts() -> dict[str, int]:
    """What there is, in two queries."""
    by_quality = {quality.value: Count("id", filter=Q(quality=quality.value)) for quality in Quality}
    offerings: dict[str, int] = Offering.objects.aggregate(
        all=Count("id"),
        conflicts=Count("id", filter=Q(disputed_fields__gt=0)),
        missing=Count("id", filter=Q(missing_since__isnull=False)),
        revision=Max("revision"),
        **by_quality,
    )
    rows = [
        model.objects.order_by().annotate(what=Value(what)).values_list("what").annotate(Count("pk"))
        for what, model in (("models", Model), ("providers", Provider))
    ]
    return {"models": 0, "providers": 0, **offerings, **dict(rows[0].union(rows[1]))}


def _work(counts: dict[str, int], *, waiting: int, troubled: int, now: datetime) -> list[Tile]:
    """What asks for somebody."""
    pins = list(in_force(now).order_by("-created_at"))
    stories = drifts(pins[:_PINS_LOOKED_AT], now=now).values()
    settled = sum(story.drift is Drift.CAME_ROUND for story in stories)
    came_round = _("the sources agree with %(count)s of them now") % {"count": settled}
    failing = list_url("curation_source", state="attention")
    return [
        Tile(_("Changes waiting"), waiting, list_url("curation_change"), is_urgent=bool(waiting)),
        Tile(_("Sources failing or stale"), troubled, failing, is_urgent=bool(troubled)),
        Tile(_("Conflicts"), counts["conflicts"], list_url("registry_offering", conflicts="yes")),
        Tile(_("No longer listed"), counts["missing"], list_url("registry_offering", missing="yes")),
        Tile(_("Pins"), len(pins), list_url("curation_pin"), came_round if settled else ""),
    ]


def _mix(counts: dict[str, int]) -> list[dict[str, Any]]:
    """How sure the offerings are, best first."""
    parts, start = [], 0.0
    for quality in Quality:
        count = counts[quality.value]
        share = round(100 * count / (counts["all"] or 1), 1)
        parts.append(
            {
                "quality": quality.value,
                "words": quality.label,
                "count": count,
                "start": round(start, 1),
                "share": share,
                "url": list_url("registry_offering", quality__exact=quality.value),
            }
        )
        start += share
    return parts
