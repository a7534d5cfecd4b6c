from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from registry import costing
from registry.api import cost_body, parameters, schema
from registry.api.cost_body import Body
from registry.api.problems import BadParameters, ParameterError
from registry.api.views.base import Reading


@schema.cost
class CostView(Reading):
    """What calls cost, line by line. It reads only; POST because a batch fits in no address."""

    def post(self, request: Request) -> HttpResponseBase:
        parameters.check(request, ())
        body = cost_body.read(cost_body.document(request), timezone.now())
        try:
            answer, revision = _answer(body)
        except costing.UnknownRevision as error:
            raise BadParameters([ParameterError("revision", str(error))]) from error
        headers = {"Cache-Control": "no-store", "X-Registry-Revision": str(revision)}
        return Response(answer, headers=headers)


def _answer(body: Body) -> tuple[dict[str, Any], int]:
    revision = costing.revision_known_at(body.known_at) if body.known_at else body.revision
    one = costing.costs(body.questions, revision=revision, fallback=body.fallback)
    found = [costing.as_json(cost) for cost in one]
    number = one[0].revision
    if body.compare:
        # Both are asked of one revision, also when another is published in between.
        others = costing.compare(body.questions[0], revision=number)
        found[0]["compared"] = [costing.as_json(cost) for cost in others]
    return ({"revision": number, "results": found} if body.many else found[0]), number
