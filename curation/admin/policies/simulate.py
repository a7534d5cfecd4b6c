"""Simulation: which policy decides a change, and why, for a pending or an invented change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from curation.admin.base import offering_url, page
from curation.admin.severity import after, before
from curation.core.statements import Reason
from curation.models import Change, Source
from curation.policies import simulate
from curation.policies.typed_value import read_value
from registry import display
from registry.domain import fields, kinds


def simulation(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """The simulation: GET `?change=<id>`, or `?offering=&field=&source=&value=`."""
    question = {name: request.GET.get(name, "").strip() for name in ("change", "offering", "field", "source", "value")}
    answer, error = None, ""
    try:
        answer = _answer(question)
    except (ValueError, TypeError, simulate.Untestable) as problem:
        error = str(problem)
    context: dict[str, Any] = {"question": question, "error": error, "sources": _slugs()}
    if answer:
        change = answer.change
        gone = change.decision.reason is Reason.NO_LONGER_STATED
        question |= {"offering": change.offering, "field": change.field, "source": change.decision.source}
        context |= {
            "answer": answer,
            "label": display.label(change.field),
            "old": before(change.field, change.old),
            "new": after(change.field, change.new, is_removal=gone),
            "movement": display.movement(change.factor),
            "offering_url": offering_url(change.offering),
            "rules_url": reverse("admin:quality_rules"),
            "together": _together(question["change"], change.field),
        }
    template = "curation/admin/policies/simulate.html"
    return page(model_admin, request, template, _("Which policy decides?"), **context)


def _answer(question: dict[str, str]) -> simulate.Answer | None:
    if question["change"]:
        number = question["change"]
        row = Change.objects.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
        if row is None:
            raise simulate.Untestable(_("This change does not exist any more."))
        return simulate.of_change(row, question["field"])
    if not (question["offering"] and question["field"]):
        return None
    kinds.OFFERING.clean(question["offering"])
    declared = fields.field(question["field"])
    source = Source.objects.filter(slug=question["source"]).first()
    if source is None and question["source"]:
        raise simulate.Untestable(_("There is no source “%s”.") % question["source"])
    if source and not question["value"]:
        raise simulate.Untestable(_("Give the value that the source would state."))
    value = read_value(declared.name, question["value"]) if source else None
    return simulate.of_statement(question["offering"], declared.name, source, value)


def _together(number: str, current: str) -> list[dict[str, Any]]:
    """The fields of a change with several, each with the link to its own simulation."""
    row = Change.objects.filter(pk=int(number)).first() if number else None
    names = row.moved_fields if row else ()
    return [
        {
            "label": display.label(name),
            "url": f"?{urlencode({'change': number, 'field': name})}",
            "is_current": name == current,
        }
        for name in names
        if len(names) > 1
    ]


def _slugs() -> Sequence[str]:
    return list(Source.objects.values_list("slug", flat=True))
