"""Exchange rates as their publishers state them; read-only."""

from __future__ import annotations

from django.contrib import admin

from curation.admin.export import ExportableAdmin
from registry.models import ExchangeRate


@admin.register(ExchangeRate)
class ExchangeRateAdmin(ExportableAdmin):
    list_display = ("day", "base", "currency", "rate", "source", "stated_at")
    list_display_links = None
    list_filter = ("currency",)
    search_fields = ("currency",)
    date_hierarchy = "day"
    ordering = ("-day", "currency")
