"""`/`: the catalogue for choosers. Search, filters and order are those of the API, and each state is an address."""

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
from registry.catalogue.offering_keys import OfferingFilterSet
from registry.catalogue.queries import latest
from registry.catalogue.snapshot import afterwards
from registry.domain import fields
from registry.identity.lookup import Answer
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
STARTS: Final = (
    (_("Cheapest with tools and 200k context"),
     {"supports_tools": "true", "context_window__gte": "200000", "missing": "false", "ordering": "input_price"}),
    (_("Free"), {"pricing": "free", "missing": "false"}),
    (_("Newest"), {"ordering": "-released_on"}),
    (_("Longest context"), {"missing": "false", "ordering": "-context_window"}),
    (_("Open weights that reason"), {"open_weights": "true", "supports_reasoning": "true", "ordering": "output_price"}),
)  # fmt: skip
_MARKS: Final = tuple(
    (one.name, one.label)
    for one in fields.CAPABILITIES
    if one.name in ("supports_vision", "supports_tools", "supports_reasoning", "supports_structured_output")
)


@require_safe
@for_visitors
def home(request: HttpRequest) -> HttpResponse:
    """The list in the asked state, with what the searched words mean as an id; `?q=` resolves any id.

    Filters that the API would refuse are refused here too, with what was probably meant, and status 400.
    """
    if not all(request.GET.values()):
        return HttpResponseRedirect(_without_empty(request))
    said = request.GET.dict()
    now = {name: str(text) for name, text in said.items() if name != "q"}
    query = str(said.get("q", now.get("search", ""))).replace("\0", "").strip()[:LONGEST_QUERY]
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
    return {name: f"{counted[name]:,}" for name in ("offerings", "models", "providers")}


def _without_empty(request: HttpRequest) -> str:
    """A form sends its empty inputs too; the address of the state has none."""
    said = urlencode({name: str(text) for name, text in request.GET.items() if text})
    return f"{reverse('home')}?{said}" if said else reverse("home")


def _pages(request: HttpRequest) -> tuple[Pages, list[OfferingVersion], FilteredRows]:
    """The asked page of the asked list, and what the filters could not judge.

    Raises BadParameters, and NotFound for a page after the last.
    """
    listed, state_asked = copy(request), QueryDict(mutable=True)
    state_asked.update(request.GET)
    state_asked.pop("q", None)  # it says nothing of the list, and any text may be looked up
    listed.GET = state_asked  # type: ignore[assignment]
    asked = Request(listed)
    rows = queries.offerings(timezone.now().date())
    narrowed = filtering.narrow(asked, rows, OfferingFilterSet, newest=latest())
    pages = Pages()
    offerings = pages.paginate_queryset(
        narrowed.rows, asked, select=lambda page: page.select_related("model", "content").only(*COLUMNS)
    )
    return pages, offerings, narrowed


def _unsure(pages: Pages, narrowed: FilteredRows, now: Mapping[str, str]) -> dict[str, Any]:
    """How many offerings are not known to match, and where they are listed."""
    number = narrowed.unknown_count(pages.page.paginator.count)
    if narrowed.only_unsure:
        return {"only_unsure": True, "matching": state.address(now, **{ONLY_UNSURE: None})}
    url = state.address(now, **{ONLY_UNSURE: "only"}) if number else ""
    return {"unknown_count": number, "unknown_text": f"{number:,}", "unknown_url": url}


def _listed(pages: Pages, offerings: list[OfferingVersion], now: Mapping[str, str]) -> dict[str, Any]:
    today, found = timezone.now().date(), pages.page
    turned = {name: text for name, text in now.items() if name != "page"}
    return {
        "rows": [_row(offering, today) for offering in offerings],
        "page": found,
        "count": found.paginator.count,
        "count_text": f"{found.paginator.count:,}",
        "previous": _turned(turned, found.number - 1) if found.has_previous() else "",
        "following": _turned(turned, found.number + 1) if found.has_next() else "",
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
    """An ordinary price on a day in words, and whether anybody states it."""
    text = display.price(facts, f"price.{meter}", today)
    return {"text": text, "is_known": text != str(display.UNKNOWN)}


def limit(facts: Mapping[str, Any], name: str) -> str:
    """A limit with its thousands marked; "" where nobody states one."""
    return display.text(name, facts[name]) if facts.get(name) else ""


def _meant(query: str, *, is_asked: bool) -> dict[str, Any]:
    """What a text means as an id. A miss is noted only where an id was asked for: words of a search are none."""
    current = cache.current()
    answer: Answer = current.lookup(query)
    if is_asked:
        afterwards(lambda: unresolved_ids.note([answer], UnknownId.Origin.SITE))
    entry = current.entries.get(answer.offering or "") if is_asked else None
    return {"answer": answer, "is_asked": is_asked, "values": list(explain(entry)) if entry else []}


def _form(now: Mapping[str, str]) -> dict[str, Any]:
    """What the form shows. What it has no input for is kept in hidden ones."""
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
