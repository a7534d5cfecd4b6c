"""Fallback log: costs that were computed with the operator's fallback price because no price is known."""

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
    list_display = ("text", "times", "summed", "total", "status", "origin", "first_at", "last_at")
    list_filter = (("origin", ChoicesDropdownFilter),)
    search_fields = ("text",)
    ordering = ("-times", "text")
    fields = ("text", "times", "summed", "total", "status", "origin", "first_at", "last_at")
    readonly_fields = ("summed", "total", "status")

    def prepare(self, rows: list[FallbackUse]) -> None:
        """Looks the ids up now; the catalogue is in memory, so this needs no query."""
        current = cache.current()
        for row in rows:
            row.answer = current.lookup(row.text)  # type: ignore[attr-defined]

    @column(description=_("tokens"), ordering="tokens")
    def summed(self, row: FallbackUse) -> str:
        return f"{row.tokens:,.0f}"

    @column(description=_("estimated"), ordering="estimated")
    def total(self, row: FallbackUse) -> str:
        return f"${row.estimated.normalize():,f}"

    @column(description=_("status"))
    def status(self, row: FallbackUse) -> str:
        answer = row.answer  # type: ignore[attr-defined]
        if answer.found:
            return badge(_("resolves to %s") % (answer.offering or answer.model), "success")
        return badge(_("ambiguous"), "warning") if answer.matched_by == "ambiguous" else badge(_("unknown"), "")
