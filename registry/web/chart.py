"""Prices over time as an SVG chart: a line for each published price, and a gap where it is unknown. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from registry.domain import rates
from registry.history.price_spans import Point, Span, as_published

WIDTH: Final = 600
HEIGHT: Final = 120
_MARGIN: Final = 8


@dataclass(frozen=True, slots=True)
class ChartLine:
    """The line of one meter."""

    meter: str
    paths: tuple[str, ...]
    """SVG paths, one for each span without a gap."""
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of `WIDTH` by `HEIGHT`; the scale begins at 0."""

    lines: tuple[ChartLine, ...]
    highest: str
    first: str
    last: str

    @property
    def box(self) -> str:
        return f"0 0 {WIDTH} {HEIGHT}"


def picture(prices: Mapping[str, Sequence[Point]], now: datetime) -> Chart | None:
    """The prices of some meters until now; None without any change, or without a common currency."""
    lines = {meter: spans for meter, points in prices.items() if (spans := as_published(points, now))}
    all_spans = [span for spans in lines.values() for span in spans]
    currencies = {point["currency"] for _, _, point in all_spans if point["amount"] is not None}
    first = min((begins for begins, _, _ in all_spans), default=now)
    if len(currencies) != 1 or first >= now or all(len(spans) < 2 for spans in lines.values()):
        return None
    highest = max(Decimal(point["amount"]) for _, _, point in all_spans if point["amount"] is not None)
    return Chart(
        tuple(
            ChartLine(meter, _paths(spans, first, now, highest), "; ".join(map(_words, spans)))
            for meter, spans in lines.items()
        ),
        _money(highest, currencies.pop()),
        first.date().isoformat(),
        now.date().isoformat(),
    )


def _paths(spans: Sequence[Span], first: datetime, now: datetime, highest: Decimal) -> tuple[str, ...]:
    paths: list[str] = []
    drawn_to: datetime | None = None
    for begins, ends, point in spans:
        if point["amount"] is None:
            continue
        left, right = (round(WIDTH * ((at - first) / (now - first))) for at in (begins, ends))
        share = Decimal(point["amount"]) / highest if highest else Decimal(0)
        level = round(HEIGHT - _MARGIN - (HEIGHT - 2 * _MARGIN) * share)
        if begins == drawn_to:
            paths[-1] += f"V{level}H{right}"
        else:
            paths.append(f"M{left} {level}H{right}")
        drawn_to = ends
    return tuple(paths)


def _words(span: Span) -> str:
    begins, _, point = span
    is_priced = point["state"] == "priced"
    price = _money(Decimal(point["amount"]), point["currency"]) if is_priced else point["state"].replace("_", " ")
    return f"{price} from {begins.date()}"


def _money(number: Decimal, currency: str) -> str:
    exact = f"{rates.plain(number):,f}"
    return f"${exact}" if currency == "USD" else f"{exact} {currency}"
