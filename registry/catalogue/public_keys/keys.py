"""What a key of the public JSON is: declared once, for JSON, OpenAPI, `fields=`, filters, order and documentation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db.models import F, Value
from django.db.models.functions import NullIf
from django_filters import FilterSet

from registry.catalogue.filters.base import Filter
from registry.catalogue.filters.families import Filters
from registry.catalogue.filters.kinds import ONLY_UNSURE, OnlyUnsure, Ordering
from registry.domain import iso
from registry.domain.fields import Json
from registry.json_schema import Shape, Type, moment, shape


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a public object."""

    schema: Type
    """Its type, and what it says."""
    columns: tuple[str, ...]
    """Columns that it is made of."""
    make: Callable[[Any], Json]
    """Makes it of a row that has those columns."""
    filters: Mapping[str, Filter] = field(default_factory=dict)
    """Parameters by which lists are narrowed that have to do with it."""
    order: Mapping[str, Any] = field(default_factory=dict)
    """Words of `ordering=`, and the expression that each one sorts by."""


Keys = Mapping[str, Key]


def columns(keys: Iterable[Key]) -> tuple[str, ...]:
    """The columns that have to be read for these keys, in a fixed order."""
    return tuple(dict.fromkeys(column for key in keys for column in key.columns))


def described(name: str, says: str, keys: Keys) -> Shape:
    """The object that has these keys. Only its id is always there, since `fields=` chooses among the rest."""
    return shape(name, says, {word: key.schema for word, key in keys.items()}, optional=set(keys) - {"id"})


class KeyFilterSet(FilterSet):
    """The filters of a list, by the names of their parameters."""

    base_filters: ClassVar[Mapping[str, Filter]]


def filterset(name: str, keys: Keys, search: Filter, *, may_be_unsure: bool = True) -> type[KeyFilterSet]:
    """All parameters of a list of such objects; `may_be_unsure`: of some it may not be known whether they match."""
    filters = {parameter: declared for key in keys.values() for parameter, declared in key.filters.items()}
    if may_be_unsure:
        filters[ONLY_UNSURE] = OnlyUnsure()
    order = {word: expression for key in keys.values() for word, expression in key.order.items()}
    return type(name, (KeyFilterSet,), {**filters, "search": search, "ordering": Ordering(order)})


def of_column(schema: Type, name: str, filters: Filters | None = None, order: Mapping[str, Any] | None = None) -> Key:
    """What a column holds; null for "", which is unknown."""
    return Key(schema, (name,), lambda row: row[name] or None, filters or {}, order or {})


def of_moment(says: str, name: str, filters: Filters, *, null: bool = False, order: str = "") -> Key:
    return Key(
        moment(says, null=null),
        (name,),
        lambda row: iso.instant(row[name]),
        filters,
        sorted_by(name, order) if order else {},
    )


def sorted_by(column: str, word: str = "", *, blank: bool = False) -> Mapping[str, Any]:
    """How lists are sorted by a column; with `blank` it holds "" where nothing is known."""
    return {word or column: NullIf(F(column), Value("")) if blank else F(column)}
