from __future__ import annotations

from typing import Final

from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from registry import json_schema as schema
from registry.api import openapi, parameters
from registry.api.base import ReadView, conditional
from registry.api.filtering import PAGING
from registry.api.pagination import PARAMETERS, Pages, page
from registry.api.problems import BadParameters, ParameterError
from registry.api.views.suffix import AboutOffering
from registry.domain.fields import FIELDS, Group, field
from registry.domain.iso import instant
from registry.domain.words import nearest
from registry.history import entries as history
from registry.history import timeline
from registry.history.timeline import actor_shown
from registry.models import Revision

GROUPS: Final = tuple(group.value for group in Group)
_REVISION: Final = ("number", "created_at", "actor", "reason", "entries_count")


FIELD: Final = openapi.parameter(
    "field", schema.text(minLength=1), "One field, such as `price.input` or `context_window`."
)
_HISTORY: Final = page(
    "History",
    "What changed about one offering, newest first, and its prices by valid time and recorded time.",
    timeline.CHANGE,
    {
        "id": schema.text(),
        "prices": schema.mapping(schema.several(timeline.PRICE_POINT), "Rate field → its points, oldest first."),
    },
)
_REVISIONS: Final = page(
    "Revisions",
    "Publications, newest first.",
    schema.shape(
        "Revision",
        "One publication.",
        {
            "number": schema.whole(),
            "at": schema.moment(),
            "actor": schema.text("Who published: a person's name, or `sync:` and a source."),
            "reason": schema.text("Why.", null=True),
            "entries": schema.whole("How many values it changed."),
        },
    ),
)


@openapi.get(
    "get_offering_history",
    "offerings",
    _HISTORY,
    openapi.OFFERING_ID,
    FIELD,
    openapi.parameter("group", schema.text(enum=list(GROUPS)), "Fields of one group only."),
    *PARAMETERS,
    problems=(400, 404),
)
class HistoryView(AboutOffering):
    """What changed about one offering, newest first, and its prices by valid time and recorded time."""

    suffix = "history"

    def respond(self, request: Request, id: str) -> HttpResponseBase:
        parameters.check(request, ("field", "group", *PAGING))
        entries = history.entries_of(id).filter(**_wanted(request))
        pages = Pages()
        newest = pages.paginate_queryset(entries.order_by("-id"), request, self)
        answer = pages.get_paginated_response(timeline.changes(newest))
        prices = timeline.prices(entries.filter(**timeline.of_group(Group.PRICE)))
        answer.data = {"id": id, **answer.data, "prices": prices}
        return answer


def _wanted(request: Request) -> dict[str, object]:
    """The filters of the ledger. Raises BadParameters."""
    name, group = request.query_params.get("field"), request.query_params.get("group")
    if name and group:
        raise BadParameters([ParameterError("group", "follows from field; give one of them")])
    if group and group not in GROUPS:
        near = nearest(group, GROUPS)
        raise BadParameters([ParameterError("group", f"{group[:100]!r} is none of {', '.join(GROUPS)}", near)])
    if name:
        check_field(name)
        return {"field": name}
    return timeline.of_group(Group(group)) if group else {}


def check_field(name: str) -> None:
    """Raises BadParameters for what is no field's name."""
    try:
        field(name)
    except ValueError as error:
        near = nearest(name, (*FIELDS, "price.input", "price.output", "price.cache_read"))
        raise BadParameters([ParameterError("field", f"no such field: {name[:100]!r}", near)]) from error


@openapi.get("list_revisions", "history", _REVISIONS, *PARAMETERS, problems=(400, 404))
class RevisionsView(ReadView):
    """Every publication, newest first."""

    @conditional
    def get(self, request: Request) -> HttpResponseBase:
        parameters.check(request, PAGING)
        pages = Pages()
        rows = Revision.objects.filter(number__gt=0).order_by("-number").values_list(*_REVISION)
        revisions = pages.paginate_queryset(rows, request, self)
        answer: Response = pages.get_paginated_response(
            [
                {
                    "number": number,
                    "at": instant(at),
                    "actor": actor_shown(actor),
                    "reason": reason or None,
                    "entries": entries,
                }
                for number, at, actor, reason, entries in revisions
            ]
        )
        return answer
