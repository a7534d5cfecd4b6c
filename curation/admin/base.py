"""Shared parts of the admin pages: read-only lists, ordering, cells, links and responses."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin


class WithTrail(ModelAdmin):
    """The page's “History” is the audit trail of the object, which nobody can edit; not Django's own log."""

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        if not request.user.has_perm("curation.view_auditentry"):
            answer: HttpResponse = super().history_view(request, object_id, extra_context)
            return answer
        trail = list_url("curation_auditentry", kind__exact=self.opts.label_lower, key__exact=unquote(object_id))
        return HttpResponseRedirect(trail)


class WideList(WithTrail):
    """A list whose cells share one lookup per page, so that no cell queries the database."""

    show_full_result_count = False
    list_filter_submit = True
    list_fullwidth = True

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        changelist.result_list = list(changelist.result_list)
        self.prepare(changelist.result_list)
        return changelist

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        row = super().get_object(request, object_id, from_field)
        if row is not None:
            self.prepare([row])
        return row

    def prepare(self, rows: list[Any]) -> None:
        """Adds to the rows the related data that their cells show."""


class ReadOnlyAdmin(WideList):
    """For rows that a sync or a service writes: everybody may view them, nobody edits them here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class UnknownLast(F):
    """Ordering with nulls last in both directions."""

    def asc(self, **kwargs: Any) -> OrderBy:
        return OrderBy(self, nulls_last=True)

    def desc(self, **kwargs: Any) -> OrderBy:
        return OrderBy(self, descending=True, nulls_last=True)


def actor(request: HttpRequest) -> User:
    """The signed-in user, for the services."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def page(
    model_admin: Any, request: HttpRequest, template: str, title: Any, *, status: int = 200, **context: Any
) -> TemplateResponse:
    """A page of our own within the frame of the admin, with the context that every admin page needs."""
    frame = {**model_admin.admin_site.each_context(request), "opts": model_admin.opts, "title": title}
    return TemplateResponse(request, template, frame | context, status=status)


def chosen_ids(request: HttpRequest, name: str) -> list[int]:
    """The ids of a parameter of the form or the query string; invalid ones are left out."""
    words = (request.POST if request.method == "POST" else request.GET).getlist(name)
    return [int(word) for word in words if word.isdecimal() and len(word) < 19]


def need(request: HttpRequest, permission: str) -> None:
    """Raises PermissionDenied without the permission."""
    if not request.user.has_perm(permission):
        raise PermissionDenied


def cell(name: str, **context: Any) -> SafeString:
    """A cell of a list, rendered from its template with escaping."""
    return render_to_string(f"{name}.html", context)


def badge(words: Any, colour: str) -> SafeString:
    """A text as a coloured label."""
    return cell("unfold/helpers/label", text=words, type=colour)


def offering_url(key: str) -> str:
    """Address of the page of an offering by its id, without a query."""
    return f"{reverse('admin:registry_offering_by_key')}?{urlencode({'key': key})}"


def list_url(name: str, **query: Any) -> str:
    """Address of a filtered list: `list_url("curation_change", state="all")`."""
    address = reverse(f"admin:{name}_changelist")
    return f"{address}?{urlencode(query)}" if query else address


def came_from(request: HttpRequest, fallback: str) -> str:
    """The page the person came from when it is one of ours, so that filters survive every action."""
    address = request.POST.get("next") or request.META.get("HTTP_REFERER", "")
    allowed = url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure())
    return address if allowed else fallback


def back_to(request: HttpRequest, fallback: str) -> HttpResponseRedirect:
    """A redirect to where the person came from."""
    return HttpResponseRedirect(came_from(request, fallback))
