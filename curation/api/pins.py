"""Pins over the API: list, look at one, pin a field, and release it. The same units decide as in the admin."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Context
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from curation.api import pin_body, pin_shapes
from curation.apply import pin_drift
from curation.models import Pin
from curation.review import decisions
from registry.api import parameters
from registry.api.authentication import MayRead, MayWrite
from registry.api.missing import not_found
from registry.api.pagination import Pages
from registry.api.problems import CONTENT_TYPE, BadParameters, NotFound, ParameterError, Problem
from registry.api.renderers import Negotiation
from registry.api.shapes import Problem as ProblemShape
from registry.api.views.history import check_field
from registry.catalogue.representation import instant
from registry.history.timeline import actor_shown, public_value
from registry.models import ApiToken, Offering

IN_FORCE: Final = "in-force"
STATES: Final = (IN_FORCE, "all", *(state.value for state in pin_drift.State))
_FILTERS: Final = ("offering", "field", "state")
_HEADERS: Final = {"Cache-Control": "no-store"}
_SIX_DIGITS: Final = Context(prec=6)


class MayLook(MayRead):
    """Whoever may read; a token that may pin may also look at pins."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if isinstance(request.auth, ApiToken) and ApiToken.Scope.PIN.value in request.auth.scopes:
            return True
        return super().has_permission(request, view)


class MayPin(MayWrite):
    scope = ApiToken.Scope.PIN
    permission = "curation.pin_field"


class PinsApi(APIView):
    """What both addresses share: everybody who may read may look, writing takes a token with the scope `pin`."""

    content_negotiation_class = Negotiation

    def get_permissions(self) -> list[BasePermission]:
        return [MayLook()] if self.request.method in ("GET", "HEAD", "OPTIONS") else [MayPin()]


def _problems(*statuses: int) -> dict[Any, Any]:
    return {(status, CONTENT_TYPE): ProblemShape for status in statuses}


class PinsView(PinsApi):
    """Pins, newest first: those in force, unless another state is asked for."""

    @extend_schema(
        operation_id="list_pins",
        tags=["pins"],
        parameters=[
            OpenApiParameter("offering", {"type": "string", "minLength": 1}, description="Id of one offering."),
            OpenApiParameter("field", {"type": "string", "minLength": 1}, description="One field."),
            OpenApiParameter("state", {"type": "string", "enum": list(STATES), "default": IN_FORCE}),
            OpenApiParameter("page", {"type": "integer", "minimum": 1, "default": 1}),
            OpenApiParameter("page_size", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 50}),
        ],
        responses={(200, "application/json"): pin_shapes.Pins, **_problems(400, 401, 403, 404)},
    )
    def get(self, request: Request) -> HttpResponseBase:
        parameters.check(request, ("page", "page_size", *_FILTERS))
        pages = Pages()
        rows = pages.paginate_queryset(_chosen(request), request, self)
        answer = pages.get_paginated_response(as_json(rows))
        answer.headers["Cache-Control"] = _HEADERS["Cache-Control"]
        return answer

    @extend_schema(
        operation_id="pin_field",
        tags=["pins"],
        description="Pins a field; an earlier pin of it is replaced. 200 when the same pin holds already.",
        request={"application/json": pin_shapes.NewPin},
        responses={
            (201, "application/json"): pin_shapes.PinShape,
            (200, "application/json"): pin_shapes.PinShape,
            **_problems(400, 401, 403, 404, 413, 415),
        },
    )
    def post(self, request: Request) -> HttpResponseBase:
        parameters.check(request, ())
        asked = pin_body.read(request, timezone.now())
        if not Offering.objects.filter(key=asked.offering).exists():
            raise not_found(request, asked.offering)
        if held := asked.held_already(request.user):
            return Response(as_json([held])[0], headers=_HEADERS)
        try:
            made = decisions.pin(**asked.as_arguments(), actor=request.user)  # type: ignore[arg-type]
        except decisions.Refused as refusal:
            raise Problem(str(refusal)) from refusal
        headers = {**_HEADERS, "Location": reverse("api-pin", kwargs={"id": made.pk})}
        return Response(as_json([made])[0], 201, headers=headers)


