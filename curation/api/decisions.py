"""Approving and rejecting what waits, over the API.

Like people, programs approve what they saw: a decision names the fingerprint of the values it is about, in `If-Match`,
and is refused with 412 when they have moved.
"""

from __future__ import annotations

import re
from typing import Any, Final

from django.contrib.auth.models import User
from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from curation.api import decision_shapes as shapes
from curation.api.queue import HEADERS, as_json
from curation.models import Change
from curation.review import decisions, queue
from registry.api import json_body, parameters
from registry.api.authentication import MayWrite
from registry.api.problems import CONTENT_TYPE, BadParameters, NotFound, ParameterError, PreconditionFailed, Problem
from registry.api.renderers import Negotiation
from registry.api.shapes import Problem as ProblemShape
from registry.models import ApiToken

_TAG: Final = re.compile(r'"?([0-9a-f]{64})"?')
LONGEST_REASON: Final = 500


class MayReview(MayWrite):
    scope = ApiToken.Scope.REVIEW
    permission = "curation.decide_change"


class PreconditionRequired(Problem):
    status_code = 428


class Conflict(Problem):
    status_code = 409


class DecisionView(APIView):
    """POST with the fingerprint in `If-Match`: exactly what was seen is decided, or nothing."""

    content_negotiation_class = Negotiation
    permission_classes = (MayReview,)
    verdict: str = ""

    def post(self, request: Request, id: str) -> HttpResponseBase:
        parameters.check(request, ())
        seen, reason, actor = _seen(request), _reason(request), request.user
        if not isinstance(actor, User):
            raise PermissionDenied
        change = Change.objects.filter(pk=int(id)).first() if len(id) < 19 else None
        if change is None:
            raise NotFound(f"There is no change {id[:40]}. /api/v1/changes/queue/ lists those that wait.")
        if change.state != Change.State.PROPOSED:
            raise Conflict(f"This change is {change.state} already.", state=change.state)
        if change.fingerprint != seen:
            raise PreconditionFailed("The values have moved since you looked, or this is another change; look again.")
        decide = decisions.approve if self.verdict == "approve" else decisions.reject
        try:
            outcome = decide({change.pk: seen}, actor=actor, reason=reason)
        except decisions.Refused as refusal:
            raise Problem(str(refusal)) from refusal
        change.refresh_from_db()
        if outcome.refused:
            refused = Conflict if change.first_approved_by == actor.get_username() else PreconditionFailed
            raise refused(outcome.refused[0][1])
        answer = {"change": as_json(change, queue.radii([change])[change.pk]), "revision": outcome.revision}
        return Response(answer, 202 if outcome.waiting else 200, headers=HEADERS)


def _described(verdict: str, says: str) -> Any:
    about = extend_schema(
        operation_id=f"{verdict}_change",
        tags=["review"],
        description=says,
        parameters=[
            OpenApiParameter("id", {"type": "integer", "minimum": 1}, OpenApiParameter.PATH, description="Its number."),
            OpenApiParameter(
                "If-Match",
                {"type": "string", "pattern": _TAG.pattern},
                OpenApiParameter.HEADER,
                required=True,
                description="`fingerprint` of the change as it was seen.",
            ),
        ],
        request={"application/json": shapes.Reason},
        responses={
            (200, "application/json"): shapes.Decided,
            **({(202, "application/json"): shapes.Decided} if verdict == "approve" else {}),
            **{(status, CONTENT_TYPE): ProblemShape for status in (400, 401, 403, 404, 409, 412, 413, 415, 428)},
        },
    )
    return extend_schema_view(post=about)


@_described("approve", "Publishes a change as it was seen. 202: recorded, and a second person has to agree.")
class ApproveView(DecisionView):
    verdict = "approve"


@_described("reject", "Declines a change for good: the same source saying the same is not asked again. Needs a reason.")
class RejectView(DecisionView):
    verdict = "reject"


def _seen(request: Request) -> str:
    sent = request.headers.get("If-Match")
    if sent is None:
        raise PreconditionRequired("Name the fingerprint of what you saw in If-Match; the queue tells it.")
    match = _TAG.fullmatch(sent.strip())
    if match is None:
        raise PreconditionFailed("If-Match names no fingerprint: 64 hexadecimal digits, as the queue tells them.")
    return match[1]


def _reason(request: Request) -> str:
    """The reason in the body; an empty body gives none."""
    if not request._request.headers.get("Content-Length", "0").strip("0"):
        return ""
    body = json_body.document(request)
    if not isinstance(body, dict) or set(body) - {"reason"}:
        raise Problem('The body is an object with the key "reason", and no other.')
    reason = body.get("reason") or ""
    if not isinstance(reason, str) or len(reason) > LONGEST_REASON or "\0" in reason:
        raise BadParameters([ParameterError("reason", f"a text of at most {LONGEST_REASON} signs")])
    return reason
