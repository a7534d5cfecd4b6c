"""Pins over the API: list, read, pin a field, and release it. The admin calls the same functions."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from curation.api import pin_body
from curation.api.pin_json import PIN, as_json
from curation.apply import pin_drift
from curation.models import Pin
from curation.pins import pinning
from curation.review import decisions
from registry import json_schema as schema
from registry.api import openapi, parameters
from registry.api.authentication import MayRead, MayWrite
from registry.api.missing import not_found
from registry.api.pagination import PARAMETERS, Pages, page
from registry.api.problems import BadParameters, NotFound, ParameterError, Problem
from registry.api.renderers import Negotiation
from registry.api.views.history import check_field
from registry.domain.words import nearest
from registry.models import ApiToken, Offering

IN_FORCE: Final = "in-force"
STATES: Final = (IN_FORCE, "all", *(state.value for state in pin_drift.State))
_FILTERS: Final = ("offering", "field", "state")
_HEADERS: Final = {"Cache-Control": "no-store"}
_PROBLEMS: Final = (400, 401, 403, 404)


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
    """Permissions of both URLs: whoever may read may see pins; writing needs a token with the scope `pin`."""

    content_negotiation_class = Negotiation

    def get_permissions(self) -> list[BasePermission]:
        return [MayLook()] if self.request.method in ("GET", "HEAD", "OPTIONS") else [MayPin()]


class PinsView(PinsApi):
    """Pins, newest first: those in force, unless another state is asked for."""

    @openapi.operation(
        "list_pins",
        "pins",
        page("Pins", "A page of pins.", PIN),
        openapi.parameter("offering", schema.text(minLength=1), "Id of one offering."),
        openapi.parameter("field", schema.text(minLength=1), "One field."),
        openapi.parameter("state", schema.text(enum=list(STATES), default=IN_FORCE)),
        *PARAMETERS,
        problems=_PROBLEMS,
        tagged=False,
    )
    def get(self, request: Request) -> HttpResponseBase:
        parameters.check(request, ("page", "page_size", *_FILTERS))
        pages = Pages()
        rows = pages.paginate_queryset(_filtered(request), request, self)
        answer = pages.get_paginated_response(as_json(rows))
        answer.headers["Cache-Control"] = _HEADERS["Cache-Control"]
        return answer

    @openapi.operation(
        "pin_field",
        "pins",
        PIN,
        body=pin_body.NEW_PIN,
        others={201: PIN},
        problems=(*_PROBLEMS, 413, 415),
        tagged=False,
        says="Pins a field; an earlier pin of it is replaced. 200 when the same pin holds already.",
    )
    def post(self, request: Request) -> HttpResponseBase:
        parameters.check(request, ())
        pin_request = pin_body.read(request, timezone.now())
        if not Offering.objects.filter(key=pin_request.offering).exists():
            raise not_found(request, pin_request.offering)
        if held := pin_request.existing_pin(request.user):
            return Response(as_json([held])[0], headers=_HEADERS)
        try:
            pin = pinning.pin(**pin_request.as_arguments(), actor=request.user)  # type: ignore[arg-type]
        except decisions.Refused as refusal:
            raise Problem(str(refusal)) from refusal
        headers = {**_HEADERS, "Location": reverse("api-pin", kwargs={"id": pin.pk})}
        return Response(as_json([pin])[0], 201, headers=headers)


class PinView(PinsApi):
    """One pin; deleting it releases it. Nothing is erased: it stays in the list of released pins."""

    @openapi.operation("get_pin", "pins", PIN, openapi.NUMBER, problems=_PROBLEMS, tagged=False)
    def get(self, request: Request, id: str) -> HttpResponseBase:
        parameters.check(request, ())
        return Response(as_json([_pin_or_404(id)])[0], headers=_HEADERS)

    @openapi.operation(
        "release_pin",
        "pins",
        PIN,
        openapi.NUMBER,
        openapi.parameter("reason", schema.text(minLength=1, maxLength=pin_body.LONGEST_REASON), required=True),
        problems=_PROBLEMS,
        tagged=False,
        says="Gives the field back to its sources, with a reason. One that is released already stays as it is.",
    )
    def delete(self, request: Request, id: str) -> HttpResponseBase:
        parameters.check(request, ("reason",))
        reason = pin_body.reason(request.query_params.get("reason"))
        pin = _pin_or_404(id)
        if pin.released_at is None:
            try:
                pinning.release(pin, actor=request.user, reason=reason)  # type: ignore[arg-type]
            except decisions.Refused:
                pin.refresh_from_db()  # somebody else released it
        return Response(as_json([pin])[0], headers=_HEADERS)


def _pin_or_404(id: str) -> Pin:
    pin = Pin.objects.select_related("author").filter(pk=int(id)).first() if len(id) < 19 else None
    if pin is None:
        raise NotFound(f"There is no pin {id[:40]}. /api/v1/pins/ lists those in force.")
    return pin


def _filtered(request: Request) -> QuerySet[Pin]:
    pins = Pin.objects.select_related("author").order_by("-created_at", "-id")
    query, now = request.query_params, timezone.now()
    if offering := query.get("offering"):
        pins = pins.filter(offering_key=offering)
    if field := query.get("field"):
        check_field(field)
        pins = pins.filter(field=field)
    state = query.get("state", IN_FORCE)
    if state not in STATES:
        near = nearest(state, STATES)
        raise BadParameters([ParameterError("state", f"{state[:100]!r} is none of {', '.join(STATES)}", near)])
    if state == "all":
        return pins
    return pins.filter(
        pin_drift.in_force(now) if state == IN_FORCE else pin_drift.condition(pin_drift.State(state), now)
    )
