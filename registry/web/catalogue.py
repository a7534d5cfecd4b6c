"""`/`: the catalogue page. Search, filters and order are those of the API, and every state has its own URL."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from rest_framework.request import Request

from registry import display
from registry.api import filtering, vocabulary
from registry.api.filtering import FilteredRows
from registry.api.pagination import Pages
from registry.api.problems import Problem
from registry.catalogue import cache, queries
from registry.catalogue.explanation import explain
from registry.catalogue.filters.kinds import ONLY_UNSURE
from registry.catalogue.public_keys.offering_keys import OfferingFilterSet
from registry.catalogue.queries import latest
from registry.catalogue.snapshot import afterwards
from registry.domain import fields
from registry.identity.lookup import LookupResult
from registry.models import OfferingVersion, UnknownId
from registry.models.choices import Pricing, Status
from registry.reference import unresolved_ids
from registry.reports import stats
from registry.web import state
from registry.web.gate import for_visitors, page

LONGEST_QUERY: Final = 400
COLUMNS: Final = (
    "key", "name", "model__slug", "content__facts", "status", "quality", "pricing", "context_window",
    "max_output_tokens", "released_on", "retires_on", "missing_since", "not_seen_since", "pinned_fields",
)  # fmt: skip
TICKED: Final = (
    "supports_tools", "supports_vision", "supports_reasoning", "supports_structured_output",
    "supports_prompt_caching", "supports_batch", "supports_web_search", "supports_audio_input", "open_weights",
)  # fmt: skip
TYPED: Final = (
    "search", "provider", "author", "pricing", "status", "context_window__gte", "input_price__lte", "output_price__lte",
)  # fmt: skip
_SERVED: Final = {"missing": "false", "retired": "false"}
STARTS: Final = (
    (_("Cheapest with tools and 200k context"),
     {"supports_tools": "true", "context_window__gte": "200000", **_SERVED, "ordering": "input_price"}),
    (_("Free"), {"pricing": "free", **_SERVED}),
    (_("Newest"), {**_SERVED, "ordering": "-released_on"}),
    (_("Longest context"), {**_SERVED, "ordering": "-context_window"}),
    (_("Open weights that reason"),
     {"open_weights": "true", "supports_reasoning": "true", **_SERVED, "ordering": "output_price"}),
)  # fmt: skip
_MARKS: Final = tuple(
    (capability.name, capability.label)
    for capability in fields.CAPABILITIES
    if capability.name in ("supports_vision", "supports_tools", "supports_reasoning", "supports_structured_output")
)


@require_safe
@for_visitors
def home(request: HttpRequest) -> HttpResponse:
    """The filtered list, with the lookup of the search text as an id; `?q=` resolves any id.

    Filters that the API refuses are refused here too, with the same message and status 400.
    """
    if not all(request.GET.values()):
        return HttpResponseRedirect(_without_empty(request))
    parameters = request.GET.dict()
    now = {name: str(text) for name, text in parameters.items() if name != "q"}
    query = str(parameters.get("q", now.get("search", ""))).replace("\0", "").strip()[:LONGEST_QUERY]
    context: dict[str, Any] = {
        "stats": (counted := stats.current()),
        "stock": _stock(counted),
        "query": query,
        "now": now,
        **_form(now),
    }
    if query:
        context |= _meant(query, is_asked="q" in request.GET)
    try:
        pages, offerings, narrowed = _pages(request)
    except Problem as problem:
        return page(request, "home", {**context, "problem": problem.text}, problem.status_code)
    return page(request, "home", {**context, **_listed(pages, offerings, now), **_unsure(pages, narrowed, now)})


def _stock(counted: Mapping[str, Any]) -> dict[str, str]:
    return {name: f"{counted[name]:,}" for name in ("offerings", "models", "providers", "retired")}


def _without_empty(request: HttpRequest) -> str:
    """The URL without the empty inputs that a form sends too."""
    query = urlencode({name: str(text) for name, text in request.GET.items() if text})
    return f"{reverse('home')}?{query}" if query else reverse("home")


def _pages(request: HttpRequest) -> tuple[Pages, list[OfferingVersion], FilteredRows]:
    """The requested page of the list, and the offerings with unknown values that filters could not decide.

    Raises BadParameters, and NotFound for a page after the last.
    """
    listed, filters = copy(request), QueryDict(mutable=True)
    filters.update(request.GET)
    filters.pop("q", None)  # not a filter of the list
    listed.GET = filters  # type: ignore[assignment]
    api_request = Request(listed)
    rows = queries.offerings(timezone.now().date())
    narrowed = filtering.narrow(api_request, rows, OfferingFilterSet, newest=latest())
    pages = Pages()
    offerings = pages.paginate_queryset(
        narrowed.rows, api_request, select=lambda page: page.select_related("model", "content").only(*COLUMNS)
    )
    return pages, offerings, narrowed


def _unsure(pages: Pages, narrowed: FilteredRows, now: Mapping[str, str]) -> dict[str, Any]:
    """How many offerings may match because of unknown values, and the URL that lists them."""
    number = narrowed.unknown_count(pages.page.paginator.count)
    if narrowed.only_unsure:
        return {"only_unsure": True, "matching": state.address(now, **{ONLY_UNSURE: None})}
    url = state.address(now, **{ONLY_UNSURE: "only"}) if number else ""
    return {"unknown_count": number, "unknown_text": f"{number:,}", "unknown_url": url}


def _listed(pages: Pages, offerings: list[OfferingVersion], now: Mapping[str, str]) -> dict[str, Any]:
    today, current_page = timezone.now().date(), pages.page
    turned = {name: text for name, text in now.items() if name != "page"}
    return {
        "rows": [_row(offering, today) for offering in offerings],
        "page": current_page,
        "count": current_page.paginator.count,
        "count_text": f"{current_page.paginator.count:,}",
        "previous": _turned(turned, current_page.number - 1) if current_page.has_previous() else "",
        "following": _turned(turned, current_page.number + 1) if current_page.has_next() else "",
        "sorts": state.sorts(now),
        "export": f"{reverse('api:offerings')}{state.address(now)}".rstrip("?"),
    }


def _turned(now: Mapping[str, str], number: int) -> str:
    return f"?{urlencode({**now, 'page': str(number)})}" if number > 1 else state.address(now)


def _row(offering: OfferingVersion, today: date) -> dict[str, Any]:
    return {
        "offering": offering,
        "prices": [price(offering.facts, meter, today) for meter in ("input", "output", "cache_read")],
        "limits": [limit(offering.facts, name) for name in ("context_window", "max_output_tokens")],
        "marks": [label for name, label in _MARKS if offering.facts.get(name) is True],
    }


def price(facts: Mapping[str, Any], meter: str, today: date) -> dict[str, Any]:
    """An ordinary price on a day as text, and whether it is known."""
    text = display.price(facts, f"price.{meter}", today)
    return {"text": text, "is_known": text != str(display.UNKNOWN)}


def limit(facts: Mapping[str, Any], name: str) -> str:
    """A limit with thousands separators; "" where it is unknown."""
    return display.text(name, facts[name]) if facts.get(name) else ""


def _meant(query: str, *, is_asked: bool) -> dict[str, Any]:
    """The lookup of a text as an id. Unresolved ids are recorded for `?q=` only, not for search words."""
    current = cache.current()
    result: LookupResult = current.lookup(query)
    if is_asked:
        afterwards(lambda: unresolved_ids.note([result], UnknownId.Origin.SITE))
    entry = current.entries.get(result.offering or "") if is_asked else None
    return {
        "answer": result,
        "is_asked": is_asked,
        "values": list(explain(entry.facts, entry.provenance)) if entry else [],
    }


def _form(now: Mapping[str, str]) -> dict[str, Any]:
    """The context of the form. Parameters without an input are kept in hidden inputs."""
    ticked = {name for name in (*TICKED, "missing") if now.get(name) == ("false" if name == "missing" else "true")}
    stamp = latest()
    return {
        "ticks": [(name, fields.field(name).label, name in ticked) for name in TICKED],
        "only_listed": "missing" in ticked,
        "hidden": [(name, text) for name, text in now.items() if name not in (*TYPED, *ticked, "page", ONLY_UNSURE)],
        "chips": state.chips(now, OfferingFilterSet.base_filters),
        "starts": [(title, state.address(query)) for title, query in STARTS],
        "pricings": Pricing.choices,
        "statuses": [*Status.choices, ("unknown", display.UNKNOWN)],
        "providers": sorted(vocabulary.words("providers", stamp)),
        "authors": sorted(filter(None, vocabulary.words("authors", stamp))),
    }
