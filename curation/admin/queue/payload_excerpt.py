"""What the source sent for a change: the record of its payload, and the claim as it was stored."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from curation import excerpt
from curation.models import Change, StoredClaim


def view(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """A page, or with `?part=1` only its inside, for the row that asks for it."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    change = Change.objects.filter(pk=pk).first()
    if change is None:
        raise Http404
    claim = StoredClaim.objects.filter(source=change.source, offering_key=change.offering_key).first()
    context = {
        "change": change,
        "piece": excerpt.find(change.source, change.offering_key),
        "claim": claim,
        "stated": [_stated(claim, name) for name in change.moved_fields if _states(claim, name)] if claim else [],
        "unstated": [name for name in change.moved_fields if not _states(claim, name)] if claim else [],
    }
    if request.GET.get("part"):
        return TemplateResponse(request, "curation/admin/queue/payload_excerpt_part.html", context)
    page = {
        **model_admin.admin_site.each_context(request),
        "opts": Change._meta,
        "title": _("What %(source)s sent") % {"source": change.source},
    }
    return TemplateResponse(request, "curation/admin/queue/payload_excerpt.html", page | context)


def _states(claim: StoredClaim, name: str) -> bool:
    """Whether the source states it: what it has dropped is only kept for a while."""
    return name in claim.values and name not in claim.dropped


def _stated(claim: StoredClaim, name: str) -> dict[str, str]:
    """One value as the claim keeps it, and since when it was stated."""
    text = json.dumps(claim.values[name], indent=2, ensure_ascii=False)
    return {"field": name, "text": text, "since": claim.since.get(name, "")}
