"""Revisions and the ledger: what was published, by whom and why, and its rollback."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateTimeFilter
from unfold.decorators import action
from unfold.decorators import display as column

from curation.admin import filters
from curation.admin.base import UnknownLast, cell, list_url, offering_url
from curation.admin.export import ExportableAdmin
from curation.admin.reports.filters import HasMoved
from curation.admin.rollback import page as rollback
from curation.admin.severity import field_summary
from curation.core.merge import Reason
from registry import display
from registry.models import LedgerEntry, Revision
from registry.models.choices import COLOURS, Quality


@admin.register(Revision)
class RevisionAdmin(ExportableAdmin):
    list_display = ("number", "created_at", "actor", "reason", "entries")
    list_filter = (("created_at", RangeDateTimeFilter),)
    search_fields = ("actor", "reason", "batch")
    ordering = ("-number",)
    actions_list = ("undo_person",)  # type: ignore[assignment]
    fields = ("number", "created_at", "actor", "reason", "batch", "entries")
    readonly_fields = ("entries",)
    change_form_outer_before_template = "curation/admin/catalogue/revision_buttons.html"  # type: ignore[assignment]

    def get_urls(self) -> list[Any]:
        return [*rollback.urls(self), *super().get_urls()]

    def has_roll_back_permission(self, request: HttpRequest) -> bool:
        return rollback.allowed(request)

    @action(description=_("Undo a person's edits…"), url_path="undo-person", permissions=["roll_back"], icon="undo")
    def undo_person(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:registry_revision_roll_back_person"))

    @column(description=_("changes"), ordering="entries_count")
    def entries(self, revision: Revision) -> str:
        url = list_url("registry_ledgerentry", revision__number__exact=revision.number)
        return cell("curation/admin/cells/count", count=revision.entries_count, url=url)


@admin.register(LedgerEntry)
class LedgerAdmin(ExportableAdmin):
    list_display = ("what", "values", "source", "quality_badge", "reason", "policy", "actor", "published")
    list_display_links = None
    list_select_related = ("revision",)
    list_per_page = 50
    list_filter = (
        filters.SourceSlug,
        filters.FieldGroup,
        ("quality", ChoicesDropdownFilter),
        HasMoved,
    )
    search_fields = ("offering_key", "field", "actor", "policy")
    ordering = ("-id",)
    actions = ("roll_back_selected",)
    readonly_fields = ("what", "values", "published")
    fields = ("what", "values", "source", "quality", "reason", "policy", "actor", "note", "published")

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """The pages of runs link to what they published by their batch."""
        allowed: bool = lookup == "revision__batch__exact" or super().lookup_allowed(lookup, value, request)
        return allowed

    def has_roll_back_permission(self, request: HttpRequest) -> bool:
        return rollback.allowed(request)

    @action(description=_("Roll back…"), permissions=["roll_back"])
    def roll_back_selected(self, request: HttpRequest, queryset: QuerySet[LedgerEntry]) -> HttpResponse:
        chosen = queryset.order_by("-id").values_list("pk", flat=True)[: rollback.MOST_AT_ONCE + 1]
        return rollback.ask(self, request, {"entries": list(chosen)})

    @column(description=_("field"), ordering="offering_key")
    def what(self, entry: LedgerEntry) -> str:
        return cell(
            "curation/admin/cells/what",
            url=offering_url(entry.offering_key),
            offering=entry.offering_key,
            label=display.label(entry.field),
        )

    @column(description=_("old → new"))
    def values(self, entry: LedgerEntry) -> str:
        summary = field_summary(entry.field, entry.old, entry.new, is_removal=entry.reason == Reason.NO_LONGER_STATED)
        return cell("curation/admin/cells/values", summary=summary)

    @column(
        description=_("quality"),
        ordering="quality",
        label={value.value: COLOURS[value] for value in Quality},
    )
    def quality_badge(self, entry: LedgerEntry) -> tuple[str, str]:
        return entry.quality, entry.get_quality_display()

    @column(description=_("published"), ordering=UnknownLast("revision_id"))
    def published(self, entry: LedgerEntry) -> str:
        return cell("curation/admin/catalogue/cells/published", revision=entry.revision)
