"""The filters of lists, applied to a past state in memory: what they say of columns is true of both.

A `PastRows` takes the calls that filters make of a queryset, and only those. It follows the rules of SQL: nothing is
more or less than what is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from django.db.models import Q

from registry import past
from registry.past import PastRow


class NotInLedger(ValueError):
    """It is asked for a column that nobody knows of the past."""


def _contains(value: Any, text: str) -> bool:
    return text in value


def _icontains(value: Any, text: str) -> bool:
    return text.casefold() in value.casefold()


_TESTS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "exact": lambda value, wanted: value == wanted,
    "in": lambda value, wanted: value in wanted,
    "contains": _contains,
    "icontains": _icontains,
    "gt": lambda value, wanted: value > wanted,
    "gte": lambda value, wanted: value >= wanted,
    "lt": lambda value, wanted: value < wanted,
    "lte": lambda value, wanted: value <= wanted,
}


class PastRows:
    """Rows of a past state, to be filtered, sorted and paged as a queryset is."""

    ordered = True

    def __init__(self, rows: Sequence[PastRow]) -> None:
        self._rows = rows

    def filter(self, *conditions: Q, **lookups: Any) -> PastRows:
        wanted = Q(*conditions, **lookups)
        _check(column for column, _ in _columns(wanted))
        return PastRows([row for row in self._rows if _holds(wanted, row)])

    def none(self) -> PastRows:
        return PastRows([])

    def order_by(self, *columns: Any) -> PastRows:
        rows, sortings = list(self._rows), [_sorting(column) for column in columns]
        _check(name for name, _ in sortings)
        for name, falls in reversed(sortings):  # sorting is stable, so the last one first
            keyed = [(row.column(name), row) for row in rows]
            known = sorted(
                (one for one in keyed if one[0] not in (None, "")), key=lambda one: one[0], reverse=falls
            )  # fmt: skip
            rows = [row for _, row in known] + [row for value, row in keyed if value in (None, "")]
        return PastRows(rows)

    def count(self) -> int:
        return len(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[PastRow]:
        return iter(self._rows)

    def __getitem__(self, part: slice) -> Sequence[PastRow]:
        return self._rows[part]


def _holds(condition: Any, row: PastRow) -> bool:
    if isinstance(condition, Q):
        found = (_holds(child, row) for child in condition.children)
        return (any(found) if condition.connector == Q.OR else all(found)) != condition.negated
    if not isinstance(condition, tuple):
        return False  # a look at another table: aliases, of which the past knows none
    (column, test), wanted = _read(condition[0]), condition[1]
    value = row.column(column)
    if test == "isnull":
        return bool((value is None) == wanted)
    return value is not None and _TESTS[test](value, wanted)


def _read(path: str) -> tuple[str, str]:
    """Column and test of a lookup: `model__slug__in` is (`model__slug`, `in`)."""
    column, _, test = path.rpartition("__")
    return (column, test) if test in _TESTS or test == "isnull" else (path, "exact")


def _columns(condition: Any) -> Iterator[tuple[str, str]]:
    if isinstance(condition, Q):
        for child in condition.children:
            yield from _columns(child)
    elif isinstance(condition, tuple):
        yield _read(condition[0])


def _check(columns: Iterable[str]) -> None:
    for column in columns:
        if not past.is_known(column):
            raise NotInLedger(column)


def _sorting(column: Any) -> tuple[str, bool]:
    """Name of the column, and whether it falls."""
    if isinstance(column, str):
        return column, False
    expression: Any = column.expression
    # What is unknown stands last anyway, so that the function which makes "" null can be looked through.
    name = getattr(expression, "name", None) or expression.get_source_expressions()[0].name
    return str(name), bool(column.descending)
