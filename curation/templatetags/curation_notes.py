"""The notes about an object on its page, with a link to its audit trail."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.http import urlencode

from curation.models import Note

register = template.Library()

_SHOWN = 50
_KINDS = {"model": "registry.model", "provider": "registry.provider", "source": "curation.source"}


@register.inclusion_tag("curation/admin/notes/notes.html", takes_context=True)
def notes_at(context: dict[str, Any], about: str, key: str, pk: str = "") -> dict[str, Any]:
    """The card of one object. `pk`: its primary key, where that is another than the key."""
    request = context["request"]
    user = request.user
    if about == Note.About.OFFERING:
        trail = {"offering_key__exact": key}
    else:
        trail = {"kind__exact": _KINDS[about], "key__exact": pk or key}
    return {
        "request": request,
        "csrf_token": context.get("csrf_token", ""),
        "may_look": user.has_perm("curation.view_note"),
        "may_write": user.has_perm("curation.add_note"),
        "may_close": user.has_perm("curation.change_note"),
        "trail_url": _list("auditentry", **trail) if user.has_perm("curation.view_auditentry") else "",
        "all_url": _list("note", about__exact=about, key__exact=key, state="all"),
        "about": about,
        "key": key,
        "kinds": Note.Kind.choices,
        "notes": list(Note.objects.filter(about=about, key=key, closed_at__isnull=True)[:_SHOWN]),
    }


def _list(name: str, **query: Any) -> str:
    """As `curation.admin.base.list_url`, which cannot be imported while Unfold itself loads these tags."""
    return f"{reverse(f'admin:curation_{name}_changelist')}?{urlencode(query)}"
