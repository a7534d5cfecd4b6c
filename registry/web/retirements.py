"""`/retirements`: what providers will no longer serve, what they have ended, and what they only advise against."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import date
from typing import Any, Final

from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from rest_framework.request import Request

from registry.api import retirement_list
from registry.api.pagination import Pages
from registry.api.problems import Problem
from registry.api.retirement_list import LONGEST_AHEAD, ChosenRetirements
from registry.catalogue import queries
from registry.catalogue.ending import Ending
from registry.catalogue.public_keys.offering_keys import OfferingFilterSet
from registry.domain.words import split
from registry.models import Provider
from registry.reports import retirements
from registry.web.gate import for_visitors, page
from registry.web.listing import state
from registry.web.query_state import canonical, parameters

STATES: Final = ((Ending.UPCOMING, _("To come")), (Ending.PAST, _("Retired")), (Ending.UNDATED, _("No day stated")))
AHEAD: Final = ((30, _("30 days")), (90, _("90 days")), (180, _("180 days")), (365, _("1 year")),
                (LONGEST_AHEAD, _("10 years")))  # fmt: skip


@require_safe
@for_visitors
def overview(request: HttpRequest) -> HttpResponse:
    """The list of a state, with the providers one uses as ticks. Wrong filters are refused as by the API, with 400."""
    if redirect := canonical(request):
        return redirect
    today, now = timezone.now().date(), parameters(request)
    try:
        chosen = _chosen(request, today)
        pages = Pages()
        rows = pages.paginate_queryset(chosen.narrowed.rows, Request(request), select=retirements.read)
        providers = _providers(request, today, now)
    except Problem as problem:
        return page(request, "retirements", {"problem": problem.text}, problem.status_code)
    listed = retirements.listed(rows, chosen.state, today)
    context = {
        **_form(chosen, now),
        "providers": providers,
        "rows": listed,
        "published": retirements.published({row.successor for row in listed if row.successor}),
        "page": pages.page,
        "count": pages.page.paginator.count,
        "unknown_count": chosen.narrowed.unknown_count(pages.page.paginator.count),
        "known": retirements.known(),
    }
    return page(request, "retirements", context)


def _chosen(request: HttpRequest, today: date, *, without: str = "") -> ChosenRetirements:
    """What the address asks for, perhaps without one of its filters. Raises BadParameters."""
    asked, query = copy(request), QueryDict(mutable=True)
    query.update(
        {name: str(text) for name, text in request.GET.items() if name not in (without, "page" * bool(without))}
    )
    asked.GET = query  # type: ignore[assignment]
    return retirement_list.chosen(Request(asked), today, queries.latest())


def _providers(request: HttpRequest, today: date, now: Mapping[str, str]) -> list[dict[str, Any]]:
    """The providers of the list with their numbers, whichever of them are ticked; and those that are."""
    ticked = split(now.get("provider", ""))
    rows = _chosen(request, today, without="provider").narrowed.rows.order_by()
    counts: dict[str, int] = dict(rows.values_list("provider_id").annotate(number=Count("pk")))
    names = dict(Provider.objects.filter(pk__in={*counts, *ticked}).values_list("slug", "name"))
    return [
        {"slug": slug, "name": name, "count": counts.get(slug, 0), "ticked": slug in ticked}
        for slug, name in sorted(names.items(), key=lambda item: item[1].lower())
    ]


def _form(chosen: ChosenRetirements, now: Mapping[str, str]) -> dict[str, Any]:
    """The choices, and where else the same list is. Parameters without an input are kept."""
    query = {name: text for name, text in now.items() if name != "page"}
    others = {name: text for name, text in query.items() if name not in ("provider", "within")}
    feed = {name: text for name, text in query.items() if name not in ("within", "ordering")}
    states = [
        (title, state.address(query, within=None, state=None if word is Ending.UPCOMING else word.value),
         word is chosen.state)
        for word, title in STATES
    ]  # fmt: skip
    return {
        "state": chosen.state.value,
        "within": chosen.within,
        "aheads": [*AHEAD, *((days, _days(days)) for days in (chosen.within,) if days and days not in dict(AHEAD))],
        "states": states,
        "hidden": list(others.items()),
        "chips": state.chips(others, OfferingFilterSet.base_filters),
        "turned": state.address(query) + ("&" if query else ""),
        "feed": _address("retirements-feed", feed),
        "json": _address("api:retirements", now),
    }


def _days(number: int) -> str:
    return ngettext("%d day", "%d days", number) % number


def _address(name: str, query: Mapping[str, str]) -> str:
    return f"{reverse(name)}?{urlencode(query)}" if query else reverse(name)
