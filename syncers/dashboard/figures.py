"""The elements of the dashboard: numbers with the lists behind them, and bars."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and the address of the list with exactly so many rows."""

    title: Any
    count: int
    url: str
    hint: str = ""
    is_urgent: bool = False
    parts: tuple[Figure, ...] = ()
    """Parts of the number, each with its own list."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure as a segment of a bar: start and length, in percent of the whole."""

    figure: Figure
    start: float
    share: float
    colour: str = ""


def bars(figures: Iterable[tuple[Figure, str]], whole: int | None = None) -> list[Bar]:
    """Figures as segments of one bar."""
    listed = list(figures)
    total = whole or sum(figure.count for figure, _ in listed) or 1
    drawn, start = [], 0.0
    for figure, colour in listed:
        share = round(100 * figure.count / total, 2)
        drawn.append(Bar(figure, round(start, 2), share, colour))
        start += share
    return drawn


def beside(figures: Iterable[Figure]) -> list[Bar]:
    """Figures as separate bars, relative to the longest."""
    listed = list(figures)
    most = max((figure.count for figure in listed), default=0) or 1
    return [Bar(figure, 0, round(100 * figure.count / most, 2)) for figure in listed]
