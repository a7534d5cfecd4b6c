from __future__ import annotations

from typing import Final

from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from registry import json_schema as schema
from registry.api import openapi, parameters
from registry.api.base import ReadView, conditional
from registry.api.problems import BadParameters, ParameterError
from registry.catalogue import cache
from registry.catalogue.snapshot import afterwards
from registry.identity.lookup import ANSWER
from registry.models import UnknownId
from registry.reference import unresolved_ids

MOST_IDS: Final = 100
LONGEST_ID: Final = 400


_ANSWERS: Final = schema.shape(
    "Answers", "Several answers, in the order of the questions.", {"results": schema.several(ANSWER)}
)


@openapi.get(
    "lookup",
    "lookup",
    schema.one_of("LookupAnswer", ANSWER, _ANSWERS),
    openapi.parameter(
        "id",
        schema.several(schema.text(minLength=1, maxLength=LONGEST_ID), minItems=1, maxItems=MOST_IDS),
        f"What to resolve; may be given up to {MOST_IDS} times.",
        required=True,
        explode=True,
    ),
)
class LookupView(ReadView):
    """Any way to write a model, resolved: ids, aliases, other spellings. Never a guess that is not called one."""

    @conditional
    def get(self, request: Request) -> HttpResponseBase:
        parameters.check(request, ("id",), repeatable=("id",))
        ids = request.query_params.getlist("id")
        if problem := _problem(ids):
            raise BadParameters([ParameterError("id", problem)])
        current = cache.current()
        results = [current.lookup(id) for id in ids]
        afterwards(lambda: unresolved_ids.note(results, UnknownId.Origin.API))
        answers = [answer.as_json() for answer in results]
        # One question has one answer; several have a list, in their order.
        return Response(answers[0] if len(answers) == 1 else {"results": answers})


def _problem(ids: list[str]) -> str | None:
    if not ids:
        return "missing; say which id to look up, as in ?id=gpt-4o"
    if len(ids) > MOST_IDS:
        return f"{len(ids)} of them; {MOST_IDS} at most"
    if any(len(id) > LONGEST_ID for id in ids):
        return f"longer than {LONGEST_ID} signs"
    return None
