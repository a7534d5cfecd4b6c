"""The filters of a request, applied strictly: any other parameter is an error."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q
from django.http import HttpRequest, QueryDict
from rest_framework.request import Request

from registry.api import bitemporal, parameters, vocabulary
from registry.api.problems import BadParameters, ParameterError
from registry.catalogue import cache
from registry.catalogue.filters.base import Filter
from registry.catalogue.filters.kinds import OnlyUnsure
from registry.catalogue.filters.values import WrongValue
from registry.catalogue.public_keys.keys import KeyFilterSet
from registry.catalogue.queries import Stamp
from registry.domain.words import nearest

PAGING: Final = ("page", "page_size")


@dataclass(frozen=True, slots=True)
class FilteredRows:
    """A list after its filters."""

    rows: Any
    """The requested rows, in the requested order."""
    unsure: Any
    """Rows that no filter excludes and that some filter cannot judge, for what it looks at is unknown; None where no
    filter looks at anything that may be unknown.
    """
    only_unsure: bool = False
    """Whether the request asks for these."""

    def unknown_count(self, count: int) -> int:
        """How many rows are not known to match; `count` is that of `rows`. One query, or none."""
        if self.only_unsure or self.unsure is None:
            return count if self.only_unsure else 0
        return int(self.unsure.count())


def as_request(parameters: Iterable[tuple[str, str]]) -> Request:
    """A request with these parameters, for filters that come from elsewhere than an address."""
    request, query = HttpRequest(), QueryDict(mutable=True)
    for name, text in parameters:
        query.appendlist(name, text)
    request.GET = query  # type: ignore[assignment]
    return Request(request)


def narrow(
    request: Request,
    rows: Any,
    filterset: type[KeyFilterSet],
    *,
    newest: Stamp | None,
    is_past: bool = False,
    others: Collection[str] = (),
) -> FilteredRows:
    """The rows that fulfil every filter that a request names, and beside them those of which that is not known.

    `newest` is the newest revision, `others` are parameters that are no filters. Raises BadParameters.
    """
    filters = filterset.base_filters
    parameters.check(request, (*filters, *PAGING, *others))
    values, errors = {}, []
    for name, text in request.query_params.items():
        if name not in filters:
            continue
        declared = filters[name]
        try:
            values[name] = _resolved(declared, declared.field.clean(text), newest, is_past=is_past)
            _check_words(declared, values[name], newest, is_past=is_past)
        except WrongValue as error:
            errors.append(ParameterError(name, str(error.message), error.nearest))
        if is_past and not declared.has_past:
            clock = " and ".join(word for word in bitemporal.PARAMETERS if word in request.query_params)
            errors.append(ParameterError(name, f"is not known of the past; leave it out, or leave out {clock}"))
    if errors:
        raise BadParameters(errors)
    return _narrowed(rows, [(filters[name], value) for name, value in values.items()], is_past=is_past)


def _narrowed(rows: Any, chosen: Collection[tuple[Filter, Any]], *, is_past: bool) -> FilteredRows:
    matching, possible, unknown = rows, rows, Q()
    for declared, value in chosen:
        matching = declared.filter(matching, value)
        unsure = declared.unsure_of_past if is_past and declared.unsure_of_past else declared.unsure(value)
        if unsure is None:
            possible = declared.filter(possible, value)
        else:
            # What it does not exclude for certain, and the condition under which any filter is unsure.
            possible, unknown = possible.filter(declared.condition(value) | unsure), unknown | unsure
    rest = possible.filter(unknown) if unknown else None
    if any(isinstance(declared, OnlyUnsure) for declared, _ in chosen):
        return FilteredRows(matching.none() if rest is None else rest, rest, only_unsure=True)
    return FilteredRows(matching, rest)


def _resolved(declared: Filter, value: Any, newest: Stamp | None, *, is_past: bool) -> Any:
    """Models by any id that means them: `llama-3.3-70b`. What means none is left for the check of words."""
    if declared.vocabulary != "models" or is_past:
        return value
    words = vocabulary.words("models", newest)
    return [word if word in words else cache.current().lookup(word, suggest=False).model or word for word in value]


def _check_words(declared: Filter, value: Any, newest: Stamp | None, *, is_past: bool) -> None:
    kind = declared.vocabulary
    if not kind or not (words := vocabulary.words(kind, newest)):
        return
    if not words.issuperset(value):
        # People add providers without a new revision.
        words = vocabulary.words(kind, newest, afresh=True)
    if kind == "sources" and is_past:
        return  # a source that is the main one of nothing today may have been it then
    for word in value:
        if word not in words:
            raise WrongValue(f"nothing published has {word[:100]!r}", nearest(word, words))
