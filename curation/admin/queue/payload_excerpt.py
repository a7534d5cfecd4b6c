"""The payload excerpt of a change: the record of its source, and the stored claim."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from curation.admin.base import page
from curation.explanation import excerpt
from curation.models import Change, StoredClaim


def view(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """The page, or with `?part=1` only its content, for the row of the queue."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    change = Change.objects.filter(pk=pk).first()
    if change is None:
        raise Http404
    claim = StoredClaim.objects.filter(source=change.source, offering_key=change.offering_key).first()
    context: dict[str, Any] = {
        "change": change,
        "excerpt": excerpt.find(change.source, change.offering_key),
        "claim": claim,
        "values": [_claim_value(claim, name) for name in change.moved_fields if _states(claim, name)] if claim else [],
        "unstated": [name for name in change.moved_fields if not _states(claim, name)] if claim else [],
    }
    if request.GET.get("part"):
        return TemplateResponse(request, "curation/admin/queue/payload_excerpt_part.html", context)
    title = _("Payload of %(source)s") % {"source": change.source}
    return page(model_admin, request, "curation/admin/queue/payload_excerpt.html", title, **context)


def _states(claim: StoredClaim, name: str) -> bool:
    """Whether the source states the field: dropped values are stored for a while."""
    return name in claim.values and name not in claim.dropped


def _claim_value(claim: StoredClaim, name: str) -> dict[str, str]:
    """One value as the claim stores it, and since when it is stated."""
    text = json.dumps(claim.values[name], indent=2, ensure_ascii=False)
    return {"field": name, "text": text, "since": claim.since.get(name, "")}
