from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from registry import cost_json, costing, fallbacks
from registry.api import converted, cost_body, cost_compare, parameters, schema
from registry.api.cost_body import Body
from registry.api.problems import BadParameters, ParameterError
from registry.api.views.base import Reading
from registry.models import FallbackUse


@schema.cost
class CostView(Reading):
    """What calls cost, line by line. It only reads what is published; POST because a batch fits in no address."""

    def post(self, request: Request) -> HttpResponseBase:
        parameters.check(request, ())
        body = cost_body.read(cost_body.document(request), timezone.now())
        try:
            answer, revision = _answer(body)
        except costing.UnknownRevision as error:
            raise BadParameters([ParameterError("revision", str(error))]) from error
        if body.currency:
            converted.add_totals(answer, body.currency)
        headers = {"Cache-Control": "no-store", "X-Registry-Revision": str(revision)}
        return Response(answer, headers=headers)


def _answer(body: Body) -> tuple[dict[str, Any], int]:
    revision = costing.revision_known_at(body.known_at) if body.known_at else body.revision
    if body.over:
        found = cost_compare.compared(body.questions[0], body.over, revision)
        return cost_json.compared_as_json(found), found.revision
    priced = costing.costs(body.questions, revision=revision, fallback=body.fallback)
    fallbacks.note(priced, FallbackUse.Origin.API)
    answers = [cost_json.as_json(one) for one in priced]
    number = priced[0].revision
    if body.compare:
        # Both are asked of one revision, also when another is published in between.
        others = costing.compare(body.questions[0], revision=number)
        answers[0]["compared"] = [cost_json.as_json(one) for one in others]
    return ({"revision": number, "results": answers} if body.many else answers[0]), number
