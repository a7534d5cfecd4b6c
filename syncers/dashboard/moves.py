"""The price changes of the week, the largest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from curation.admin.base import offering_url
from curation.admin.reports.filters import price_moves
from curation.core.diff import distance
from registry import display
from registry.domain import rates

SHOWN: Final = 8
_UTMOST: Final = Decimal("Infinity")


@dataclass(frozen=True, slots=True)
class Move:
    """One change of a price. `factor` is None where one of the values is no amount."""

    offering: str
    field: str
    old: Any
    new: Any
    at: datetime
    source: str
    factor: Decimal | None
    distance: Decimal
    """How far, without direction: 1 where that has no meaning, infinite to and from free."""

    @property
    def label(self) -> str:
        return display.label(self.field)

    @property
    def before(self) -> str:
        return display.amount(self.old, self.at.date())

    @property
    def after(self) -> str:
        return display.amount(self.new, self.at.date())

    @property
    def words(self) -> str:
        if self.distance == _UTMOST:
            return (
                _("became free") if self.after != self.before and _is_free(self.new, self.at.date()) else _("was free")
            )
        return display.movement(self.factor) or _("dates or terms")

    @property
    def is_up(self) -> bool | None:
        return None if self.factor is None else self.factor > 1

    @property
    def url(self) -> str:
        return f"{offering_url(self.offering)}#field-{self.field}"


def of_the_week(now: datetime) -> tuple[int, list[Move]]:
    """The number of changed prices, and the largest changes. One query."""
    columns = ("offering_key", "field", "old", "new", "revision__created_at", "source")
    rows = price_moves(now).order_by("-id").values_list(*columns)
    return biggest(rows.iterator(chunk_size=2000))


def biggest(rows: Iterable[tuple[Any, ...]]) -> tuple[int, list[Move]]:
    """The number of rows, and the largest changes. No query."""
    count, farthest = 0, []
    for row in rows:
        count += 1
        farthest.append(_move(*row))
        if len(farthest) > 50 * SHOWN:
            farthest = _farthest(farthest)
    return count, _farthest(farthest)


def _farthest(moves: list[Move]) -> list[Move]:
    return sorted(moves, key=lambda move: -move.distance)[:SHOWN]


def _move(key: str, name: str, old: Any, new: Any, at: datetime, source: str) -> Move:
    before, after, factor = _amount(old, at.date()), _amount(new, at.date()), None
    if before and after and before[1] == after[1]:
        if before[0] and after[0]:
            factor = after[0] / before[0]
        elif before[0] or after[0]:
            return Move(key, name, old, new, at, source, None, _UTMOST)
    return Move(key, name, old, new, at, source, factor, distance(factor))


def _amount(data: Any, on: date) -> tuple[Decimal, str] | None:
    point = rates.point_on(rates.decode(data), on)
    if point is None or point.state not in (rates.Amounts.PRICED, rates.Amounts.FREE):
        return None
    return point.amount or Decimal(0), point.currency


def _is_free(data: Any, on: date) -> bool:
    point = rates.point_on(rates.decode(data), on)
    return point is not None and point.state is rates.Amounts.FREE
