"""Saved views of the queue: opening, saving, and their own list for renaming and deleting."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.decorators import display as column

from curation.admin.base import actor, back_to, cell, list_url
from curation.models import SavedView
from curation.review import queue, saved_views
from curation.review.stale_check import Refused


def views_of(request: HttpRequest) -> list[SavedView]:
    """The views that a person may open, loaded once per page."""
    if not hasattr(request, "_queue_views"):
        request._queue_views = saved_views.visible_to(actor(request))  # type: ignore[attr-defined]
    views: list[SavedView] = request._queue_views  # type: ignore[attr-defined]
    return views


def opened(request: HttpRequest) -> str:
    """The redirect of `?view=` alone, or of the bare queue with a default view. "" otherwise."""
    parameters = set(request.GET)
    if not parameters:
        mine = (saved_view for saved_view in views_of(request) if saved_view.owner_id == request.user.pk)
        view = next((saved_view for saved_view in mine if saved_view.is_default), None)
    elif parameters == {"view"}:
        view = saved_views.find(request.GET["view"], person=actor(request))
        if view is None:
            messages.warning(request, _("There is no such view, or it is not shared with you."))
            return list_url("curation_change", state=queue.WAITING)
    else:
        return ""
    return address(view) if view else ""


def address(view: SavedView) -> str:
    """The queue as a view shows it."""
    query = saved_views.query_of(view)
    return list_url("curation_change", **({"state": queue.WAITING} | query), view=view.slug)


def save(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """POST `name`, `query`, `shared`, `default`: saves the filters of the page."""
    if request.method != "POST" or not model_admin.has_view_permission(request):
        raise PermissionDenied
    shared = "shared" in request.POST and model_admin.has_decide_permission(request)
    try:
        view = saved_views.save(
            request.POST.get("name", ""),
            dict(parse_qsl(request.POST.get("query", ""))),
            owner=actor(request),
            is_shared=shared,
            is_default="default" in request.POST,
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return back_to(request, list_url("curation_change"))
    messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
    return HttpResponseRedirect(address(view))


@admin.register(SavedView)
class SavedViewAdmin(ModelAdmin):
    """One's own views can be changed and deleted; those of others are read-only."""

    list_display = ("name", "slug", "query", "owner", "is_shared", "is_default", "open_it")
    list_filter = ("is_shared",)
    search_fields = ("name", "slug")
    list_select_related = ("owner",)
    fields = ("name", "slug", "query", "is_shared", "owner", "is_default", "created_at")
    readonly_fields = ("slug", "query", "owner", "is_default", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SavedView]:
        views: QuerySet[SavedView] = super().get_queryset(request)
        return views.filter(Q(owner=actor(request)) | Q(is_shared=True))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("curation.view_change")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request) and obj is not None and obj.owner_id == request.user.pk

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        may_share = request.user.has_perm("curation.decide_change")
        return self.readonly_fields if may_share else (*self.readonly_fields, "is_shared")

    @column(description=gettext_lazy("queue"))
    def open_it(self, view: SavedView) -> str:
        url = f"{reverse('admin:curation_change_changelist')}?view={view.slug}"
        return cell("curation/admin/cells/link", url=url, text=_("Open"))
