"""The review queue: each waiting change with all that is needed to decide it, in the row.

You approve what you saw. Every row carries the fingerprint of the values it shows; it travels with the form to
`curation.review.decisions`, which refuses what has moved since.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.decorators import display as column

from curation.admin.base import cell, offering_url
from curation.admin.export import ExportableAdmin
from curation.admin.queue import bulk, decide, head, payload_excerpt, presence, reconsider, saved_views, undo
from curation.admin.queue.filters import LIST_FILTERS, sources_of
from curation.admin.queue.row import always_url, look_up, pin_other
from curation.admin.severity import describe, label_of
from curation.models import Change


@admin.register(Change)
class ChangeAdmin(ExportableAdmin):
    list_display = ("what", "values", "claimed_by", "others", "seen", "decision")
    list_display_links = None
    list_per_page = 50
    list_filter = LIST_FILTERS
    search_fields = ("offering_key", "unit", "field_names", "policy")
    ordering = ("-first_seen_at", "offering_key", "unit")
    actions = ("approve_selected", "reject_selected", "keep_selected", "postpone_selected", "reconsider_selected")
    list_before_template = "curation/admin/queue/head.html"  # type: ignore[assignment]
    fields = readonly_fields = (
        "what", "values", "kind", "claimed_by", "others", "seen", "state", "policy", "first_seen_at",
        "last_seen_at", "times_seen", "first_approved_by", "postponed_until", "decided_by", "decided_at", "reason",
    )  # fmt: skip

    class Media:
        js = ("curation/review.js", "curation/review_row.js")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        if request.method == "GET" and (elsewhere := saved_views.opened(request)):
            return HttpResponseRedirect(elsewhere)
        return super().changelist_view(request, extra_context)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        found = super().get_changelist_instance(request)
        look_up(found.result_list, sources_of(request), always=always_url(request))
        found.head = head.build(request, found)
        return found

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            look_up([found], sources_of(request), always=always_url(request))
        return found

    def get_urls(self) -> list[Any]:
        def page(view: Any) -> Any:
            return self.admin_site.admin_view(lambda request, **more: view(self, request, **more))

        def deciding(view: Any) -> Any:
            return page(lambda admin, request, **more: view(admin, self.decider(request), **more))

        return [
            path("decide/", deciding(decide.view), name="curation_change_decide"),
            path("decide/many/", deciding(bulk.confirm), name="curation_change_decide_many"),
            path("retract/", deciding(undo.view), name="curation_change_retract"),
            path("reconsider/", page(reconsider.view), name="curation_change_reconsider"),
            path("presence/", deciding(presence.view), name="curation_change_presence"),
            path("jobs/<uuid:batch>/", page(bulk.watch), name="curation_change_job"),
            path("jobs/<uuid:batch>/state/", page(bulk.state), name="curation_change_job_state"),
            path("<int:pk>/pin/", page(pin_other), name="curation_change_pin"),
            path("<int:pk>/raw/", page(payload_excerpt.view), name="curation_change_raw"),
            path("views/save/", page(saved_views.save), name="curation_change_save_view"),
            *super().get_urls(),
        ]

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("curation.decide_change")

    def decider(self, request: HttpRequest) -> HttpRequest:
        """The request of somebody who may decide. Raises PermissionDenied."""
        if not self.has_decide_permission(request):
            raise PermissionDenied
        return request

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        return self.list_display if self.has_decide_permission(request) else self.list_display[:-1]

    # -- deciding --------------------------------------------------------------------------------

    @action(description=_("Approve…"), permissions=["decide"])
    def approve_selected(self, request: HttpRequest, queryset: QuerySet[Change]) -> HttpResponse:
        return decide.ask(self, request, queryset, "approve")

    @action(description=_("Reject…"), permissions=["decide"])
    def reject_selected(self, request: HttpRequest, queryset: QuerySet[Change]) -> HttpResponse:
        return decide.ask(self, request, queryset, "reject")

    @action(description=_("Pin what is published…"), permissions=["decide"])
    def keep_selected(self, request: HttpRequest, queryset: QuerySet[Change]) -> HttpResponse:
        return decide.ask(self, request, queryset, "keep")

    @action(description=_("Postpone…"), permissions=["decide"])
    def postpone_selected(self, request: HttpRequest, queryset: QuerySet[Change]) -> HttpResponse:
        return decide.ask(self, request, queryset, "postpone")

    @action(description=_("Take back the rejection…"), permissions=["decide"])
    def reconsider_selected(self, request: HttpRequest, queryset: QuerySet[Change]) -> HttpResponse:
        return reconsider.ask(self, request, queryset)

    # -- columns ---------------------------------------------------------------------------------

    @column(description=_("offering, what moves"), ordering="offering_key")
    def what(self, change: Change) -> str:
        return cell(
            "curation/admin/cells/what",
            change=change,
            url=offering_url(change.offering_key),
            offering=change.offering_key,
            label=label_of(change),
            kind=_(change.kind),
        )

    @column(description=_("published → proposed"), ordering="factor")
    def values(self, change: Change) -> str:
        return cell("curation/admin/cells/values", shown=describe(change), raw=change.source and change.pk)

    @column(description=_("source, held by"), ordering="source")
    def claimed_by(self, change: Change) -> str:
        return cell("curation/admin/queue/cells/claimed_by", change=change)

    @column(description=_("other sources say"))
    def others(self, change: Change) -> str:
        return cell("curation/admin/queue/cells/others", said=change.said)  # type: ignore[attr-defined]

    @column(description=_("seen"), ordering="first_seen_at")
    def seen(self, change: Change) -> str:
        return cell("curation/admin/queue/cells/seen", change=change)

    @column(description=_("decision"))
    def decision(self, change: Change) -> str:
        return cell("curation/admin/queue/cells/decision", change=change)
