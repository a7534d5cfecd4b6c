"""The filters that a key of some type has, by the names of their parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.db.models import Q

from registry.catalogue.filters import values
from registry.catalogue.filters.base import Filter
from registry.catalogue.filters.kinds import Compared, Meaning, Tags, Words
from registry.domain import kinds, places
from registry.domain.columns import DERIVED
from registry.domain.fields import Field
from registry.json_schema import Schema, day, text, whole

Filters = dict[str, Filter]

_COMPARISONS: Final = {"gte": "at least", "gt": "more than", "lte": "at most", "lt": "less than"}
_WHOLE: Final = whole(minimum=0, maximum=999_999_999_999_999)
_AMOUNT: Final = text(pattern=r"^[0-9]{1,9}(\.[0-9]{1,12})?$")
_MOMENT: Final = {"anyOf": [day(), text(format="date-time")]}


def of_field(field: Field) -> Filters:
    """Those of a field, by its kind; none where it has no column."""
    name, column, says = field.parameter or field.name, field.column, field.label
    if not column:
        return {}
    if choices := field.kind.schema.get("enum"):
        return words(name, column, says, allowed=choices, blank=True)
    if field.kind is kinds.FLAG:
        return flag(name, column, says)
    if field.name == "regions":
        return {name: Tags(column, f"{says}; `eu` and a country find all regions in it", covers=places.within)}
    if field.kind is kinds.TAGS:
        return {name: Tags(column, says, complete=field.name in DERIVED)}
    if family := _NUMBERS.get(field.kind.name):
        return family(name, column, says)
    return words(name, column, says, unknown=Q(**{column: ""})) if field.parameter else {}


def is_sorted(field: Field) -> bool:
    """Whether lists are sorted by a field."""
    return bool(field.column) and (field.kind.name in _NUMBERS or "enum" in field.kind.schema)


def words(name: str, column: str, says: str, **kwargs: Any) -> Filters:
    return {
        name: Words(column, says, **kwargs),
        f"{name}__n": Words(column, f"Not: {says}", exclude=True, **kwargs),
    }


def flag(name: str, column: str, says: str) -> Filters:
    """A capability: yes, no, or nobody said."""
    meanings = {
        "true": Q(**{column: True}),
        "false": Q(**{column: False}),
        "unknown": Q(**{f"{column}__isnull": True}),
    }
    return {name: Meaning(f"{says}: yes, no, or not known.", meanings)}


def yes_no(name: str, says: str, condition: Q, otherwise: Q | None = None) -> Filters:
    """`otherwise` is what fulfils the opposite, where that is not all the rest."""
    return {name: Meaning(says, {"true": condition, "false": ~condition if otherwise is None else otherwise})}


def unknown(name: str, column: str, says: str) -> Filters:
    return yes_no(f"{name}__empty", f"{says}: not known.", Q(**{f"{column}__isnull": True}))


def wholes(name: str, column: str, says: str) -> Filters:
    return _numbers(name, column, says, _WHOLE, values.whole)


def counts(name: str, column: str, says: str) -> Filters:
    """Whole numbers that are always known."""
    return {word: filter_ for word, filter_ in wholes(name, column, says).items() if not word.endswith("__empty")}


def amounts(name: str, column: str, says: str) -> Filters:
    return _numbers(name, column, says, _AMOUNT, values.amount)


def days(name: str, column: str, says: str) -> Filters:
    return _numbers(name, column, says, day(), values.day)


def times(name: str, column: str, says: str) -> Filters:
    """Comparisons with a moment or a day. A day as an upper bound means its end, and so does "after that day"."""
    return {
        f"{name}__{suffix}": Compared(
            column, suffix, _MOMENT, f"{says}: {word}, a day or a moment.",
            values.late_moment if suffix in ("lte", "gt") else values.moment,
        )
        for suffix, word in _COMPARISONS.items()
    }  # fmt: skip


def not_of_ledger(filters: Filters) -> Filters:
    """Filters by what versions hold and the ledger does not: of what was made of the ledger they can say nothing."""
    for filter_ in filters.values():
        filter_.unsure_of_past = Q(from_ledger=True)
    return filters


def of_today(filters: Filters) -> Filters:
    """Filters by what is known of the present alone."""
    for filter_ in filters.values():
        filter_.has_past = False
    return filters


def _numbers(name: str, column: str, says: str, schema: Schema, read: Callable[[str], Any]) -> Filters:
    compared = {
        f"{name}__{suffix}": Compared(column, suffix, schema, f"{says}: {word}.", read, may_be_unknown=True)
        for suffix, word in _COMPARISONS.items()
    }
    exact = {name: Compared(column, "exact", schema, f"{says}.", read, may_be_unknown=True)}
    return {**exact, **compared, **unknown(name, column, says)}


_NUMBERS: Final = {"count": wholes, "score": amounts, "date": days}
"""Kind of a field → its filters."""
