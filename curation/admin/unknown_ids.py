"""Ids that people asked for and that nothing published answers to: what to add next."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display as column

from curation.admin.base import ReadOnlyAdmin, badge, cell, list_url, offering_url
from registry import catalogue
from registry.models import UnknownId


@admin.register(UnknownId)
class UnknownIdAdmin(ReadOnlyAdmin):
    list_display = ("text", "times", "standing", "origin", "first_seen_at", "last_seen_at")
    list_filter = (("origin", ChoicesDropdownFilter),)
    search_fields = ("text",)
    ordering = ("-times", "text")
    readonly_fields = ("standing", "suggestions")
    fields = ("text", "times", "standing", "suggestions", "origin", "first_seen_at", "last_seen_at")

    def prepare(self, rows: list[UnknownId]) -> None:
        """What looking them up finds now; the catalogue is in memory, so no cell asks the database."""
        current = catalogue.current()
        for row in rows:
            row.answer = current.lookup(row.text)  # type: ignore[attr-defined]

    @column(description=_("by now"))
    def standing(self, row: UnknownId) -> str:
        answer = row.answer  # type: ignore[attr-defined]
        if answer.found:
            return badge(_("known: %s") % (answer.offering or answer.model), "success")
        return badge(_("could be several"), "warning") if answer.matched_by == "ambiguous" else badge(_("unknown"), "")

    @column(description=_("perhaps"))
    def suggestions(self, row: UnknownId) -> str:
        candidates = row.answer.candidates  # type: ignore[attr-defined]
        return cell("curation/admin/cells/suggestions", candidates=[(one["id"], _url(one)) for one in candidates])


def _url(candidate: dict[str, str]) -> str:
    if candidate["kind"] == "offering":
        return offering_url(candidate["id"])
    return list_url("registry_model", q=candidate["id"])
