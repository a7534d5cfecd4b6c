"""The admin's first page: what waits, what is wrong, what there is. Every number leads to its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from curation.admin.base import list_url
from curation.explain import Drift, drifts
from curation.models import Change, Pin, Source
from registry.choices import COLOURS, Quality
from registry.models import Model, Offering, Provider, Revision
from syncers.admin.runs import STATUS_COLOURS
from syncers.health import health
from syncers.models import Run


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
    now = timezone.now()
    sources = health(Source.objects.all(), now=now)
    counts = Offering.objects.aggregate(
        all=Count("id"),
        conflicts=Count("id", filter=Q(disputed_fields__gt=0)),
        missing=Count("id", filter=Q(missing_since__isnull=False)),
    )
    pins = list(Pin.objects.filter(released_at__isnull=True).order_by("-created_at"))
    runs = Run.objects.select_related("source").order_by("-started_at")[:10]
    return {
        **context,
        "work": _work(counts, pins, sum(one.needs_attention for one in sources.values())),
        "stock": _stock(counts),
        "mix": _mix(counts["all"]),
        "runs": [{"run": run, "colour": STATUS_COLOURS[run.status]} for run in runs],
        "sources": sorted(sources.items()),
        "revision": Revision.objects.filter(number__gt=0).first(),
    }


def _work(counts: dict[str, int], pins: list[Pin], troubled: int) -> list[Tile]:
    """What asks for somebody."""
    waiting = Change.objects.filter(state=Change.State.PROPOSED).count()
    now = timezone.now()
    holding = [pin for pin in pins if pin.expires_at is None or pin.expires_at > now]
    settled = sum(
        story.drift is Drift.CAME_ROUND for story in drifts(holding[:500], now=now).values()
    )
    came_round = _("the sources agree with %(count)s of them now") % {"count": settled}
    return [
        Tile(_("Changes waiting"), waiting, list_url("curation_change"), is_urgent=bool(waiting)),
        Tile(
            _("Sources failing or stale"),
            troubled,
            list_url("curation_source", state="attention"),
            is_urgent=bool(troubled),
        ),
        Tile(_("Conflicts"), counts["conflicts"], list_url("registry_offering", conflicts="yes")),
        Tile(_("No longer listed"), counts["missing"], list_url("registry_offering", missing="yes")),
        Tile(_("Pins"), len(holding), list_url("curation_pin"), came_round if settled else ""),
    ]


def _stock(counts: dict[str, int]) -> list[Tile]:
    """What there is."""
    return [
        Tile(_("Offerings"), counts["all"], list_url("registry_offering")),
        Tile(_("Models"), Model.objects.count(), list_url("registry_model")),
        Tile(_("Providers"), Provider.objects.count(), list_url("registry_provider")),
    ]


def _mix(total: int) -> list[dict[str, Any]]:
    """How sure the offerings are, best first."""
    by_quality = dict(Offering.objects.order_by().values_list("quality").annotate(count=Count("id")))
    return [
        {
            "quality": quality.value,
            "words": quality.label,
            "count": by_quality.get(quality.value, 0),
            "share": round(100 * by_quality.get(quality.value, 0) / total, 1) if total else 0,
            "colour": COLOURS[quality],
            "url": list_url("registry_offering", quality__exact=quality.value),
        }
        for quality in Quality
    ]
