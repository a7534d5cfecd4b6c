"""`/price-quality`: sourced scores against the price of a mix of tokens, as a chart and as a table."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any, Final

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from registry.catalogue import queries
from registry.domain.words import whole
from registry.identity.platforms import HOME_PROVIDERS
from registry.models import Benchmark
from registry.web.gate import for_visitors, page
from registry.web.listing.model_rows import live
from registry.web.query_state import canonical, parameters

WIDTH, HEIGHT, MARGIN = 920, 420, 44
USUAL_MIX: Final = "3:1"
MOST_PARTS: Final = 1000


@dataclass(frozen=True, slots=True)
class Point:
    """A model: its score, and what 1M tokens of the mix cost in US dollars."""

    model: str
    name: str
    score: Decimal
    variant: str
    price: Decimal
    is_own: bool
    """Whether the price is that of the author's own offering; else it is the median of all offerings."""
    x: float = 0
    y: float = 0
    is_on_frontier: bool = False


@require_safe
@for_visitors
def scatter(request: HttpRequest) -> HttpResponse:
    """One benchmark of one publisher. Free models and those without a price stand in the table alone."""
    if redirect := canonical(request):
        return redirect
    now, today = parameters(request), timezone.now().date()
    choices = _choices()
    mix = now.get("mix", USUAL_MIX)
    asked = now.get("benchmark") or (choices[0][0] if choices else "")
    context: dict[str, Any] = {"choices": choices, "asked": asked, "mix": mix, "box": f"0 0 {WIDTH} {HEIGHT}"}
    try:
        parts = _mix(mix)
        if choices and asked not in {value for value, *_rest in choices}:
            raise ValueError(_("No benchmark is called %(name)s.") % {"name": asked[:100]})
    except ValueError as error:
        return page(request, "scatter", {**context, "problem": str(error)}, 400)
    if choices:
        points, unpriced = _points(asked, parts, today)
        context |= {"points": _placed(points), "unpriced": unpriced, "ticks": _ticks(points)}
    return page(request, "scatter", context)


def _choices() -> list[tuple[str, str, str, int]]:
    """Benchmarks by the number of scored models: address, name, publisher, number. One query."""
    rows = Benchmark.objects.filter(model__isnull=False).order_by().values_list("name", "source")
    counted = rows.annotate(models=Count("model", distinct=True)).order_by("-models", "name", "source")
    return [(f"{name}@{source}", name, source, models) for name, source, models in counted]


def _mix(text: str) -> tuple[int, int]:
    """Parts of input and of output. Raises ValueError."""
    given, made = (whole(part, MOST_PARTS) for part in (text.split(":") if text.count(":") == 1 else ("", "")))
    if given is None or made is None:
        raise ValueError(_("mix: parts of input to parts of output are expected, such as 3:1."))
    if not given + made:
        raise ValueError(_("mix: one of the parts has to be more than 0."))
    return given, made


def _points(asked: str, parts: tuple[int, int], today: date) -> tuple[list[Point], list[str]]:
    """Models with a score and a price, and the ids of those whose price is unknown. Two queries."""
    name, _at, source = asked.rpartition("@")
    best: dict[str, tuple[Decimal, str, str, str]] = {}
    scores = Benchmark.objects.filter(name=name, source=source, model__isnull=False).order_by("score")
    for key, slug, author, score, variant in scores.values_list(
        "model_id", "model__slug", "model__author", "score", "variant"
    ):
        best[key] = (score, slug, author, variant)  # the highest of its variants comes last
    prices, names = _prices(best, parts, today)
    points, unpriced = [], []
    for key, (score, slug, author, variant) in best.items():
        price, is_own = _price(prices.get(key, []), author)
        if price:
            points.append(Point(slug, names.get(key) or slug, score.normalize(), variant, price, is_own))
        else:
            unpriced.append(slug)
    return sorted(points, key=lambda point: (-point.score, point.price, point.model)), sorted(unpriced)


def _prices(
    models: Iterable[str], parts: tuple[int, int], today: date
) -> tuple[dict[str, list[tuple[str, Decimal]]], dict[str, str]]:
    """Model → providers and their price of 1M tokens of the mix; and a name of each model."""
    rows = queries.offerings(today).filter(live(today), model_id__in=list(models))
    prices: dict[str, list[tuple[str, Decimal]]] = defaultdict(list)
    names: dict[str, str] = {}
    given, made = parts
    for model, provider, name, input_price, output_price in rows.values_list(
        "model_id", "provider_id", "name", "input_price", "output_price"
    ):
        if name:
            names.setdefault(model, name)
        if (given and input_price is None) or (made and output_price is None):
            continue
        total = given * (input_price or Decimal(0)) + made * (output_price or Decimal(0))
        prices[model].append((provider, total / (given + made)))
    return prices, names


def _price(prices: Sequence[tuple[str, Decimal]], author: str) -> tuple[Decimal | None, bool]:
    """The author's own price, else the median of all."""
    own = [price for provider, price in prices if provider in HOME_PROVIDERS.get(author, ())]
    if own:
        return min(own), True
    return (median(price for _provider, price in prices), False) if prices else (None, False)


def _placed(points: Sequence[Point]) -> list[Point]:
    """Points with places in the picture: price on a logarithmic axis, score on a linear one."""
    if not points:
        return []
    low, high = _decades(points)
    bottom, top = min(point.score for point in points), max(point.score for point in points)
    height = float(top - bottom) or 1.0
    placed, cheapest = [], None
    for point in points:  # falling score: on the frontier is what is cheaper than everything better
        is_on_frontier = cheapest is None or point.price < cheapest
        cheapest = point.price if is_on_frontier else cheapest
        across = (math.log10(point.price) - low) / (high - low)
        up = float(point.score - bottom) / height
        x, y = MARGIN + across * (WIDTH - 2 * MARGIN), HEIGHT - MARGIN - up * (HEIGHT - 2 * MARGIN)
        price, place = point.price.normalize(), (round(x, 1), round(y, 1))
        placed.append(replace(point, price=price, x=place[0], y=place[1], is_on_frontier=is_on_frontier))
    return placed


def _decades(points: Sequence[Point]) -> tuple[int, int]:
    logs = [math.log10(point.price) for point in points]
    low, high = math.floor(min(logs)), math.ceil(max(logs))
    return low, high if high > low else low + 1


def _ticks(points: Sequence[Point]) -> list[Mapping[str, Any]]:
    if not points:
        return []
    low, high = _decades(points)
    return [
        {
            "x": round(MARGIN + (decade - low) / (high - low) * (WIDTH - 2 * MARGIN), 1),
            "text": f"${Decimal(10) ** decade:f}",
        }
        for decade in range(low, high + 1)
    ]
