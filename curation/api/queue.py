"""What waits for a decision, over the API: with the filters of the queue in the admin, and its saved views by slug."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.views import APIView

from curation.api import decision_shapes as shapes
from curation.core.diff import Kind
from curation.core.units import Part
from curation.models import Change
from curation.review import queue, saved_views
from registry.api import parameters
from registry.api.authentication import MayRead
from registry.api.pagination import Pages
from registry.api.problems import CONTENT_TYPE, BadParameters, ParameterError
from registry.api.renderers import Negotiation
from registry.api.shapes import Problem as ProblemShape
from registry.catalogue.representation import instant
from registry.domain import fields
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

    @extend_schema(
        operation_id="list_queue",
        tags=["review"],
        parameters=[
            OpenApiParameter(
                "view", {"type": "string", "minLength": 1}, description="Slug of a saved view; other filters add to it."
            ),
            *(
                OpenApiParameter(name, {"type": "string", "enum": list(known)} if known else {"type": "string"})
                for name, known in {name: _CHOICES.get(name) for name in ("state", *queue.FILTERS)}.items()
            ),
            OpenApiParameter("page", {"type": "integer", "minimum": 1, "default": 1}),
            OpenApiParameter("page_size", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 50}),
        ],
        responses={
            (200, "application/json"): shapes.Queue,
            (400, CONTENT_TYPE): ProblemShape,
            (401, CONTENT_TYPE): ProblemShape,
            (403, CONTENT_TYPE): ProblemShape,
            (404, CONTENT_TYPE): ProblemShape,
        },
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
        ParameterError(name, f"one of {', '.join(known)}", parameters.nearest(query[name], known))
        for name, known in _CHOICES.items()
        if name in query and query[name] not in known
    ]
    if errors:
        raise BadParameters(errors)


def _view(request: Request, slug: str) -> dict[str, str]:
    view = saved_views.find(slug, person=request.user)  # type: ignore[arg-type]
    if view is None:
        known = [one.slug for one in saved_views.open_to(request.user)]  # type: ignore[arg-type]
        raise BadParameters(
            [ParameterError("view", "no such view, or it is not shared with you", parameters.nearest(slug, known))]
        )
    return saved_views.query_of(view)


def as_json(change: Change, radius: queue.Radius) -> dict[str, Any]:
    """A change as the API tells it."""
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