class PinView(PinsApi):
    """One pin; deleting it releases it. Nothing is erased: it stays in the list of released pins."""

    _ID: Final = OpenApiParameter(
        "id", {"type": "integer", "minimum": 1}, OpenApiParameter.PATH, description="Its number."
    )

    @extend_schema(
        operation_id="get_pin",
        tags=["pins"],
        parameters=[_ID],
        responses={(200, "application/json"): pin_shapes.PinShape, **_problems(400, 401, 403, 404)},
    )
    def get(self, request: Request, id: str) -> HttpResponseBase:
        parameters.check(request, ())
        return Response(as_json([_found(id)])[0], headers=_HEADERS)

    @extend_schema(
        operation_id="release_pin",
        tags=["pins"],
        description="Gives the field back to its sources, with a reason. One that is released already stays as it is.",
        parameters=[
            _ID,
            OpenApiParameter(
                "reason", {"type": "string", "minLength": 1, "maxLength": pin_body.LONGEST_REASON}, required=True
            ),
        ],
        responses={(200, "application/json"): pin_shapes.PinShape, **_problems(400, 401, 403, 404)},
    )
    def delete(self, request: Request, id: str) -> HttpResponseBase:
        parameters.check(request, ("reason",))
        reason = pin_body.reason(request.query_params.get("reason"))
        pin = _found(id)
        if pin.released_at is None:
            try:
                decisions.release(pin, actor=request.user, reason=reason)  # type: ignore[arg-type]
            except decisions.Refused:
                pin.refresh_from_db()  # somebody was quicker
        return Response(as_json([pin])[0], headers=_HEADERS)


def _found(id: str) -> Pin:
    pin = Pin.objects.select_related("author").filter(pk=int(id)).first() if len(id) < 19 else None
    if pin is None:
        raise NotFound(f"There is no pin {id[:40]}. /api/v1/pins/ lists those in force.")
    return pin


def _chosen(request: Request) -> QuerySet[Pin]:
    found = Pin.objects.select_related("author").order_by("-created_at", "-id")
    query, now = request.query_params, timezone.now()
    if offering := query.get("offering"):
        found = found.filter(offering_key=offering)
    if field := query.get("field"):
        check_field(field)
        found = found.filter(field=field)
    state = query.get("state", IN_FORCE)
    if state not in STATES:
        near = parameters.nearest(state, STATES)
        raise BadParameters([ParameterError("state", f"{state[:100]!r} is none of {', '.join(STATES)}", near)])
    if state == "all":
        return found
    return found.filter(
        pin_drift.in_force(now) if state == IN_FORCE else pin_drift.condition(pin_drift.State(state), now)
    )


def as_json(rows: Collection[Pin]) -> list[dict[str, Any]]:
    """Pins as the API shows them, in as many queries for a hundred as for one."""
    now = timezone.now()
    held = [pin for pin in rows if pin.released_at is None]
    behind = dict(zip((pin.pk for pin in held), pin_drift.behind_all(held, at=now), strict=True))
    return [_as_json(pin, behind.get(pin.pk), now) for pin in rows]


def _as_json(pin: Pin, behind: pin_drift.Behind | None, now: Any) -> dict[str, Any]:
    day: date = now.date()
    decision = behind.decision if behind else None
    factor = pin_drift.moved_by(pin, decision, on=day)[0]
    return {
        "id": pin.pk,
        "offering": pin.offering_key,
        "field": pin.field,
        "value": public_value(pin.field, pin.value),
        "states": [state.value for state in pin_drift.states(pin, now, drift=behind.drift if behind else None)],
        "behind": _behind(pin, pin_drift.recorded(pin.field, decision)),
        "behind_then": _behind(pin, pin.behind_then or {}),
        "moved": f"{_SIX_DIGITS.plus(factor).normalize():f}" if factor is not None else None,
        "official": list(behind.official) if behind else [],
        "reason": pin.reason,
        "evidence": pin.evidence or None,
        "author": actor_shown(pin.author.get_username()),
        "created": instant(pin.created_at),
        "expires": instant(pin.expires_at),
        "review": instant(pin.review_at),
        "released": instant(pin.released_at),
        "released_by": actor_shown(pin.released_by) if pin.released_by else None,
    }


def _behind(pin: Pin, recorded: dict[str, Any]) -> dict[str, Any] | None:
    if not recorded:
        return None
    return {"value": public_value(pin.field, recorded["value"]), "source": recorded["source"]}
