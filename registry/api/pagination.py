"""Pages: 50 rows unless asked otherwise, 1,000 at most, with links to the neighbours in the body and in `Link`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django.core.paginator import InvalidPage, Page
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from registry import json_schema as schema
from registry.api.filtering import FilteredRows
from registry.api.openapi import parameter
from registry.api.problems import BadParameters, NotFound, ParameterError
from registry.catalogue.filters.kinds import ONLY_UNSURE
from registry.json_schema import Shape, Type

MOST_DIGITS = 9


class Pages(PageNumberPagination):
    page: Page[Any]
    page_size = 50
    max_page_size = 1000
    page_size_query_param = "page_size"

    def paginate_queryset(
        self,
        queryset: Any,
        request: Request,
        view: APIView | None = None,
        *,
        select: Callable[[Any], Any] | None = None,
    ) -> list[Any]:
        """The rows of the asked page, or what `select` makes of them: then nothing is joined to the rows before it that
        only what is shown needs. Raises BadParameters, and NotFound for a page after the last.
        """
        self.request = request
        size = self.get_page_size(request)
        number = _whole(request, self.page_query_param, 1, None)
        paginator = self.django_paginator_class(queryset, size)
        try:
            self.page = paginator.page(number)
        except InvalidPage as error:
            raise NotFound(
                f"There is no page {number}: the last one is {paginator.num_pages}.",
                pages=paginator.num_pages,
            ) from error
        if select is None:
            return list(self.page)
        return list(select(queryset.filter(pk__in=self.page.object_list.values("pk"))))  # type: ignore[attr-defined]

    def get_page_size(self, request: Request) -> int:
        return _whole(request, self.page_size_query_param, self.page_size, self.max_page_size)

    def get_paginated_response(self, data: Any) -> Response:
        following, previous = self.get_next_link(), self.get_previous_link()
        body = {
            "count": self.page.paginator.count,
            "next": following,
            "previous": previous,
            "results": data,
        }
        links = [f'<{url}>; rel="{relation}"' for url, relation in ((following, "next"), (previous, "prev")) if url]
        return Response(body, headers={"Link": ", ".join(links)} if links else None)


_PAGE: Final = {
    "count": schema.whole("Rows on all pages together."),
    "next": schema.link(null=True),
    "previous": schema.link(null=True),
}


def page(name: str, says: str, of: Type, more: Mapping[str, Type] | None = None) -> Shape:
    """A page of such things, for the schema."""
    return schema.shape(name, says, {**_PAGE, "results": schema.several(of), **(more or {})})


def filtered_page(of: Shape) -> Shape:
    """A page of a list with filters, which says how many rows are not known to match."""
    return page(f"Paginated{of.name}List", "", of, _UNKNOWN)


PARAMETERS: Final = (
    parameter(Pages.page_query_param, schema.whole(minimum=1, default=1), "Number of the page, from 1."),
    parameter(
        "page_size",
        schema.whole(minimum=1, maximum=Pages.max_page_size, default=Pages.page_size),
        "Rows on a page.",
    ),
)
_UNKNOWN: Final = {
    "unknown_count": schema.whole(
        "Rows that are not in `count` and might be: no filter excludes them by a known value, and at least one "
        "filter looks at something of them that is unknown. 0 where no filter looks at what may be unknown. With "
        "`unknown=only`, the rows of this answer."
    ),
    "unknown": schema.link(
        "Where those rows are listed: the same filters with `unknown=only`; null where there are none.", null=True
    ),
}
FILTERED: Final = {**_PAGE, **_UNKNOWN}
"""The keys of a page of a list with filters, but for its rows."""


def unknown(request: Request, narrowed: FilteredRows, count: int) -> dict[str, Any]:
    """What a page says of the rows that are not known to match; `count` is of those that it lists. At most a query."""
    number = narrowed.unknown_count(count)
    if not number or narrowed.only_unsure:
        return {"unknown_count": number, "unknown": None}
    query = {name: text for name, text in request.query_params.items() if name != Pages.page_query_param}
    url = request.build_absolute_uri(f"{request.path}?{urlencode({**query, ONLY_UNSURE: 'only'})}")
    return {"unknown_count": number, "unknown": url}


def _whole(request: Request, name: str, usual: int, most: int | None) -> int:
    text = request.query_params.get(name)
    if text is None:
        return usual
    digits = text.lstrip("0")
    if not (text.isascii() and text.isdigit() and digits):
        raise BadParameters([ParameterError(name, "a whole number from 1 is expected")])
    number = int(digits) if len(digits) <= MOST_DIGITS else 10**MOST_DIGITS
    if most is not None and number > most:
        raise BadParameters([ParameterError(name, f"at most {most}", str(most))])
    return number
