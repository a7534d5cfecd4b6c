"""The review queue: each pending change with all that is needed to decide it, in the row.

Stale check: every row carries the fingerprint of the values it shows. It is sent with the form to
`curation.review.decisions`, which refuses changes that have moved since.
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
        changelist = super().get_changelist_instance(request)
        look_up(changelist.result_list, sources_of(request), always=always_url(request))
        changelist.head = head.build(request, changelist)
        return changelist

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        change = super().get_object(request, object_id, from_field)
        if change is not None:
            look_up([change], sources_of(request), always=always_url(request))
        return change

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
        """The request, if the person may decide. Raises PermissionDenied."""
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

    @action(description=_("Pin the published value…"), permissions=["decide"])
    def keep_selected(self, request: HttpRequest, queryset: QuerySet[Change]) -> HttpResponse:
        return decide.ask(self, request, queryset, "keep")

    @action(description=_("Postpone…"), permissions=["decide"])
    def postpone_selected(self, request: HttpRequest, queryset: QuerySet[Change]) -> HttpResponse:
        return decide.ask(self, request, queryset, "postpone")

    @action(description=_("Undo the rejection…"), permissions=["decide"])
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
        return cell("curation/admin/cells/values", summary=describe(change), raw=change.source and change.pk)

    @column(description=_("source, held by"), ordering="source")
    def claimed_by(self, change: Change) -> str:
        return cell("curation/admin/queue/cells/claimed_by", change=change)

    @column(description=_("other sources"))
    def others(self, change: Change) -> str:
        return cell("curation/admin/queue/cells/others", statements=change.other_statements)  # type: ignore[attr-defined]

    @column(description=_("seen"), ordering="first_seen_at")
    def seen(self, change: Change) -> str:
        return cell("curation/admin/queue/cells/seen", change=change)

    @column(description=_("decision"))
    def decision(self, change: Change) -> str:
        return cell("curation/admin/queue/cells/decision", change=change)
