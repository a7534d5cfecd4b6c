"""Prices over time as a picture: a step for each that was published, and a gap where nobody stated one. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from registry.domain import rates

WIDTH: Final = 600
HEIGHT: Final = 120
_MARGIN: Final = 8


@dataclass(frozen=True, slots=True)
class Step:
    """From a day on: an amount, or None where there was no number; and both in words."""

    on: date
    amount: Decimal | None
    currency: str
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """The steps of one meter, the oldest first."""

    meter: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class DrawnLine:
    meter: str
    paths: tuple[str, ...]
    """SVG paths, one for each stretch without a gap."""
    words: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture of `WIDTH` by `HEIGHT`; the scale begins at 0."""

    lines: tuple[DrawnLine, ...]
    highest: str
    first: str
    last: str

    @property
    def box(self) -> str:
        return f"0 0 {WIDTH} {HEIGHT}"


def line(meter: str, points: Iterable[Mapping[str, Any]]) -> Line:
    """The steps of a meter from its history as `registry.history.timeline.prices` gives it."""
    found: dict[date, Step] = {}
    for point in points:
        known = date.fromisoformat(point["known_from"]["at"][:10])
        start = max(known, date.fromisoformat(point["valid_from"])) if point["valid_from"] else known
        if point["valid_to"] and date.fromisoformat(point["valid_to"]) <= start:
            continue  # it was over before it was known
        found[start] = _step(start, point)
    return Line(meter, tuple(found[day] for day in sorted(found)))


def _step(start: date, point: Mapping[str, Any]) -> Step:
    number = Decimal(point["amount"]) if point["state"] in ("priced", "free") else None
    words = _money(number, point["currency"]) if number else str(point["state"]).replace("_", " ")
    return Step(start, number, str(point["currency"] or ""), words)


def drawn(lines: Sequence[Line], *, until: date) -> Drawn | None:
    """The picture up to a day; None where nothing moved, or where there is no one scale to draw it on."""
    steps = [step for one in lines for step in one.steps if step.on <= until]
    numbers = [step for step in steps if step.amount is not None]
    currencies = {step.currency for step in numbers}
    first = min((step.on for step in steps), default=until)
    if len(currencies) != 1 or first >= until or all(len(one.steps) < 2 for one in lines):
        return None
    highest = max(step.amount for step in numbers if step.amount is not None)
    pictures = tuple(
        DrawnLine(one.meter, _paths(one, first, until, highest), "; ".join(f"{s.words} from {s.on}" for s in one.steps))
        for one in lines
        if one.steps
    )
    return Drawn(pictures, _money(highest, currencies.pop()), first.isoformat(), until.isoformat())


def _paths(one: Line, first: date, until: date, highest: Decimal) -> tuple[str, ...]:
    days = (until - first).days
    paths: list[str] = []
    open_at: int | None = None
    shown = [step for step in one.steps if step.on <= until]
    for step, following in zip(shown, [*shown[1:], None], strict=True):
        if step.amount is None:
            open_at = None
            continue
        left = round(WIDTH * (step.on - first).days / days)
        right = round(WIDTH * (following.on - first).days / days) if following else WIDTH
        share = step.amount / highest if highest else Decimal(0)
        level = round(HEIGHT - _MARGIN - (HEIGHT - 2 * _MARGIN) * share)
        if open_at is None:
            paths.append(f"M{left} {level}H{right}")
        else:
            paths[-1] += f"V{level}H{right}"
        open_at = level
    return tuple(paths)


def _money(number: Decimal, currency: str) -> str:
    exact = f"{rates.plain(number):,f}"
    return f"${exact}" if currency == "USD" else f"{exact} {currency}"
