"""The page that shows what is about to be decided, and asks; for a few changes and for many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from curation.admin.verdicts import Verdict, answer_of, bounds
from curation.models import Change


def page(model_admin: Any, request: HttpRequest, verdict: Verdict, found: Mapping[str, Any]) -> HttpResponse:
    """`found`: rows with the worst first, count, left_over, alarming, error, and `token` or `job`."""
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": Change._meta,
        "title": verdict.title,
        "verdict": verdict,
        "worst": found["rows"][0] if found["rows"][0].movement else None,
        "next": request.POST.get("next") or request.META.get("HTTP_REFERER", ""),
        "answer": answer_of(request),
        **bounds(),
        **found,
    }
    return TemplateResponse(request, "curation/admin/decide.html", context, status=400 if found["error"] else 200)
