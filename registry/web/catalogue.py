"""`/`: the catalogue page. Search, filters and order are those of the API, and every state has its own URL."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import date
from typing import Any, Final

from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, QueryDict
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
from registry.api.problems import BadParameters, ParameterError, Problem
from registry.catalogue import cache, queries
from registry.catalogue.filters.kinds import ONLY_UNSURE, Ordering
from registry.catalogue.filters.values import WrongValue
from registry.catalogue.public_keys.offering_keys import OfferingFilterSet
from registry.catalogue.queries import latest
from registry.catalogue.snapshot import afterwards
from registry.domain import fields
from registry.domain.places import COUNTRY_OF
from registry.identity.lookup import LookupResult
from registry.models import OfferingVersion, UnknownId
from registry.models.choices import Pricing, Status
from registry.reference import unresolved_ids
from registry.reports import stats
from registry.web.gate import for_visitors, page
from registry.web.listing import columns, facets, model_rows, state
from registry.web.listing.model_rows import price
from registry.web.query_state import canonical, parameters

LONGEST_QUERY: Final = 400
LONGEST_SEARCH: Final = 200
VIEWS: Final = {"models": _("Models"), "offerings": _("Offerings")}
OWN_PARAMETERS: Final = ("q", "view", columns.PARAMETER)
"""Parameters of the page that are no filters of the list."""
OFFERING_COLUMNS: Final = (
    "key", "name", "provider_id", "model__slug", "content__facts", "status", "quality", "pricing", "context_window",
    "max_output_tokens", "released_on", "retires_on", "missing_since", "not_seen_since", "pinned_fields",
)  # fmt: skip
TYPED: Final = ("q", "region", "status", "context_window__gte", "input_price__lte", "output_price__lte")
TICKED: Final = ("provider", "author", "pricing")
"""Filters whose choices are ticked; a refused state has none to tick, and keeps them all the same."""
_SERVED: Final = {"missing": "false", "retired": "false"}
STARTS: Final = (
    (_("Cheapest with tools and 200k context"),
     {"supports_tools": "true", "context_window__gte": "200000", **_SERVED, "ordering": "input_price"}),
    (_("Free"), {"pricing": "free", **_SERVED}),
    (_("Newest"), {**_SERVED, "ordering": "-released_on"}),
    (_("Longest context"), {**_SERVED, "ordering": "-context_window"}),
    (_("Open weights that reason"),
     {"open_weights": "true", "supports_reasoning": "true", **_SERVED, "ordering": "output_price"}),
    (_("Vision"), {"supports_vision": "true", **_SERVED}),
    (_("Audio"), {"supports_audio_input": "true", **_SERVED}),
    (_("Makes images"), {"output_modality": "image", **_SERVED}),
)  # fmt: skip
ICONS: Final = {
    "supports_tools": "tools", "supports_vision": "image", "supports_reasoning": "reasoning",
    "supports_structured_output": "structure", "supports_prompt_caching": "cache", "supports_web_search": "search",
}  # fmt: skip
"""The capabilities that the list shows, and the icon of each."""


@require_safe
@for_visitors
def home(request: HttpRequest) -> HttpResponse:
    """The filtered list of models, or of offerings with `view=offerings`; `?q=` searches and resolves any id.

    Filters that the API refuses are refused here too, with the same message and status 400.
    """
    if redirect := canonical(request):
        return redirect
    now = parameters(request)
    query = now.get("q", now.get("search", "")).replace("\0", "").strip()[:LONGEST_QUERY]
    context: dict[str, Any] = {**_stock(), "query": query, "now": now}
    result = _meant(query, is_asked="q" in now) if query else None
    try:
        listed = _list(request, now, result if "q" in now else None)
    except Problem as problem:
        context |= {"problem": problem.text, "answer": result, **_form(now, None)}
        return page(request, "home", context, problem.status_code)
    return page(request, "home", {**context, "answer": result, **listed})


def _stock() -> dict[str, Any]:
    counted = stats.current()
    return {
        "stats": counted,
        "stock": {name: f"{counted[name]:,}" for name in ("offerings", "models", "providers", "retired")},
    }


def _list(request: HttpRequest, now: Mapping[str, str], asked: LookupResult | None) -> dict[str, Any]:
    """The context of the list and its form. Raises BadParameters, and NotFound for a page after the last."""
    today = timezone.now().date()

    def narrowed(filters: Mapping[str, str]) -> FilteredRows:
        return filtering.narrow(
            _api_request(request, filters), queries.offerings(today), OfferingFilterSet, newest=latest()
        )

    filters = {name: text for name, text in now.items() if name not in OWN_PARAMETERS}
    if asked is not None:
        filters |= _asked_filters(asked, filters)
    view = _view(now)
    order = filters.pop("ordering", "") if view == "models" else ""
    matching = narrowed(filters)
    api_request, pages = _api_request(request, filters), Pages()
    usual = {name: text for name, text in filters.items() if name not in ("page", "page_size")}
    if view == "models":
        groups_of_page = pages.paginate_queryset(_groups(matching.rows, today, order), api_request)
        shown = {"rows": model_rows.model_rows(groups_of_page, matching.rows, today), "icons": _icons()}
    else:
        rows = matching.rows if "ordering" in now else _known_first(matching.rows, today)
        offerings = pages.paginate_queryset(
            rows, api_request, select=lambda chosen: chosen.select_related("model", "content").only(*OFFERING_COLUMNS)
        )
        shown = {"rows": [_offering_row(offering, today) for offering in offerings]}
    counted = facets.facets(usual, lambda filters: narrowed(filters).rows, today)
    return {
        **shown,
        **_form(now, counted),
        **_around(pages, now, view),
        **_of_these(filters),
        **_unsure(matching, now),
    }


def _api_request(request: HttpRequest, filters: Mapping[str, str]) -> Request:
    listed, query = copy(request), QueryDict(mutable=True)
    query.update(filters)
    listed.GET = query  # type: ignore[assignment]
    return Request(listed)


def _asked_filters(result: LookupResult, filters: Mapping[str, str]) -> dict[str, str]:
    """What a text that was searched for narrows the list to: the model that it means, else its words."""
    if result.model and "model" not in filters:
        return {"model": result.model, "model__empty": "false"}  # else all of which nobody states the model may match
    return {"search": f"{filters.get('search', '')} {result.query}".strip()[:LONGEST_SEARCH]}


def _view(now: Mapping[str, str]) -> str:
    """Models unless the address says otherwise, or sorts by what only offerings have."""
    if (view := now.get("view", "")) and view not in VIEWS:
        raise BadParameters([ParameterError("view", f"is one of {', '.join(VIEWS)}")])
    words = {word.removeprefix("-") for word in now.get("ordering", "").split(",")} - {""}
    is_offerings_own = words <= _offering_orders() and not words <= set(model_rows.ORDERS)
    return view or ("offerings" if is_offerings_own else "models")


def _offering_orders() -> frozenset[str]:
    ordering = OfferingFilterSet.base_filters["ordering"]
    return frozenset(ordering.columns if isinstance(ordering, Ordering) else ())


def _groups(offerings: QuerySet[OfferingVersion], today: date, order: str) -> list[str]:
    try:
        return model_rows.groups(offerings, today, order)
    except WrongValue as error:
        raise BadParameters([ParameterError("ordering", str(error.message), error.nearest)]) from error


def _known_first(offerings: QuerySet[OfferingVersion], today: date) -> QuerySet[OfferingVersion]:
    """The usual order of offerings: nothing leads that is delisted, retired, or has no known price."""
    rank = Case(
        When(~model_rows.live(today), then=Value(2)), When(pricing=Pricing.UNKNOWN, then=Value(1)), default=Value(0)
    )
    return offerings.order_by(rank, "key")


def _around(pages: Pages, now: Mapping[str, str], view: str) -> dict[str, Any]:
    """What stands around the table: its headings, the other view, pages, columns, and addresses of the same list."""
    current_page = pages.page
    every = columns.MODELS if view == "models" else columns.OFFERINGS
    chosen = columns.chosen(every, now)
    filters = {name: text for name, text in now.items() if name not in ("view", columns.PARAMETER)}
    views = [
        (title, state.address(filters, view=None if name == "models" else name, ordering=None), name == view)
        for name, title in VIEWS.items()
    ]
    return {
        "view": view,
        "views": views,
        "page": current_page,
        "count": current_page.paginator.count,
        "count_text": f"{current_page.paginator.count:,}",
        "previous": _turned(now, current_page.number - 1) if current_page.has_previous() else "",
        "following": _turned(now, current_page.number + 1) if current_page.has_next() else "",
        "headings": columns.headings([columns.NAME[view], *chosen], now),
        "shown": {column.name for column in chosen},
        "column_choices": columns.choices(every, now),
        "column_state": [(name, text) for name, text in now.items() if name not in (columns.PARAMETER, "page")],
    }


def _of_these(filters: Mapping[str, str]) -> dict[str, str]:
    """Where the listed offerings are found elsewhere: what they cost, as a LiteLLM map, as JSON.

    `filters`: those that made the list, with what a search narrowed it to. No cost for a list of what only may match.
    """
    narrowing = {name: text for name, text in filters.items() if name in OfferingFilterSet.base_filters}
    narrowing.pop("ordering", None)
    usual_call = {**narrowing, "input": "3000", "output": "500"}
    return {
        "cost_url": "" if ONLY_UNSURE in narrowing else f"{reverse('calculator')}{state.address(usual_call)}",
        "map_url": f"{reverse('export-litellm')}{state.address(narrowing)}".rstrip("?"),
        "export": f"{reverse('api:offerings')}{state.address(narrowing)}".rstrip("?"),
    }


def _turned(now: Mapping[str, str], number: int) -> str:
    turned = {name: text for name, text in now.items() if name != "page"}
    return f"?{urlencode({**turned, 'page': str(number)})}" if number > 1 else state.address(turned)


def _unsure(narrowed: FilteredRows, now: Mapping[str, str]) -> dict[str, Any]:
    """How many offerings may match because of unknown values, and the URL that lists them."""
    if narrowed.only_unsure:
        return {"only_unsure": True, "matching": state.address(now, **{ONLY_UNSURE: None})}
    number = narrowed.unknown_count(0)
    url = state.address(now, **{ONLY_UNSURE: "only"}) if number else ""
    return {"unknown_count": number, "unknown_text": f"{number:,}", "unknown_url": url}


def _offering_row(offering: OfferingVersion, today: date) -> dict[str, Any]:
    return {
        "offering": offering,
        "prices": {meter: price(offering.facts, meter, today) for meter in ("input", "output", "cache_read")},
        "limits": {name: limit(offering.facts, name) for name in ("context_window", "max_output_tokens")},
        "capabilities": [(icon, label) for name, icon, label in _icons() if offering.facts.get(name) is True],
    }


def _icons() -> list[tuple[str, str, str]]:
    """Capability, icon and label, in the order in which they are shown."""
    return [(name, icon, fields.field(name).label) for name, icon in ICONS.items()]


def limit(facts: Mapping[str, Any], name: str) -> str:
    """A limit with thousands separators; "" where it is unknown."""
    return display.text(name, facts[name]) if facts.get(name) else ""


def _meant(query: str, *, is_asked: bool) -> LookupResult:
    """The lookup of a text as an id. Unresolved ids are recorded for `?q=` only, not for words of the filter form."""
    result = cache.current().lookup(query)
    if is_asked:
        afterwards(lambda: unresolved_ids.note([result], UnknownId.Origin.SITE))
    return result


def _form(now: Mapping[str, str], counted: Mapping[str, Any] | None) -> dict[str, Any]:
    """The context of the form. Parameters without an input are kept in hidden inputs."""
    has_ticks = counted is not None
    ticked = {name for name in facets.CAPABILITIES if has_ticks and now.get(name) == "true"}
    ticked |= {"missing"} & {name for name in now if now[name] == "false"}
    inputs = {*TYPED, *(TICKED if has_ticks else ()), *ticked, "page", ONLY_UNSURE}
    stamp = latest()
    return {
        "facets": counted,
        "only_listed": "missing" in ticked,
        "hidden": [(name, text) for name, text in now.items() if name not in inputs],
        "chips": state.chips(now, OfferingFilterSet.base_filters),
        "starts": [(title, state.address(query)) for title, query in STARTS],
        "statuses": [*Status.choices, ("unknown", display.UNKNOWN)],
        "contexts": facets.CONTEXTS,
        "regions": ("eu", *sorted(set(COUNTRY_OF.values()))),
        "providers": sorted(vocabulary.words("providers", stamp)),
        "authors": sorted(filter(None, vocabulary.words("authors", stamp))),
    }
