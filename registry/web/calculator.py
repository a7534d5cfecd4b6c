"""`/calculator`: what calls cost, by the engine of `POST /api/v1/cost/`. Every state has its own URL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from registry.api import cost_body, cost_compare
from registry.api.cost_conditions import known_tiers
from registry.api.problems import BadParameters, ParameterError
from registry.catalogue import cache
from registry.catalogue.public_keys.offering_keys import OfferingFilterSet
from registry.cost import costing
from registry.cost.costing import CostComparison, CostResult, Question
from registry.domain.rates import plain
from registry.domain.words import whole
from registry.pricing import Cost
from registry.web.gate import for_visitors, page
from registry.web.query_state import canonical, parameters

MOST_ROWS: Final = 50
MOST_CALLS: Final = 10**12
COUNTS: Final = {
    "input": _("Input tokens"),
    "cached": _("Cached, % of the input"),
    "output": _("Output tokens"),
    "images": _("Images made"),
    "calls": _("Calls"),
}
"""The inputs that hold a whole number."""
WORDS: Final = ("id", "tier", "region", "day")
_FILTERS: Final = OfferingFilterSet.base_filters.keys() - {*COUNTS, *WORDS, "ordering"}
PRESETS: Final = (
    (_("Chat"), {"input": "1500", "output": "500"}),
    (_("Documents, cached"), {"input": "8000", "cached": "80", "output": "400", "calls": "10000"}),
    (_("Coding agent"), {"input": "30000", "cached": "90", "output": "2000", "calls": "1000"}),
    (_("Classify in batches"), {"input": "1000", "output": "20", "tier": "batch", "calls": "1000000"}),
    (_("10M in, 2M out, half cached"), {"input": "10000000", "cached": "50", "output": "2000000"}),
)


@dataclass(frozen=True, slots=True)
class Priced:
    """The cost of one call and of all calls at an offering, exact, in words; "" where it is unknown."""

    id: str
    offering: str
    name: str
    each: str
    total: str
    is_complete: bool
    cost: Cost | None
    times_cheapest: str = ""

    @property
    def provider(self) -> str:
        return self.offering.partition("/")[0]


@require_safe
@for_visitors
def calculator(request: HttpRequest) -> HttpResponse:
    """A form, and the cost at the offerings that ids or filters of the list name, the cheapest first."""
    if redirect := canonical(request):
        return redirect
    now = parameters(request)
    context: dict[str, Any] = {
        "now": now,
        "counts": [(name, label, now.get(name, "")) for name, label in COUNTS.items()],
        "tiers": known_tiers(),
        "presets": [(title, urlencode({**_over(now), **preset})) for title, preset in PRESETS],
        "kept": [(name, text) for name, text in _over(now).items() if name != "id"],
    }
    if not now.keys() & COUNTS.keys():
        return page(request, "calculator", context)
    try:
        context |= _answer(now)
    except BadParameters as problem:
        return page(request, "calculator", {**context, "problem": problem.text}, problem.status_code)
    return page(request, "calculator", context)


def _over(now: Mapping[str, str]) -> dict[str, str]:
    """What is compared: ids, or filters of the list."""
    return {name: text for name, text in now.items() if name not in COUNTS and name not in ("tier", "region", "day")}


def _answer(now: Mapping[str, str]) -> dict[str, Any]:
    """The costs of a state. A region chooses its prices and, without ids, the offerings served there. Raises
    BadParameters.
    """
    counts = {name: _whole(now, name) for name in COUNTS}
    calls = counts["calls"] or 1
    question = _question(now, counts)
    filters = {name: text for name, text in now.items() if name in _FILTERS}
    if unknown := now.keys() - COUNTS.keys() - set(WORDS) - filters.keys():
        raise BadParameters([ParameterError(name, "no such input here") for name in sorted(unknown)])
    ids = tuple(dict.fromkeys(id for id in now.get("id", "").split(",") if id))
    if ids and filters:
        raise BadParameters([ParameterError("id", "name ids, or filters, not both")])
    if not ids and "region" in now:
        filters["region"] = now["region"]
    comparison = _compared(question, ids, filters)
    results = comparison.results[:MOST_ROWS]
    unit = _cheapest(results)
    return {
        "rows": [_row(result, calls, unit) for result in results],
        "matching": comparison.matching,
        "matching_text": f"{comparison.matching:,}",
        "unknown_count": comparison.unknown,
        "calls": calls,
        "calls_text": f"{calls:,}",
        "cached_tokens": f"{question.usage.cache_read_tokens:,}" if counts["cached"] else "",
        "revision": comparison.revision,
        "at": question.conditions.moment,
    }


def _question(now: Mapping[str, str], counts: Mapping[str, int]) -> Question:
    if counts["cached"] > 100:
        raise BadParameters([ParameterError("cached", "is a share of the input, from 0 to 100 %")])
    usage = {
        "input_tokens": counts["input"],
        "cache_read_tokens": counts["input"] * counts["cached"] // 100,
        "output_tokens": counts["output"],
        "output_images": counts["images"],
    }
    item = {"id": "any", "usage": {name: count for name, count in usage.items() if count}}
    item |= {name: now[name] for name in ("tier", "region") if name in now}
    if "day" in now:
        item["at"] = now["day"]
    return cost_body.read(item, timezone.now()).questions[0]


def _whole(now: Mapping[str, str], name: str) -> int:
    text = now.get(name, "0").replace(",", "").replace(" ", "")
    if (number := whole(text, MOST_CALLS)) is None:
        raise BadParameters([ParameterError(name, f"a whole number up to {MOST_CALLS:,} is expected")])
    return number


def _compared(question: Question, ids: tuple[str, ...], filters: Mapping[str, str]) -> CostComparison:
    """One id is compared with the same model elsewhere, several with each other, filters with all that match."""
    if len(ids) > cost_compare.MOST:
        raise BadParameters([ParameterError("id", f"{cost_compare.MOST} ids at most")])
    if len(ids) == 1:
        question = Question(ids[0], question.usage, question.conditions)
        results = costing.compare(question)
        own = costing.costs([question])
        revision = own[0].revision
        return CostComparison(revision, len(results or own), results or own)
    if ids:
        return costing.compare_ids(question, ids)
    return cost_compare.compared(question, cost_compare.Over({"missing": "false", **filters}, limit=MOST_ROWS), None)


def _cheapest(results: Iterable[CostResult]) -> Decimal | None:
    """The lowest total in US dollars that is complete and not free; others are multiples of it."""
    totals = (
        result.cost.total
        for result in results
        if result.cost and result.cost.complete and result.cost.currency == "USD" and result.cost.total
    )
    return min(totals, default=None)


def _row(result: CostResult, calls: int, unit: Decimal | None) -> Priced:
    cost = result.cost
    totals = cost.totals if cost else {}
    offering = result.offering or ""
    entry = cache.current().entries.get(offering)
    return Priced(
        id=result.question.id,
        offering=offering,
        name=str(entry.facts.get("name") or "") if entry else "",
        each=" + ".join(money(total, currency) for currency, total in totals.items()),
        total=" + ".join(money(total * calls, currency) for currency, total in totals.items()),
        is_complete=bool(cost and cost.complete),
        cost=cost,
        times_cheapest=_multiple(cost, unit),
    )


def _multiple(cost: Cost | None, unit: Decimal | None) -> str:
    if not (unit and cost and cost.complete and cost.total and cost.currency == "USD"):
        return ""
    return f"×{cost.total / unit:.3g}" if cost.total != unit else ""


def money(amount: Decimal, currency: str) -> str:
    """An amount as text, exact: `$1,234.5`, `0.3 CNY`."""
    text = f"{plain(amount):,f}"
    return f"${text}" if currency == "USD" else f"{text} {currency}"
