from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.http import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from registry import json_schema as schema
from registry.api import converted, cost_body, cost_compare, cost_request, json_body, openapi, parameters
from registry.api.base import ReadView
from registry.api.cost_body import Body, RefusedItem
from registry.api.problems import PROBLEM, BadParameters, ParameterError, problem
from registry.catalogue.snapshot import afterwards
from registry.cost import as_json as cost_json
from registry.cost import costing, fallback_log
from registry.models import FallbackUse

_COMPARED: Final = schema.wider(
    cost_json.COST,
    "CostCompared",
    "What one usage costs, here and at every other offering of the model.",
    {"compared": schema.several(cost_json.COST, "Cheapest first; partly priced and unpriced ones last.")},
    optional=("compared",),
)
_REFUSED: Final = schema.shape(
    "CostRefused",
    "An item of a batch that cannot be read. It has a `problem`, and neither a total nor anything else.",
    {
        "id": schema.text("As asked; null where that is no id.", null=True),
        "problem": schema.one(PROBLEM, "What is wrong; `errors` names the place."),
    },
)
_ANSWERS: Final = schema.shape(
    "CostAnswers",
    "Answers to a batch, in the order of its items.",
    {
        "revision": schema.whole(),
        "refused": schema.whole("How many items have a `problem` in place of an answer."),
        "results": schema.several(schema.one_of("CostBatchResult", cost_json.COST, _REFUSED)),
    },
)


@openapi.post(
    "cost",
    "cost",
    schema.one_of("CostResult", _COMPARED, _ANSWERS, cost_json.COMPARISON),
    body=cost_request.QUESTION,
    problems=(400, 413, 415),
)
class CostView(ReadView):
    """What calls cost, line by line. It only reads what is published; POST because a batch fits in no address."""

    def post(self, request: Request) -> HttpResponseBase:
        parameters.check(request, ())
        body = cost_body.read(json_body.document(request), timezone.now())
        try:
            answer, revision = _answer(body, request.get_full_path())
        except costing.UnknownRevision as error:
            raise BadParameters([ParameterError("revision", str(error))]) from error
        if body.currency:
            converted.add_totals(answer, body.currency)
        headers = {"Cache-Control": "no-store", "X-Registry-Revision": str(revision)}
        return Response(answer, headers=headers)


def _answer(body: Body, path: str) -> tuple[dict[str, Any], int]:
    revision = costing.revision_known_at(body.known_at) if body.known_at else body.revision
    if body.over:
        comparison = cost_compare.compared(body.questions[0], body.over, revision)
        return cost_json.compared_as_json(comparison), comparison.revision
    priced = costing.costs(body.questions, revision=revision, fallback=body.fallback)
    afterwards(lambda: fallback_log.note(priced, FallbackUse.Origin.API))
    answers = [cost_json.as_json(cost) for cost in priced]
    number = priced[0].revision if priced else costing.revision_number(revision)
    if body.many:
        return _batch(body, answers, number, path), number
    if body.compare:
        # Both are asked of one revision, also when another is published in between.
        others = costing.compare(body.questions[0], revision=number)
        answers[0]["compared"] = [cost_json.as_json(other) for other in others]
    return answers[0], number


def _batch(body: Body, answers: Iterable[dict[str, Any]], revision: int, path: str) -> dict[str, Any]:
    """Answers and refused items in the order in which they were asked."""
    rest = iter(answers)
    results = [_refused(item, path) if isinstance(item, RefusedItem) else next(rest) for item in body.items]
    return {"revision": revision, "refused": len(body.items) - len(body.questions), "results": results}


def _refused(item: RefusedItem, path: str) -> dict[str, Any]:
    why = item.problem
    return {"id": item.id, "problem": problem(why.status_code, why.text, path, **why.members)}
