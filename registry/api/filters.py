"""Filtering, searching and sorting of lists, declared with django-filter and applied strictly.

A list's filters are a `FilterSet` made of the classes below. Suffixes as in NetBox: `__n` (not), `__ic` (contains),
`__gt`, `__gte`, `__lt`, `__lte`, `__empty` (unknown). Only filters that are named in the request cost anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any, Final, Protocol, cast

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import NullIf
from django.forms import Field
from django_filters import Filter
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.drainage import set_override
from rest_framework.request import Request
from rest_framework.views import APIView

from registry.api import clocks, parameters, values, vocabulary
from registry.api.problems import BadParameters, ParameterError
from registry.catalogue.as_of import Moment
from registry.catalogue.columns import word_in_names
from registry.catalogue.queries import Stamp

PAGING: Final = ("page", "page_size")
ONLY_UNSURE: Final = "unknown"
"""The parameter that asks for the rows of which it is not known whether they match."""
_NEVER_BLANK: Final = ("key", "slug")
COMPARISONS: Final = {
    "gte": "at least", "gt": "more than", "lte": "at most", "lt": "less than",
}  # fmt: skip
TRUTH: Final[dict[str, Any]] = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What filters make of a list."""

    rows: Any
    """What is asked for, in the asked order."""
    unsure: Any
    """Rows that no filter excludes and that some filter cannot judge, for what it looks at is unknown; None where no
    filter looks at anything that may be unknown.
    """
    only_unsure: bool = False
    """Whether it is these that are asked for."""

    def unknown_count(self, count: int) -> int:
        """How many rows are not known to match; `count` is that of `rows`. One query, or none."""
        if self.only_unsure or self.unsure is None:
            return count if self.only_unsure else 0
        return int(self.unsure.count())


class Filtered(Protocol):
    """What a view with filters has."""

    filterset_class: Any

    @property
    def newest(self) -> Stamp | None: ...

    @property
    def moment(self) -> Moment | None: ...


