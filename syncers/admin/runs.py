"""Runs with their results, rejected records, and stored claims."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateTimeFilter
from unfold.decorators import display as column

from curation.admin.base import badge, cell, offering_url
from curation.admin.export import ExportableAdmin
from curation.models import StoredClaim
from registry import display
from syncers.admin import run_page, run_views
from syncers.admin.filters import RecordSource, RunSource
from syncers.models import RejectedRecord, Run
from syncers.sync.runs import is_stuck

STATUS_COLOURS = {
    Run.Status.RUNNING.value: "info",
    Run.Status.OK.value: "success",
    Run.Status.UNCHANGED.value: "success",
    Run.Status.STALE.value: "warning",
    Run.Status.SKIPPED.value: "",
    Run.Status.FAILED.value: "danger",
    Run.Status.QUARANTINED.value: "danger",
}
_LARGE = ("offerings", "notices", "shape_changes")


@admin.register(Run)
class RunAdmin(ExportableAdmin):
    list_display = (
        "started_at", "source", "outcome", "took", "seen_link", "new_link", "changed_link", "missing_link",
        "applied_link", "held_link", "rejected_link", "unreadable_link", "story",
    )  # fmt: skip
    list_display_links = ("started_at",)
    list_filter = (RunSource, ("status", ChoicesDropdownFilter), ("started_at", RangeDateTimeFilter))
    search_fields = ("source__slug", "error", "actor")
    ordering = ("-started_at",)
    fieldsets = ((None, {"fields": ("batch",)}),)
    change_form_template = "syncers/admin/run.html"

    class Media:
        css = {"all": ("syncers/admin.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Run]:
        runs: QuerySet[Run] = super().get_queryset(request)
        match = request.resolver_match
        return runs.defer(*_LARGE) if match and str(match.url_name).endswith("_changelist") else runs

    def get_urls(self) -> list[Any]:
        return [*run_views.urls(self), *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        run = self.get_object(request, object_id)
        if run is not None and self.has_view_permission(request, run):
            context = {"colour": STATUS_COLOURS[run.status], **run_page.context(run, now=timezone.now())}
            extra_context = {**(extra_context or {}), **context}
        return super().change_view(request, object_id, form_url, extra_context)

    @column(description=_("status"), ordering="status")
    def outcome(self, run: Run) -> str:
        if is_stuck(run, now=timezone.now()):
            return badge(_("stuck"), "danger")
        return badge(run.get_status_display(), STATUS_COLOURS[run.status])

    @column(description=_("seconds"))
    def took(self, run: Run) -> str:
        seconds = run_page.seconds(run)
        return "–" if seconds is None else f"{seconds:,.1f}"

    @column(description=_("seen"), ordering="seen")
    def seen_link(self, run: Run) -> str:
        return _number(run, "seen")

    @column(description=_("new"), ordering="new")
    def new_link(self, run: Run) -> str:
        return _number(run, "new")

    @column(description=_("changed"), ordering="changed")
    def changed_link(self, run: Run) -> str:
        return _number(run, "changed")

    @column(description=_("missing"), ordering="missing")
    def missing_link(self, run: Run) -> str:
        return _number(run, "missing")

    @column(description=_("applied"), ordering="applied")
    def applied_link(self, run: Run) -> str:
        return _number(run, "applied")

    @column(description=_("held"), ordering="held")
    def held_link(self, run: Run) -> str:
        return _number(run, "held")

    @column(description=_("rejected"), ordering="rejected")
    def rejected_link(self, run: Run) -> str:
        return _number(run, "rejected")

    @column(description=_("unreadable fields"), ordering="unreadable")
    def unreadable_link(self, run: Run) -> str:
        return _number(run, "unreadable")

    @column(description=_("payload from, error"), ordering="origin")
    def story(self, run: Run) -> str:
        return cell("syncers/admin/cells/story", run=run)


def _number(run: Run, which: str) -> str:
    return cell("curation/admin/cells/count", count=getattr(run, which), url=run_page.number_url(run, which))


@admin.register(RejectedRecord)
class RejectedRecordAdmin(ExportableAdmin):
    list_display = ("where", "field", "run", "reason", "excerpt")
    list_select_related = ("run",)
    list_filter = (RecordSource,)
    search_fields = ("where", "field", "reason")
    ordering = ("-run", "where")
    fields = ("run", "where", "field", "reason", "fragment")

    def get_queryset(self, request: HttpRequest) -> QuerySet[RejectedRecord]:
        records: QuerySet[RejectedRecord] = super().get_queryset(request)
        return records.defer(*(f"run__{name}" for name in _LARGE))

    @column(description=_("excerpt"))
    def excerpt(self, record: RejectedRecord) -> str:
        return cell("curation/admin/cells/long", text=record.fragment)


@admin.register(StoredClaim)
class ClaimAdmin(ExportableAdmin):
    """The list behind every count of claims."""

    list_display = ("offering", "source", "values_count", "first_seen_at", "changed_at", "missing_since")
    list_display_links = ("source",)
    list_filter = (RunSource,)
    search_fields = ("offering_key",)
    readonly_fields = ("offering", "stated_values")
    fields = ("offering", "source", "stated_values", "as_of", "first_seen_at", "changed_at", "missing_since")

    @column(description=_("offering"), ordering="offering_key")
    def offering(self, claim: StoredClaim) -> str:
        url = offering_url(claim.offering_key)
        return cell("curation/admin/cells/link", url=url, text=claim.offering_key)

    @column(description=_("values"))
    def values_count(self, claim: StoredClaim) -> int:
        return len(claim.values)

    @column(description=_("values"))
    def stated_values(self, claim: StoredClaim) -> str:
        values = [(display.label(name), display.text(name, data)) for name, data in claim.values.items()]
        return cell("syncers/admin/cells/stated_values", values=sorted(values))
