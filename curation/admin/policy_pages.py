"""The pages beside the form of a policy: the tester, the dry run over history, and judging again what waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from curation.admin.base import actor, list_url, offering_url
from curation.admin.weight import after, before, weigh
from curation.apply.load import load_rules
from curation.core.rules import Rule
from curation.models import Change, Policy, Source
from curation.policies import re_evaluate, simulate
from curation.policies.backtest import OUTCOMES, UNCLEAR, WAIT, Rehearsal, rehearse
from curation.policies.history import Past
from registry import display
from registry.domain import fields

_COLUMNS = {
    "apply": gettext_lazy("applied"),
    WAIT: gettext_lazy("applied after a time"),
    "hold": gettext_lazy("held for review"),
    "quarantine": gettext_lazy("run held"),
    "reject": gettext_lazy("rejected"),
    UNCLEAR: gettext_lazy("history does not know enough"),
}


def rehearsal(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """What the policies as they are now would have made of the last 90 days."""
    found = table(rehearse(load_rules()))
    return _page(model_admin, request, "rehearsal", _("Today's policies over the last 90 days"), found)


def tried(rule: Rule, policy: Policy | None, *, enabled: bool, position: int) -> dict[str, Any]:
    """The same with one policy as it stands in a form, put at its place; nothing is saved."""
    rules = with_rule(rule, policy, enabled=enabled, position=position)
    found = rehearse(load_rules(), tried=rules, name=rule.name)
    return table(found) | {"deciding": _counts(found.deciding), "is_tried": True, "tried_name": rule.name}


def with_rule(rule: Rule, policy: Policy | None, *, enabled: bool, position: int) -> list[Rule]:
    """The enabled policies in order, as they would be with this one saved."""
    rows = [row for row in Policy.objects.filter(enabled=True) if policy is None or row.pk != policy.pk]
    places = [((row.position, row.name), row.rule()) for row in rows]
    if enabled:
        # A new one goes before those of its position; see `policies.put_in`.
        places.append(((position, rule.name if policy else ""), rule))
    return [one for _place, one in sorted(places, key=lambda place: place[0])]


def table(found: Rehearsal) -> dict[str, Any]:
    """A rehearsal as its template shows it."""
    rows = [
        {"title": _COLUMNS[word], "then": found.then[word], "today": found.today[word], "tried": found.tried[word]}
        for word in OUTCOMES
        if found.then[word] or found.today[word] or found.tried[word]
    ]
    shown = [
        {
            **_case(one.case),
            "before": _COLUMNS[one.before.outcome],
            "before_by": one.before.policy,
            "after": _COLUMNS[one.after.outcome],
            "after_by": one.after.policy,
        }
        for one in found.differences
    ]
    return {"found": found, "rows": rows, "differences": shown}


def judge_again(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """GET shows what would come of it, POST does it."""
    if request.method != "POST":
        found = re_evaluate.preview()
        rows = [weigh(change) for change in found.examples]
        return _page(
            model_admin, request, "judge_again", _("Judge the waiting ones again"), {"found": found, "rows": rows}
        )
    done = re_evaluate.judge_again(actor=actor(request))
    said = ngettext("%(count)s change applied", "%(count)s changes applied", done.applied) % {"count": done.applied}
    rejected = ngettext("%(count)s rejected", "%(count)s rejected", done.rejected) % {"count": done.rejected}
    stay = done.stay + done.held_otherwise + done.timed
    messages.success(request, _("Judged again: %s.") % f"{said}, {rejected}, {_('%s still wait') % stay}")
    return HttpResponseRedirect(list_url("curation_policy"))


def test(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Which policy decides this change, and why? GET `?change=<id>`, or `?offering=&field=&source=&value=`."""
    asked = {name: request.GET.get(name, "").strip() for name in ("change", "offering", "field", "source", "value")}
    answer, error = None, ""
    try:
        answer = _answer(asked)
    except (ValueError, TypeError, simulate.Untestable) as problem:
        error = str(problem)
    found: dict[str, Any] = {"asked": asked, "error": error, "sources": _slugs()}
    if answer:
        change = answer.change
        gone = change.decision.reason.value == "withdrawn"
        asked |= {"offering": change.offering, "field": change.field, "source": change.decision.source}
        found |= {
            "answer": answer,
            "label": display.label(change.field),
            "old": before(change.field, change.old),
            "new": after(change.field, change.new, withdrawn=gone),
            "movement": display.movement(change.factor),
            "offering_url": offering_url(change.offering),
            "rules_url": reverse("admin:quality_rules"),
            "together": _together(asked["change"], change.field),
        }
    return _page(model_admin, request, "tester", _("Which policy decides?"), found)


def _answer(asked: dict[str, str]) -> simulate.Answer | None:
    if asked["change"]:
        number = asked["change"]
        row = Change.objects.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
        if row is None:
            raise simulate.Untestable(_("This change does not exist any more."))
        return simulate.of_change(row, asked["field"])
    if not (asked["offering"] and asked["field"]):
        return None
    fields.OFFERING.clean(asked["offering"])
    declared = fields.field(asked["field"])
    source = Source.objects.filter(slug=asked["source"]).first()
    if source is None and asked["source"]:
        raise simulate.Untestable(_("There is no source “%s”.") % asked["source"])
    if source and not asked["value"]:
        raise simulate.Untestable(_("Say what the source would say."))
    value = simulate.read_value(declared.name, asked["value"]) if source else None
    return simulate.of_statement(asked["offering"], declared.name, source, value)


def _together(number: str, current: str) -> list[dict[str, Any]]:
    """The fields of a change that has several, each with the link to its own answer."""
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


def _case(case: Past) -> dict[str, Any]:
    change = case.change
    gone = change.new is None and not change.decision.source
    url = "" if case.in_ledger else reverse("admin:curation_change_change", args=[case.number])
    return {
        "offering": change.offering,
        "url": offering_url(change.offering),
        "row_url": url or list_url("registry_ledgerentry", q=change.offering),
        "label": display.label(change.field),
        "at": case.at,
        "source": change.decision.source,
        "shown": {
            "old": before(change.field, change.old),
            "new": after(change.field, change.new, withdrawn=gone),
            "movement": display.movement(change.factor),
            "colour": "info",
        },
    }


def _counts(counts: dict[str, int]) -> list[dict[str, Any]]:
    return [{"title": _COLUMNS[word], "count": counts[word]} for word in OUTCOMES if counts.get(word)]


def _page(model_admin: Any, request: HttpRequest, name: str, title: str, found: dict[str, Any]) -> HttpResponse:
    context = {**model_admin.admin_site.each_context(request), "opts": Policy._meta, "title": title, **found}
    return TemplateResponse(request, f"curation/admin/policies/{name}.html", context)
