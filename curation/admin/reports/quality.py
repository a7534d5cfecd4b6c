"""Quality pages: the rules with their counts of findings, and the list of findings."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from curation.admin.base import list_url, offering_url, page
from curation.core.quality_gate import POLICY
from curation.models import Change
from registry import display
from registry.catalogue import cache
from registry.catalogue.per_revision import PerRevision
from registry.domain.offering_ids import provider_of
from registry.quality import RULES, Finding, Severity, survey

PER_PAGE: Final = 100
_COLOURS: Final = {Severity.ERROR: "danger", Severity.WARNING: "warning"}


def rules(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Every rule: code, severity, sentence, number of findings and of changes that it holds."""
    _check(request)
    counts = Counter(finding.rule.code for finding in current())
    waiting = Counter(Change.objects.awaiting_review().values_list("policy", flat=True))
    rows = [
        {
            "code": rule.code,
            "severity": rule.severity,
            "colour": _COLOURS[rule.severity],
            "sentence": rule.sentence,
            "count": counts[rule.code],
            "url": findings_url(code=rule.code),
            "waiting": waiting[POLICY.format(rule.code)],
            "waiting_url": list_url("curation_change", q=POLICY.format(rule.code)),
        }
        for rule in RULES
    ]
    template, total = "curation/admin/reports/quality_rules.html", sum(counts.values())
    return page(model_admin, request, template, _("Quality rules"), rows=rows, total=total, all_url=findings_url())


def findings(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """The findings in the published catalogue. GET `?code=`, `?severity=`, `?provider=`, `?page=`."""
    _check(request)
    chosen = {name: request.GET.get(name, "") for name in ("code", "severity", "provider")}
    matching = [
        finding
        for finding in current()
        if chosen["code"] in ("", finding.rule.code)
        and chosen["severity"] in ("", finding.rule.severity.value)
        and chosen["provider"] in ("", provider_of(finding.offering))
    ]
    listed = Paginator(matching, PER_PAGE).get_page(request.GET.get("page"))
    return page(
        model_admin,
        request,
        "curation/admin/reports/quality_findings.html",
        _("Quality findings"),
        rows=[_row(finding) for finding in listed],
        page=listed,
        total=len(matching),
        chosen=chosen,
        codes=[rule.code for rule in RULES],
        severities=[severity.value for severity in Severity],
        providers=sorted({provider_of(finding.offering) for finding in current()}),
        query=urlencode({name: value for name, value in chosen.items() if value}),
        rules_url=reverse("admin:quality_rules"),
    )


def findings_url(**query: str) -> str:
    """Address of the list of findings, filtered."""
    address = reverse("admin:quality_findings")
    return f"{address}?{urlencode(query)}" if query else address


_held = PerRevision[list[Finding]]()


def current() -> list[Finding]:
    """All findings of today, errors first; computed once per revision and day."""
    catalogue, today = cache.current(), timezone.now().date()

    def ordered() -> list[Finding]:
        findings = survey(catalogue.entries.values(), on=today)
        return sorted(findings, key=lambda f: (not f.is_error, f.rule.code, f.offering, f.field))

    return _held.get((catalogue, today), ordered)


def _check(request: HttpRequest) -> None:
    if not request.user.has_perm("registry.view_offering"):
        raise PermissionDenied


def _row(finding: Finding) -> dict[str, Any]:
    return {
        "finding": finding,
        "colour": _COLOURS[finding.rule.severity],
        "label": display.label(finding.field),
        "url": f"{offering_url(finding.offering)}#field-{finding.field}",
        "values": ", ".join(f"{name} {value}" for name, value in finding.values.items()),
    }
