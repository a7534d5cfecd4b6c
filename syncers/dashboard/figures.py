"""What the first page is made of: a number with the list behind it, and bars of such numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and the address of the list that has exactly so many rows."""

    title: Any
    count: int
    url: str
    hint: str = ""
    is_urgent: bool = False
    parts: tuple[Figure, ...] = ()
    """Some of them, each with a list of its own."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure as a piece of a bar: where it starts and how long it is, in percent of the whole."""

    figure: Figure
    start: float
    share: float
    colour: str = ""


def bars(figures: Iterable[tuple[Figure, str]], whole: int | None = None) -> list[Bar]:
    """Figures one behind the other on one bar."""
    listed = list(figures)
    total = whole or sum(figure.count for figure, _ in listed) or 1
    found, start = [], 0.0
    for figure, colour in listed:
        share = round(100 * figure.count / total, 2)
        found.append(Bar(figure, round(start, 2), share, colour))
        start += share
    return found


def beside(figures: Iterable[Figure]) -> list[Bar]:
    """Figures as bars of their own, the longest of which takes all the room."""
    listed = list(figures)
    most = max((figure.count for figure in listed), default=0) or 1
    return [Bar(figure, 0, round(100 * figure.count / most, 2)) for figure in listed]
