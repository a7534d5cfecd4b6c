"""What the policies would have made of the last 90 days: as they are, and with one as it stands in a form."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from curation.admin.base import list_url, offering_url, page
from curation.admin.severity import moved
from curation.apply.load import load_rules
from curation.core.policy import Rule
from curation.models import Policy
from curation.policies.backtest import OUTCOMES, UNCLEAR, WAIT, Rehearsal, rehearse
from curation.policies.history import Past
from registry import display

_COLUMNS = {
    "apply": gettext_lazy("applied"),
    WAIT: gettext_lazy("applied after a time"),
    "hold": gettext_lazy("held for review"),
    "quarantine": gettext_lazy("run held"),
    "reject": gettext_lazy("rejected"),
    UNCLEAR: gettext_lazy("history does not know enough"),
}


def history(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """What the policies as they are now would have made of the last 90 days."""
    found = table(rehearse(load_rules()))
    template = "curation/admin/policies/backtest.html"
    return page(model_admin, request, template, _("Today's policies over the last 90 days"), **found)


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
        "shown": moved(change.field, change.old, change.new, withdrawn=gone, factor=change.factor),
    }


def _counts(counts: dict[str, int]) -> list[dict[str, Any]]:
    return [{"title": _COLUMNS[word], "count": counts[word]} for word in OUTCOMES if counts.get(word)]
