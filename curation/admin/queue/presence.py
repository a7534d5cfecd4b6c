"""The heartbeat of a browser with the review queue: its current change, and those of other people."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponseNotAllowed, JsonResponse
from django.http.response import HttpResponseBase

from curation.admin.base import actor
from curation.review import presence

_MOST_ROWS: Final = 500


def view(model_admin: Any, request: HttpRequest) -> HttpResponseBase:
    """POST `change=<id>` (or none), `row=<id>` as often as there are rows. JSON: `{"others": {id: [names]}}`."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    person, at = actor(request), _number(request.POST.get("change", ""))
    presence.record(at, person=person)
    rows = [row for text in request.POST.getlist("row")[:_MOST_ROWS] if (row := _number(text)) is not None]
    return JsonResponse({"others": presence.others(rows, than=person)})


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None
