"""Lists with filters, pages and chosen keys, and the detail of one row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from django.db.models import QuerySet
from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema_view
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from registry import json_schema as schema
from registry.api import bitemporal, filtering, openapi, pagination, parameters
from registry.api.base import ReadView, conditional, may_be_an_id
from registry.api.missing import not_found
from registry.catalogue.public_keys.keys import KeyFilterSet
from registry.catalogue.queries import Row
from registry.domain.fields import Json
from registry.json_schema import Shape

Rows = Sequence[Row]
Objects = list[dict[str, Json]]
View = TypeVar("View", bound=type)


class Listing(ReadView, viewsets.GenericViewSet):
    """A list with filters, pages and chosen keys, and the detail of one row. Subclasses say how rows become JSON."""

    filterset_class: ClassVar[type[KeyFilterSet]]
    other_parameters: ClassVar[tuple[str, ...]] = ("fields",)
    id_column: ClassVar[str]
    """The column that holds what the API calls the id."""
    row_shape: ClassVar[Shape]
    """What a row of the list can show."""
    detail_shape: ClassVar[Shape]
    usual_keys: ClassVar[tuple[str, ...]] = ()
    """What a row shows unless `fields=` says otherwise, where that is not all."""
    past_actions: ClassVar[frozenset[str]] = frozenset()
    """What can be shown of the past: `list`, `retrieve`."""

    @property
    def shows_the_past(self) -> bool:  # type: ignore[override]
        return self.action in self.past_actions

    @property
    def bitemporal_parameters(self) -> tuple[str, ...]:
        """Parameters for a past or future state, where the action takes them."""
        return bitemporal.PARAMETERS if self.shows_the_past else ()

    @conditional
    def list(self, request: Request) -> HttpResponseBase:
        available = self.row_shape.keys
        keys = parameters.chosen_keys(request, available, self.usual_keys or available)
        narrowed = filtering.narrow(
            request,
            self.get_queryset(),
            self.filterset_class,
            newest=self.newest,
            is_past=self.as_of is not None,
            others=(*self.other_parameters, *self.bitemporal_parameters),
        )
        pages = pagination.Pages()
        rows = pages.paginate_queryset(narrowed.rows, request, self, select=lambda page: self.rows(page, keys))
        answer = pages.get_paginated_response(self.as_json(rows, keys))
        answer.data |= pagination.unknown(request, narrowed, answer.data["count"])
        return answer

    @conditional
    def retrieve(self, request: Request, id: str) -> HttpResponseBase:
        parameters.check(request, (*self.other_parameters, *self.bitemporal_parameters))
        available = self.detail_shape.keys
        keys = parameters.chosen_keys(request, available, available)
        row = self.row(id, keys) if may_be_an_id(id) else None
        if row is None:
            raise self.missing(id)
        return Response(self.one_as_json(row, keys))

    def row(self, id: str, keys: Collection[str]) -> Row | None:
        """The row of one id, from which those keys can be made."""
        row: Row | None = self.rows(self.get_queryset().filter(**{self.id_column: id}), keys).first()
        return row

    def rows(self, queryset: QuerySet[Any], keys: Collection[str]) -> QuerySet[Any, Any]:
        """The lazy rows from which those keys can be made."""
        raise NotImplementedError

    def as_json(self, rows: Rows, keys: Collection[str]) -> Objects:
        raise NotImplementedError

    def one_as_json(self, row: Row, keys: Collection[str]) -> dict[str, Json]:
        return self.as_json([row], keys)[0]

    def missing(self, id: str) -> Exception:
        """What to raise for an id that is not there."""
        return not_found(self.request, id)


def described(name: str, *parameters: OpenApiParameter) -> Callable[[View], View]:
    """Describes a list and its detail; both take the parameters."""
    single = name.removesuffix("s")
    id = openapi.in_path(f"Id of the {single}; slashes in it stay as they are.")

    def describe(view: Any) -> Any:
        page = pagination.filtered_page(view.row_shape)
        declared = view.filterset_class.base_filters
        filters = [openapi.parameter(word, filter.schema, filter.label) for word, filter in declared.items()]
        listed = (*filters, *pagination.PARAMETERS, *_chosen_by(view, "list", view.row_shape), *parameters)
        detail = (id, *_chosen_by(view, "retrieve", view.detail_shape), *parameters)
        methods = extend_schema_view(
            list=openapi.operation(f"list_{name}", name, page, *listed, problems=(400, 404)),
            retrieve=openapi.operation(f"get_{single}", name, view.detail_shape, *detail, problems=(400, 404)),
        )
        return methods(view)

    return describe


def _chosen_by(view: Any, action: str, shape: Shape) -> tuple[OpenApiParameter, ...]:
    says = f"Keys to answer with, joined by commas (`id` always comes): {', '.join(shape.keys)}."
    word = "|".join(shape.keys)
    fields = openapi.parameter("fields", schema.text(pattern=f"^({word})(,({word}))*$"), says)
    return (fields, *(bitemporal.DESCRIBED if action in view.past_actions else ()))


def chosen(data: Mapping[str, Json], keys: Collection[str]) -> dict[str, Json]:
    return {key: data[key] for key in keys if key in data}
