"""Two pages about quality: the rules with how much each finds today, and the list of what they find."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from curation.admin.base import list_url, offering_url
from curation.core.quality_gate import POLICY
from curation.models import Change, Conflict
from registry import display
from registry.catalogue import cache
from registry.catalogue.per_revision import PerRevision
from registry.domain.offering_ids import provider_of
from registry.quality import RULES, Finding, Severity, survey

PER_PAGE: Final = 100
_COLOURS: Final = {Severity.ERROR: "danger", Severity.WARNING: "warning"}


def rules(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Every rule: code, severity, sentence, how many findings there are, and how many changes it holds."""
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
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": Conflict._meta,
        "title": _("Quality rules"),
        "rows": rows,
        "total": sum(counts.values()),
        "all_url": findings_url(),
    }
    return TemplateResponse(request, "curation/admin/reports/quality_rules.html", context)


def findings(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """What the rules find in the published catalogue. GET `?code=`, `?severity=`, `?provider=`, `?page=`."""
    _check(request)
    asked = {name: request.GET.get(name, "") for name in ("code", "severity", "provider")}
    found = [
        finding
        for finding in current()
        if asked["code"] in ("", finding.rule.code)
        and asked["severity"] in ("", finding.rule.severity.value)
        and asked["provider"] in ("", provider_of(finding.offering))
    ]
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": Conflict._meta,
        "title": _("Quality findings"),
        "rows": [_row(finding) for finding in page],
        "page": page,
        "total": len(found),
        "asked": asked,
        "codes": [rule.code for rule in RULES],
        "severities": [severity.value for severity in Severity],
        "providers": sorted({provider_of(finding.offering) for finding in current()}),
        "query": urlencode({name: value for name, value in asked.items() if value}),
        "rules_url": reverse("admin:quality_rules"),
    }
    return TemplateResponse(request, "curation/admin/reports/quality_findings.html", context)


def findings_url(**query: str) -> str:
    """Address of the list of findings, filtered."""
    address = reverse("admin:quality_findings")
    return f"{address}?{urlencode(query)}" if query else address


_held = PerRevision[list[Finding]]()


def current() -> list[Finding]:
    """All findings of today, errors first; reckoned once a revision and day, since it looks at the whole catalogue."""
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