class StrictFilterBackend(DjangoFilterBackend):
    """Applies the filters that a request names. Whatever else it says is an error (BadParameters)."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        narrowed: QuerySet[Any] = self.narrow(request, queryset, view).rows
        return narrowed

    def narrow(self, request: Request, queryset: Any, view: APIView) -> Narrowed:
        """The rows that fulfil every filter, and beside them those of which that is not known."""
        declared: Mapping[str, Filter] = cast(Filtered, view).filterset_class.base_filters
        others = (*getattr(view, "other_parameters", ()), *getattr(view, "clocks", ()))
        parameters.check(request, (*declared, *PAGING, *others))
        errors: list[ParameterError] = []
        possible, unknown, rows, only_unsure = queryset, Q(), queryset, False
        is_past = cast(Filtered, view).moment is not None
        for name, text in request.query_params.items():
            if name not in declared:
                continue
            try:
                value = declared[name].field.clean(text)
                self._check_words(declared[name], value, view)
                rows = declared[name].filter(rows, value)
                only_unsure |= isinstance(declared[name], OnlyUnsure)
                possible, unknown = _also(possible, unknown, declared[name], value, is_past=is_past)
            except ValidationError as error:
                errors.append(_parameter_error(name, error))
            if is_past and not getattr(declared[name], "has_past", True):
                clock = " and ".join(word for word in clocks.PARAMETERS if word in request.query_params)
                errors.append(ParameterError(name, f"is not known of the past; leave it out, or leave out {clock}"))
        if errors:
            raise BadParameters(errors)
        unsure = possible.filter(unknown) if unknown else None
        if only_unsure:
            rows = rows.none() if unsure is None else unsure
        return Narrowed(rows, unsure, only_unsure)

    def _check_words(self, declared: Filter, value: Any, view: APIView) -> None:
        kind, stamp = getattr(declared, "vocabulary", ""), cast(Filtered, view).newest
        if not kind or not (known := vocabulary.words(kind, stamp)):
            return
        if not known.issuperset(value):
            # People add providers without a new revision.
            known = vocabulary.words(kind, stamp, afresh=True)
        if kind == "sources" and cast(Filtered, view).moment:
            return  # a source that is the main one of nothing today may have been it then
        for word in value:
            if word not in known:
                near = parameters.nearest(word, known)
                raise values.wrong(f"nothing published has {word[:100]!r}", near)


def _also(possible: Any, unknown: Q, declared: Filter, value: Any, *, is_past: bool) -> tuple[Any, Q]:
    """One filter more: rows that it does not exclude for certain, and the condition under which any is unsure."""
    if not isinstance(declared, Described):
        return declared.filter(possible, value), unknown
    unsure = declared.unsure_of_past if is_past and declared.unsure_of_past else declared.unsure(value)
    if unsure is None:
        return declared.filter(possible, value), unknown
    return possible.filter(declared.condition(value) | unsure), unknown | unsure


def _parameter_error(name: str, error: ValidationError) -> ParameterError:
    first = error.error_list[0]
    return ParameterError(name, str(first.message), (first.params or {}).get("nearest"))


# -- kinds of filters -------------------------------------------------------------------------------------------------


class Described(Filter):
    """A filter that says itself what it takes, for the schema, and of which rows it can say nothing."""

    field_class: type[Field]
    has_past: bool = True
    """Whether what it looks at is known of the past."""
    unsure_of_past: Q | None = None
    """What rows of the past fulfil of which that is not known, in the place of `unsure`."""

    def __init__(self, column: str, schema: Mapping[str, Any], says: str, **kwargs: Any) -> None:
        super().__init__(column, label=says, **kwargs)  # type: ignore[no-untyped-call]
        set_override(self, "field", {**schema, "description": says})

    def filter(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return queryset.filter(self.condition(value))

    def condition(self, value: Any) -> Q:
        """What matching rows fulfil."""
        raise NotImplementedError

    def unsure(self, value: Any) -> Q | None:
        """What rows fulfil for which the filter looks at something unknown, so that they might match; None where
        nothing is unknown, or where what is unknown is asked for.
        """
        return None


class Words(Described):
    """Any of some words. `vocabulary` names the list of words that occur; `known` holds a fixed one."""

    field_class = values.Words

    def __init__(
        self, column: str, says: str, *, known: Collection[str] = (), vocabulary: str = "",
        exclude: bool = False, unknown: Q | None = None,
    ) -> None:  # fmt: skip
        self.vocabulary = vocabulary
        self.unknown = unknown
        listed = f" ({', '.join(known)})" if known else ""
        schema = {"type": "string", "minLength": 1}
        if known:
            word = "|".join(known)
            schema["pattern"] = f"^({word})(,({word}))*$"
        super().__init__(
            column, schema, f"{says}{listed}; several are joined by commas.",
            known=known, exclude=exclude,
        )  # fmt: skip

    def condition(self, value: Any) -> Q:
        # A column without a value holds "", which is asked for by the word `unknown` where that is no value itself.
        found = ["" if word == "unknown" and self.blank_is_unknown else word for word in value]
        matching = Q(**{f"{self.field_name}__in": found})
        return ~matching if self.exclude else matching

    def unsure(self, value: Any) -> Q | None:
        # What is not one of some words, the unknown is too: excluding loses nothing.
        asked = "unknown" in value and (self.blank_is_unknown or "unknown" in self.extra["known"])
        return None if self.exclude or asked else self.unknown

    @property
    def blank_is_unknown(self) -> bool:
        return self.field_name in ("status", "task", "kind")


class Tags(Described):
    """All of some words, in a column that holds them as `|image|text|`."""

    field_class = values.Tags

    def __init__(self, column: str, says: str) -> None:
        schema = {"type": "string", "pattern": r"^[a-z0-9][a-z0-9_.:/-]{0,59}$"}
        super().__init__(column, schema, f"{says}; all of several, joined by commas.")

    def condition(self, value: Any) -> Q:
        return reduce(and_, (Q(**{f"{self.field_name}__contains": f"|{word}|"}) for word in value))

    def unsure(self, value: Any) -> Q | None:
        # Words that an id says are all that there are; of every other list, an empty one is one that nobody stated.
        return None if self.field_name == "variants" else Q(**{self.field_name: ""})


class Meaning(Described):
    """One of a few words, each of which is a condition."""

    field_class = values.Choice

    def __init__(self, says: str, meanings: Mapping[str, Q]) -> None:
        """The meaning of the word `unknown`, where there is one, is what the other words cannot judge."""
        schema = {"type": "string", "enum": list(meanings)}
        super().__init__("", schema, says, meanings=dict(meanings))
        self.meanings = meanings

    def condition(self, value: Any) -> Q:
        return self.meanings[value]

    def unsure(self, value: Any) -> Q | None:
        return None if value == "unknown" else self.meanings.get("unknown")


class Contains(Described):
    """One text anywhere in a column."""

    field_class = values.Search

    def __init__(self, column: str, says: str) -> None:
        super().__init__(column, _TEXT, says)

    def condition(self, value: Any) -> Q:
        return Q(**{f"{self.field_name}__icontains": " ".join(value)})

    def unsure(self, value: Any) -> Q | None:
        return None if self.field_name in _NEVER_BLANK else Q(**{self.field_name: ""})


class Search(Described):
    """Words that must all be found, each in any of some columns (or in another name of an offering)."""

    field_class = values.Search

    def __init__(self, *columns: str, names: str = "") -> None:
        """`names` is the column of other names, where there is one."""
        shown = ", ".join(column.replace("__slug", "") for column in columns)
        super().__init__("", _TEXT, f"Words that all occur in {shown}{' or an alias' * bool(names)}.")
        self.columns = columns
        self.names = names

    def condition(self, value: Any) -> Q:
        return reduce(and_, (self._found(word) for word in value))

    def _found(self, word: str) -> Q:
        found = Q()
        for column in self.columns:
            found |= Q(**{f"{column}__icontains": word})
        if self.names:
            found |= Q(**{f"{self.names}__icontains": word_in_names(word)})
        return found


class Ordering(Described):
    """Sorting by columns, both ways. What is unknown comes last both ways; among equals the id decides."""

    field_class = values.Order

    def __init__(self, columns: Mapping[str, str], *, blank: Iterable[str] = ()) -> None:
        """`columns` maps names in the API to columns, `id` among them; those in `blank` hold "" for unknown."""
        known = "|".join(columns)
        schema = {"type": "string", "pattern": f"^-?({known})(,-?({known}))*$"}
        says = f"Sort by {', '.join(columns)}; falling with a minus sign; unknown always last."
        super().__init__("", schema, says, known=tuple(columns))
        self.columns = columns
        self.blank = frozenset(blank)

    def filter(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        order = [self._sorted(name, falls) for name, falls in value]
        return queryset.order_by(*order, self.columns["id"])

    def _sorted(self, name: str, falls: bool) -> Any:
        column = F(self.columns[name])
        known = NullIf(column, Value("")) if name in self.blank else column
        return known.desc(nulls_last=True) if falls else known.asc(nulls_last=True)


class Compared(Described):
    """A column compared with a value."""

    def __init__(
        self, field_class: type[Field], column: str, lookup: str, schema: Mapping[str, Any], says: str,
        *, may_be_unknown: bool = False, **kwargs: Any,
    ) -> None:  # fmt: skip
        self.field_class = field_class
        self.may_be_unknown = may_be_unknown
        super().__init__(column, schema, says, lookup_expr=lookup, **kwargs)

    def condition(self, value: Any) -> Q:
        return Q(**{f"{self.field_name}__{self.lookup_expr}": value})

    def unsure(self, value: Any) -> Q | None:
        return Q(**{f"{self.field_name}__isnull": True}) if self.may_be_unknown else None


class OnlyUnsure(Described):
    """Turns a list round: the rows of which it is not known whether they match, instead of those that do."""

    field_class = values.Choice

    def __init__(self) -> None:
        says = "`only` lists the rows that `unknown_count` counts, instead of those that match."
        super().__init__("", {"type": "string", "enum": ["only"]}, says, meanings={"only": None})

    def condition(self, value: Any) -> Q:
        return Q()


# -- families of filters, by name -------------------------------------------------------------------------------------

_TEXT: Final = {"type": "string", "minLength": 1, "maxLength": 200}
_WHOLE: Final = {"type": "integer", "minimum": 0, "maximum": 999_999_999_999_999}
_AMOUNT: Final = {"type": "string", "pattern": r"^[0-9]{1,9}(\.[0-9]{1,12})?$"}
_MOMENT: Final = {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}
_DAY: Final = {"type": "string", "format": "date"}


def words(name: str, column: str, says: str, **kwargs: Any) -> dict[str, Filter]:
    return {
        name: Words(column, says, **kwargs),
        f"{name}__n": Words(column, f"Not: {says}", exclude=True, **kwargs),
    }


def flag(name: str, column: str, says: str) -> dict[str, Filter]:
    """A capability: yes, no, or nobody said."""
    meanings = {
        "true": Q(**{column: True}),
        "false": Q(**{column: False}),
        "unknown": Q(**{f"{column}__isnull": True}),
    }
    return {name: Meaning(f"{says}: yes, no, or not known.", meanings)}


def yes_no(name: str, says: str, condition: Q, otherwise: Q | None = None) -> dict[str, Filter]:
    """`otherwise` is what fulfils the opposite, where that is not all the rest."""
    return {name: Meaning(says, {"true": condition, "false": ~condition if otherwise is None else otherwise})}


def not_of_ledger(filters: dict[str, Filter]) -> dict[str, Filter]:
    """Filters by what versions hold and the ledger does not: of what was made of the ledger they can say nothing."""
    for one in filters.values():
        cast(Described, one).unsure_of_past = Q(from_ledger=True)
    return filters


def of_today(filters: dict[str, Filter]) -> dict[str, Filter]:
    """Filters by what is known of the present alone."""
    for one in filters.values():
        cast(Described, one).has_past = False
    return filters


def wholes(name: str, column: str, says: str) -> dict[str, Filter]:
    return _numbers(name, column, says, values.Whole, _WHOLE)


def amounts(name: str, column: str, says: str) -> dict[str, Filter]:
    return _numbers(name, column, says, values.Amount, _AMOUNT)


def days(name: str, column: str, says: str) -> dict[str, Filter]:
    return _numbers(name, column, says, values.Day, _DAY)


def moments(name: str, column: str, says: str) -> dict[str, Filter]:
    """Comparisons with a moment or a day. A day as an upper bound means its end, and so does "after that day"."""
    return {
        f"{name}__{suffix}": Compared(
            values.Moment, column, suffix, _MOMENT, f"{says}: {word}, a day or a moment.",
            late=suffix in ("lte", "gt"),
        )
        for suffix, word in COMPARISONS.items()
    }  # fmt: skip


def unknown(name: str, column: str, says: str) -> dict[str, Filter]:
    empty = Q(**{f"{column}__isnull": True})
    return yes_no(f"{name}__empty", f"{says}: not known.", empty)


def _numbers(
    name: str, column: str, says: str, field_class: type[Field], schema: Mapping[str, Any]
) -> dict[str, Filter]:
    compared = {
        f"{name}__{suffix}": Compared(field_class, column, suffix, schema, f"{says}: {word}.", may_be_unknown=True)
        for suffix, word in COMPARISONS.items()
    }
    exact = {name: Compared(field_class, column, "exact", schema, f"{says}.", may_be_unknown=True)}
    return {**exact, **compared, **unknown(name, column, says)}
