"""Approving and rejecting changes over the API.

A decision names the fingerprint of the values in `If-Match`, and is refused with 412 when they have moved.
"""

from __future__ import annotations

import re
from typing import Any, Final

from django.contrib.auth.models import User
from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from curation.api.queue import CHANGE, HEADERS, as_json
from curation.models import Change
from curation.review import decisions, queue
from registry import json_schema as schema
from registry.api import json_body, openapi, parameters
from registry.api.authentication import MayWrite
from registry.api.problems import BadParameters, NotFound, ParameterError, PreconditionFailed, Problem
from registry.api.renderers import Negotiation
from registry.models import ApiToken

_TAG: Final = re.compile(r'"?([0-9a-f]{64})"?')
LONGEST_REASON: Final = 500
_WHY: Final = schema.shape(
    "Reason",
    "Why; a rejection needs it.",
    {"reason": schema.text(maxLength=LONGEST_REASON)},
    optional=("reason",),
)
_DECIDED: Final = schema.shape(
    "Decided",
    "What came of a decision.",
    {"change": CHANGE, "revision": schema.whole("In which it was published, if it was.", null=True)},
)


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
        fingerprint, reason, actor = _seen(request), _reason(request), request.user
        if not isinstance(actor, User):
            raise PermissionDenied
        change = Change.objects.filter(pk=int(id)).first() if len(id) < 19 else None
        if change is None:
            raise NotFound(f"There is no change {id[:40]}. /api/v1/changes/queue/ lists those that wait.")
        if change.state != Change.State.PROPOSED:
            raise Conflict(f"This change is {change.state} already.", state=change.state)
        if change.fingerprint != fingerprint:
            raise PreconditionFailed("The values have moved since you looked, or this is another change; look again.")
        decide = decisions.approve if self.verdict == "approve" else decisions.reject
        try:
            outcome = decide({change.pk: fingerprint}, actor=actor, reason=reason)
        except decisions.Refused as refusal:
            raise Problem(str(refusal)) from refusal
        change.refresh_from_db()
        if outcome.refused:
            refused = Conflict if change.first_approved_by == actor.get_username() else PreconditionFailed
            raise refused(outcome.refused[0][1])
        answer = {"change": as_json(change, queue.radii([change])[change.pk]), "revision": outcome.revision}
        return Response(answer, 202 if outcome.waiting else 200, headers=HEADERS)


def _described(verdict: str, says: str, *, others: dict[int, schema.Type] | None = None) -> Any:
    return openapi.post(
        f"{verdict}_change",
        "review",
        _DECIDED,
        openapi.NUMBER,
        openapi.parameter(
            "If-Match",
            schema.text(pattern=_TAG.pattern),
            "`fingerprint` of the change as it was seen.",
            location=OpenApiParameter.HEADER,
            required=True,
        ),
        body=_WHY,
        others=others,
        problems=(400, 401, 403, 404, 409, 412, 413, 415, 428),
        says=says,
    )


@_described(
    "approve",
    "Publishes a change as it was seen. 202: recorded, and a second person has to agree.",
    others={202: _DECIDED},
)
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
