"""Runs with what came of them, the records that could not be taken, and the claims that are kept."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateTimeFilter
from unfold.decorators import display as column

from curation.admin.base import ReadOnlyAdmin, badge, cell, list_url, offering_url
from curation.models import StoredClaim
from registry import display
from syncers.admin.filters import RecordSource, RunSource
from syncers.models import RejectedRecord, Run
from syncers.quarantine import held_payload

STATUS_COLOURS = {
    Run.Status.RUNNING.value: "info",
    Run.Status.OK.value: "success",
    Run.Status.UNCHANGED.value: "success",
    Run.Status.STALE.value: "warning",
    Run.Status.SKIPPED.value: "",
    Run.Status.FAILED.value: "danger",
    Run.Status.QUARANTINED.value: "danger",
}


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    list_display = (
        "started_at", "source", "outcome", "took", "seen", "new", "changed", "missing", "applied_link",
        "held_link", "rejected_link", "problem",
    )  # fmt: skip
    list_display_links = ("started_at",)
    list_filter = (RunSource, ("status", ChoicesDropdownFilter), ("started_at", RangeDateTimeFilter))
    search_fields = ("source__slug", "error", "actor")
    ordering = ("-started_at",)
    readonly_fields = ("outcome", "took", "applied_link", "held_link", "rejected_link")
    fields = (
        "source", "outcome", "error", "origin", "actor", "started_at", "took", "seen", "new", "changed",
        "missing", "applied_link", "held_link", "rejected_link", "rows_written", "notices", "shape_changes", "batch",
    )  # fmt: skip
    change_form_outer_before_template = "syncers/admin/run_buttons.html"  # type: ignore[assignment]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        run = self.get_object(request, object_id)
        shown = {**(extra_context or {}), "held_payload": held_payload(run) if run else None}
        return super().change_view(request, object_id, form_url, shown)

    @column(description=_("status"), ordering="status")
    def outcome(self, run: Run) -> str:
        return badge(run.get_status_display(), STATUS_COLOURS[run.status])

    @column(description=_("seconds"))
    def took(self, run: Run) -> str:
        if run.finished_at is None:
            return "–"
        return f"{(run.finished_at - run.started_at).total_seconds():.1f}"

    @column(description=_("applied"), ordering="applied")
    def applied_link(self, run: Run) -> str:
        url = list_url("registry_ledgerentry", revision__batch__exact=run.batch)
        return cell("curation/admin/cells/count", count=run.applied, url=url)

    @column(description=_("held"), ordering="held")
    def held_link(self, run: Run) -> str:
        url = list_url("curation_change", batch__exact=run.batch, state="all")
        return cell("curation/admin/cells/count", count=run.held, url=url)

    @column(description=_("rejected"), ordering="rejected")
    def rejected_link(self, run: Run) -> str:
        url = list_url("syncers_rejectedrecord", run__id__exact=run.pk)
        return cell("curation/admin/cells/count", count=run.rejected, url=url)

    @column(description=_("error"))
    def problem(self, run: Run) -> str:
        return cell("curation/admin/cells/long", text=run.error)


@admin.register(RejectedRecord)
class RejectedRecordAdmin(ReadOnlyAdmin):
    list_display = ("where", "run", "reason", "piece")
    list_select_related = ("run",)
    list_filter = (RecordSource,)
    search_fields = ("where", "reason")
    ordering = ("-run", "where")
    fields = ("run", "where", "reason", "fragment")

    @column(description=_("piece"))
    def piece(self, record: RejectedRecord) -> str:
        return cell("curation/admin/cells/long", text=record.fragment)


@admin.register(StoredClaim)
class ClaimAdmin(ReadOnlyAdmin):
    """The list behind every count of claims."""

    list_display = ("offering", "source", "values_count", "first_seen_at", "changed_at", "missing_since")
    list_filter = (RunSource,)
    search_fields = ("offering_key",)
    readonly_fields = ("offering", "stated")
    fields = ("offering", "source", "stated", "as_of", "first_seen_at", "changed_at", "missing_since")

    @column(description=_("offering"), ordering="offering_key")
    def offering(self, claim: StoredClaim) -> str:
        url = offering_url(claim.offering_key)
        return cell("curation/admin/cells/link", url=url, text=claim.offering_key)

    @column(description=_("values"))
    def values_count(self, claim: StoredClaim) -> int:
        return len(claim.values)

    @column(description=_("it states"))
    def stated(self, claim: StoredClaim) -> str:
        said = [(display.label(name), display.text(name, data)) for name, data in claim.values.items()]
        return cell("syncers/admin/cells/stated", said=sorted(said))
