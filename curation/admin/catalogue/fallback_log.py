"""Costs that were answered with the operator's fallback instead of a price that somebody states: an audit list."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display as column

from curation.admin.base import badge
from curation.admin.export import ExportableAdmin
from registry.catalogue import cache
from registry.models import FallbackUse


@admin.register(FallbackUse)
class FallbackUseAdmin(ExportableAdmin):
    list_display = ("text", "times", "summed", "total", "standing", "origin", "first_at", "last_at")
    list_filter = (("origin", ChoicesDropdownFilter),)
    search_fields = ("text",)
    ordering = ("-times", "text")
    fields = ("text", "times", "summed", "total", "standing", "origin", "first_at", "last_at")
    readonly_fields = ("summed", "total", "standing")

    def prepare(self, rows: list[FallbackUse]) -> None:
        """What looking them up finds now; the catalogue is in memory, so no cell asks the database."""
        current = cache.current()
        for row in rows:
            row.answer = current.lookup(row.text)  # type: ignore[attr-defined]

    @column(description=_("tokens"), ordering="tokens")
    def summed(self, row: FallbackUse) -> str:
        return f"{row.tokens:,.0f}"

    @column(description=_("estimated"), ordering="estimated")
    def total(self, row: FallbackUse) -> str:
        return f"${row.estimated.normalize():,f}"

    @column(description=_("by now"))
    def standing(self, row: FallbackUse) -> str:
        answer = row.answer  # type: ignore[attr-defined]
        if answer.found:
            return badge(_("known: %s") % (answer.offering or answer.model), "success")
        return badge(_("could be several"), "warning") if answer.matched_by == "ambiguous" else badge(_("unknown"), "")
