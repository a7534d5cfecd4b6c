"""Worklists with an action per row: stale offerings, retirements, duplicates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from curation.admin.base import list_url, offering_url, page
from curation.admin.reports.filters import INTERVALS, late_sources
from curation.models import Pin
from registry import display
from registry.catalogue import duplicates
from registry.domain.lifecycle import AHEAD_DAYS
from registry.domain.provenance import Provenance
from registry.models import Offering

PER_PAGE: Final = 50
PINS_AHEAD_DAYS: Final = 30


def urls(model_admin: Any) -> list[Any]:
    """Addresses of the lists, below those of the offerings."""
    view = model_admin.admin_site.admin_view
    return [
        path("stale/", view(lambda request: stale(model_admin, request)), name="worklist_stale"),
        path("expiring/", view(lambda request: expiring(model_admin, request)), name="worklist_expiring"),
        path(
            "duplicates/", view(lambda request: duplicate_offerings(model_admin, request)), name="worklist_duplicates"
        ),
    ]


def stale(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Sources that missed their objective, each with its number of offerings. Three queries."""
    _check(request)
    now = timezone.now()
    late = {source.slug: source for source in late_sources(now)}
    counted = Offering.objects.filter(source__in=late).order_by().values_list("source")
    counts = dict(counted.annotate(number=Count("pk")))
    rows = [
        {
            "source": source,
            "objective": timedelta(seconds=source.every_seconds) * INTERVALS,
            "hours": round(source.every_seconds * INTERVALS / 3600),
            "count": counts[slug],
            "url": list_url("registry_offering", stale="yes", source=slug),
        }
        for slug, source in late.items()
        if slug in counts
    ]
    return page(
        model_admin,
        request,
        "curation/admin/reports/stale.html",
        _("Stale"),
        rows=rows,
        total=sum(counts.values()),
        total_url=list_url("registry_offering", stale="yes"),
        may_act=request.user.has_perm("curation.change_source"),
    )


@dataclass(frozen=True, slots=True)
class Ending:
    """Something that ends on a day: a pin, or an offering."""

    on: date
    key: str
    what: str
    detail: str
    pin: Pin | None = None
    offering: int | None = None
    successor: str = ""


def expiring(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Pins that expire soon or have expired, and offerings that retire soon; the next first. Two queries.

    GET `?only=pins` or `?only=retirements`, `?within=<days>` for a shorter look ahead, `?page=`.
    """
    _check(request)
    only, today = request.GET.get("only", ""), timezone.now().date()
    days = request.GET.get("within", "")
    within = int(days) if days.isdecimal() and len(days) < 4 else None
    sees_pins = request.user.has_perm("curation.view_pin")
    endings: list[Ending] = []
    if only != "retirements" and sees_pins:
        endings += _pins(within or PINS_AHEAD_DAYS)
    if only != "pins":
        endings += _retirements(today, within or AHEAD_DAYS[0])
    endings.sort(key=lambda ending: (ending.on, ending.key))
    listed = Paginator(endings, PER_PAGE).get_page(request.GET.get("page"))
    return page(
        model_admin,
        request,
        "curation/admin/reports/expiring.html",
        _("Retirements"),
        rows=[
            {
                "ending": ending,
                "left": (ending.on - today).days,
                "url": offering_url(ending.key),
                "successor_url": offering_url(ending.successor) if ending.successor else "",
            }
            for ending in listed
        ],
        page=listed,
        total=len(endings),
        only=only,
        query=urlencode({name: value for name, value in (("only", only), ("within", days)) if value}),
        sees_pins=sees_pins,
        may_pin=request.user.has_perm("curation.pin_field"),
    )


def expiring_pins(within: int) -> Any:
    """Unreleased pins that expire within so many days, or have expired."""
    ends = timezone.now() + timedelta(days=within)
    return Pin.objects.filter(released_at__isnull=True, expires_at__isnull=False, expires_at__lte=ends)


def _pins(within: int) -> list[Ending]:
    return [
        Ending(
            pin.expires_at.date(), pin.offering_key, display.label(pin.field), display.text(pin.field, pin.value), pin
        )
        for pin in expiring_pins(within).order_by("expires_at")
    ]


def retiring(today: date, within: int) -> Any:
    """Offerings that are announced to retire within so many days, as in the filter of their list."""
    return Offering.objects.filter(retires_on__gt=today, retires_on__lte=today + timedelta(days=within))


def _retirements(today: date, within: int) -> list[Ending]:
    rows = retiring(today, within).values_list("retires_on", "key", "successor", "provenance", "pk")
    return [
        Ending(day, key, str(_("retires")), Provenance(provenance.get("retires_on", {})).source, None, pk, successor)
        for day, key, successor, provenance, pk in rows
    ]


def duplicate_offerings(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Offerings of one provider that are probably duplicates. Two queries."""
    _check(request)
    groups = duplicates.find().groups
    listed = Paginator(groups, PER_PAGE).get_page(request.GET.get("page"))
    keys = [key for group in listed for key in group]
    columns = ("key", "source", "facts", "updated_at", "missing_since", "status")
    rows = {offering.key: offering for offering in Offering.objects.filter(key__in=keys).only(*columns)}
    today = timezone.now().date()
    return page(
        model_admin,
        request,
        "curation/admin/reports/duplicates.html",
        _("Duplicates"),
        groups=[[_duplicate(rows[key], today) for key in group if key in rows] for group in listed],
        page=listed,
        total=sum(map(len, groups)),
        total_url=list_url("registry_offering", duplicates="yes"),
        query="",
        may_pin=request.user.has_perm("curation.pin_field"),
    )


def _duplicate(offering: Offering, today: date) -> dict[str, Any]:
    prices = [display.price(offering.facts, name, today) for name in ("price.input", "price.output")]
    pin = reverse("admin:registry_offering_pin", args=[offering.pk])
    return {"offering": offering, "prices": prices, "url": offering_url(offering.key), "pin": f"{pin}?field=status"}


def _check(request: HttpRequest) -> None:
    if not request.user.has_perm("registry.view_offering"):
        raise PermissionDenied
