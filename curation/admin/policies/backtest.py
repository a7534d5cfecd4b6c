"""The backtest: the decisions of policies over the last 90 days, of the present ones or with one from a form."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from curation.admin.base import list_url, offering_url, page
from curation.admin.severity import field_summary
from curation.apply.load import load_rules
from curation.core.policy import Rule
from curation.models import Policy
from curation.policies.backtest import Backtest, backtest
from curation.policies.history import PastCase
from curation.policies.outcomes import LABELS
from registry import display


def history(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """The backtest of the present policies over the last 90 days."""
    context = table(backtest(load_rules()))
    template = "curation/admin/policies/backtest.html"
    return page(model_admin, request, template, _("Backtest of the present policies over the last 90 days"), **context)


def tried(rule: Rule, policy: Policy | None, *, enabled: bool, position: int) -> dict[str, Any]:
    """The backtest with one policy from a form at its position; nothing is saved."""
    rules = with_rule(rule, policy, enabled=enabled, position=position)
    result = backtest(load_rules(), tried=rules, name=rule.name)
    return table(result) | {"deciding": _counts(result.deciding), "is_tried": True, "tried_name": rule.name}


def with_rule(rule: Rule, policy: Policy | None, *, enabled: bool, position: int) -> list[Rule]:
    """The enabled policies in order, as if this one was saved."""
    rows = [row for row in Policy.objects.filter(enabled=True) if policy is None or row.pk != policy.pk]
    places = [((row.position, row.name), row.rule()) for row in rows]
    if enabled:
        # A new one goes before those of its position; see `policies.put_in`.
        places.append(((position, rule.name if policy else ""), rule))
    return [rule_ for _place, rule_ in sorted(places, key=lambda place: place[0])]


def table(result: Backtest) -> dict[str, Any]:
    """The context of a backtest for its template."""
    rows = [
        {"title": label, "then": result.then[name], "today": result.today[name], "tried": result.tried[name]}
        for name, label in LABELS.items()
        if result.then[name] or result.today[name] or result.tried[name]
    ]
    differences = [
        {
            **_case(difference.case),
            "before": LABELS[difference.before.name],
            "before_by": difference.before.policy,
            "after": LABELS[difference.after.name],
            "after_by": difference.after.policy,
        }
        for difference in result.differences
    ]
    return {"result": result, "rows": rows, "differences": differences}


def _case(case: PastCase) -> dict[str, Any]:
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
        "summary": field_summary(change.field, change.old, change.new, is_removal=gone, factor=change.factor),
    }


def _counts(counts: dict[str, int]) -> list[dict[str, Any]]:
    return [{"title": label, "count": counts[name]} for name, label in LABELS.items() if counts.get(name)]
