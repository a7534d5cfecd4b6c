"""The review queue over the API: with the filters of the admin's queue, and its saved views by slug."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django.http import HttpResponseBase
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.views import APIView

from curation.core.diff import Kind
from curation.core.parts import Part
from curation.models import Change
from curation.review import queue, saved_views
from registry import json_schema as schema
from registry.api import openapi, parameters
from registry.api.authentication import MayRead
from registry.api.pagination import PARAMETERS, Pages, page
from registry.api.problems import BadParameters, ParameterError
from registry.api.renderers import Negotiation
from registry.domain import fields
from registry.domain.iso import instant
from registry.domain.words import nearest
from registry.history.timeline import public_value
from registry.models import ApiToken

_STATES: Final = ("all", *(state for state, _title in queue.STATES))
_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "state": _STATES,
    "kind": tuple(kind.value for kind in Kind),
    "group": tuple(group.value for group in fields.Group),
}
_ORDER: Final = ("-first_seen_at", "offering_key", "unit")
HEADERS: Final = {"Cache-Control": "no-store"}
_KIND: Final = schema.enumeration("ChangeKindEnum", _CHOICES["kind"])
_PART: Final = schema.shape(
    "QueuedPart",
    "One field of a change, going from its published value to the proposed one.",
    {
        "field": schema.text(),
        "kind": _KIND,
        "old": schema.anything("As published; null where nothing is, or where there is none."),
        "new": schema.anything("As proposed; null where nobody states it any more, or there is none."),
        "factor": schema.text("How many times larger or smaller a number gets.", null=True),
        "source": schema.text("Who states it.", null=True),
    },
)
CHANGE: Final = schema.shape(
    "QueuedChange",
    "One unit of one offering with all its fields that move. It is decided whole.",
    {
        "id": schema.whole(),
        "fingerprint": schema.text("Of all values, source and pins as they are now; a decision names it in If-Match."),
        "offering": schema.text(),
        "unit": schema.text("`token_prices` for all token prices of an offering, else the name of the field."),
        "parts": schema.several(_PART),
        "kind": schema.one(_KIND, "Of the part that decides."),
        "factor": schema.text("Of the part that moves farthest.", null=True),
        "source": schema.text("Whose list it is.", null=True),
        "policy": schema.text("What held it."),
        "state": schema.enumeration("StateEnum", _STATES[1:]),
        "first_seen": schema.moment(),
        "last_seen": schema.moment(),
        "times_seen": schema.whole("Good readings of its source in which it stood."),
        "postponed_until": schema.moment(null=True),
        "first_approved_by": schema.text("Where a second person has to agree.", null=True),
        "same": schema.whole("Waiting changes of the same unit by the same source, from and to the same values."),
        "decided": schema.moment(null=True),
        "decided_by": schema.text(null=True),
        "reason": schema.text(null=True),
    },
)


class MayLook(MayRead):
    """Whoever may see the queue in the admin: signed in, or with a token that reads. Never strangers."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not (request.user.is_authenticated and super().has_permission(request, view)):
            return False
        if isinstance(request.auth, ApiToken) and not {"read", "review"} & set(request.auth.scopes):
            raise PermissionDenied("This token has neither the scope “read” nor “review”.")
        if not request.user.has_perm("curation.view_change"):
            raise PermissionDenied(f"{request.user} may not see the queue: it needs the permission view_change.")
        return True


class QueueView(APIView):
    """Changes that wait for a decision, newest first, or those that the filters or a saved view leave."""

    content_negotiation_class = Negotiation
    permission_classes = (MayLook,)

    @openapi.operation(
        "list_queue",
        "review",
        page("Queue", "A page of changes.", CHANGE),
        openapi.parameter("view", schema.text(minLength=1), "Slug of a saved view; other filters add to it."),
        *(
            openapi.parameter(name, schema.text(enum=list(_CHOICES[name])) if name in _CHOICES else schema.text())
            for name in ("state", *queue.FILTERS)
        ),
        *PARAMETERS,
        problems=(400, 401, 403, 404),
        tagged=False,
    )
    def get(self, request: Request) -> HttpResponseBase:
        names = ("state", *queue.FILTERS)
        parameters.check(request, ("view", "page", "page_size", *names))
        query = {name: word for name in names if (word := request.query_params.get(name))}
        _check(query)
        if slug := request.query_params.get("view"):
            query = _view(request, slug) | query
        pages = Pages()
        rows = pages.paginate_queryset(queue.filtered(Change.objects.order_by(*_ORDER), query), request, self)
        radii = queue.radii(rows)
        answer = pages.get_paginated_response([as_json(row, radii[row.pk]) for row in rows])
        answer.headers["Cache-Control"] = HEADERS["Cache-Control"]
        return answer


def _check(query: Mapping[str, str]) -> None:
    errors = [
        ParameterError(name, f"one of {', '.join(choices)}", nearest(query[name], choices))
        for name, choices in _CHOICES.items()
        if name in query and query[name] not in choices
    ]
    if errors:
        raise BadParameters(errors)


def _view(request: Request, slug: str) -> dict[str, str]:
    view = saved_views.find(slug, person=request.user)  # type: ignore[arg-type]
    if view is None:
        slugs = [saved_view.slug for saved_view in saved_views.visible_to(request.user)]  # type: ignore[arg-type]
        raise BadParameters(
            [ParameterError("view", "no such view, or it is not shared with you", nearest(slug, slugs))]
        )
    return saved_views.query_of(view)


def as_json(change: Change, radius: queue.Radius) -> dict[str, Any]:
    """A change as the API shows it."""
    return {
        "id": change.pk,
        "fingerprint": change.fingerprint,
        "offering": change.offering_key,
        "unit": change.unit,
        "parts": [_part(part) for part in change.parts_shown],
        "kind": change.kind,
        "factor": _factor(change.factor),
        "source": change.source or None,
        "policy": change.policy,
        "state": "postponed" if change.state == Change.State.PROPOSED and change.is_postponed else change.state,
        "first_seen": instant(change.first_seen_at),
        "last_seen": instant(change.last_seen_at),
        "times_seen": change.times_seen,
        "postponed_until": instant(change.postponed_until),
        "first_approved_by": change.first_approved_by or None,
        "same": radius.same,
        "decided": instant(change.decided_at),
        "decided_by": change.decided_by or None,
        "reason": change.reason or None,
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "field": part.field,
        "kind": part.kind,
        "old": public_value(part.field, part.old),
        "new": public_value(part.field, part.new),
        "factor": _factor(part.factor),
        "source": part.source or None,
    }


def _factor(factor: Decimal | None) -> str | None:
    return f"{factor.normalize():f}" if factor is not None else None
