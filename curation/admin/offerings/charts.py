"""Prices of one offering over time, one chart per meter, in recorded time and in valid time.

*Recorded time* is what the registry published on each day for that day: a step where a price was published, and one
where a price that was announced before began. *Valid time* is what is known today about each day, and is drawn only
where a source states dates. Nothing is drawn where no amount is known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from curation.admin.base import list_url
from registry import display
from registry.catalogue import announcements
from registry.domain import rates
from registry.domain.fields import Group
from registry.history import entries as history
from registry.history import timeline
from registry.history.price_spans import Point, Span, as_published, known_at, start_of
from registry.models import Offering

SHOWN_AT_FIRST: Final = 6
"""Visible lines of one chart; the others are switched on in the legend."""
BEYOND: Final = timedelta(days=30)


def context(request: HttpRequest, offering: Offering) -> dict[str, Any]:
    """Charts and tables of all prices that were ever published, in two queries."""
    entries = history.entries_of(offering.key).filter(**timeline.of_group(Group.PRICE))
    lines = timeline.prices(entries)
    now = timezone.now()
    return {
        "charts": charts(lines, now),
        "rates": [
            {**point, "label": display.label(name, offering.facts), "text": _text(point)}
            for name, points in lines.items()
            for point in points
            if point["known_to"] is None and point["state"] != "unknown" and _holds(point, now.date().isoformat())
        ],
        "announced": announcements.of_offering(offering.facts, offering.provenance, now.date()),
        "ledger_url": list_url("registry_ledgerentry", q=offering.key, group=Group.PRICE.value),
    }


def charts(lines: Mapping[str, Sequence[Point]], now: datetime) -> list[dict[str, Any]]:
    """One chart per meter, modality, unit and currency, with a table of the same data."""
    grouped: dict[tuple[str, str, str, str], dict[str, Sequence[Point]]] = defaultdict(dict)
    for name, points in lines.items():
        key = rates.parse_key(name)
        for currency in dict.fromkeys(point["currency"] for point in points if point["currency"]):
            title = display.label(rates.RateKey(key.meter, key.modality, key.unit).field)
            grouped[title, key.meter, key.counted_in, currency][name] = points
    order = {meter: place for place, meter in enumerate(rates.METERS)}
    return [
        _chart(place, title, unit, currency, points_by_rate, now)
        for place, ((title, _meter, unit, currency), points_by_rate) in enumerate(
            sorted(grouped.items(), key=lambda item: (order[item[0][1]], item[0]))
        )
    ]


def _chart(
    place: int, title: str, unit: str, currency: str, lines: Mapping[str, Sequence[Point]], now: datetime
) -> dict[str, Any]:
    drawn: list[dict[str, Any]] = []
    for number, (name, points) in enumerate(sorted(lines.items(), key=_ordinary_first)):
        label = display.label(name)
        common = {"rate": number, "hidden": number >= SHOWN_AT_FIRST}
        published = list(steps(as_published(points, now), currency))
        drawn.append({**common, "label": label, "clock": "known", "points": published})
        if dated := list(steps(by_dates(points, now), currency)):
            by = _("%(rate)s, by its dates") % {"rate": label}
            drawn.append({**common, "label": by, "clock": "holds", "points": dated})
    rows = [row for name, points in sorted(lines.items(), key=_ordinary_first) for row in _rows(name, points, currency)]
    return {
        "id": f"prices-{place}",
        "data_id": f"prices-{place}-data",
        "title": title,
        "unit": unit,
        "currency": currency,
        "has_dates": any(line["clock"] == "holds" for line in drawn),
        "data": {"lines": drawn, "now": _ms(now), "unit": f"{currency} / {unit}"},
        "rows": rows,
        "is_short": len(rows) <= 8,
    }


def _ordinary_first(line: tuple[str, Any]) -> tuple[bool, str]:
    return not rates.parse_key(line[0]).is_base, line[0]


# -- points --------------------------------------------------------------------------------------------------------


def by_dates(points: Sequence[Point], now: datetime) -> list[Span]:
    """What is known today about every past and future day. Empty where no dates are stated."""
    newest = [point for point in points if point["known_to"] is None]
    dates = [day for point in newest for day in (start_of(point["valid_from"]), start_of(point["valid_to"])) if day]
    if not dates:
        return []
    # A price that begins on the last known date is extended beyond it.
    first, last = min(known_at(points[0]["known_from"]), *dates), max(now, *(day + BEYOND for day in dates))
    spans = ((start_of(point["valid_from"]) or first, start_of(point["valid_to"]) or last, point) for point in newest)
    return sorted(spans, key=lambda span: span[0])


def steps(spans: Iterable[Span], currency: str) -> Iterator[dict[str, Any]]:
    """Points of a step line: a gap where no amount in that currency is known. Amounts are exact, as text."""
    last: datetime | None = None
    for begins, ends, point in spans:
        if last is not None and begins > last:
            yield {"x": _ms(last), "y": None}
        amount = point["amount"] if point["currency"] == currency else None
        text = _text(point)
        yield {"x": _ms(begins), "y": amount, "text": text}
        yield {"x": _ms(ends), "y": amount, "text": text}
        last = ends


# -- words ---------------------------------------------------------------------------------------------------------


def _rows(name: str, points: Sequence[Point], currency: str) -> Iterator[dict[str, Any]]:
    for point in reversed(points):
        if point["currency"] in (currency, None):
            yield {**point, "label": display.label(name), "text": _text(point)}


def _text(point: Point) -> str:
    if point["state"] == "priced":
        sign = "$" if point["currency"] == "USD" else ""
        return f"{sign}{point['amount']} {'' if sign else point['currency'] + ' '}/ {point['unit']}"
    if point["state"] == "unknown":
        return str(display.UNKNOWN)
    return display.text("price.input", [{"state": point["state"], "currency": point["currency"]}])


def _holds(point: Point, day: str) -> bool:
    return (point["valid_from"] or "") <= day and (point["valid_to"] is None or day < point["valid_to"])


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
