"""Search results of the command palette (Ctrl/Cmd + K): offerings, models, providers, sources."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from unfold.dataclasses import SearchResult

from curation.models import Source
from registry.models import Model, Offering, Provider

FOUND_OF_EACH: Final = 20
_ICONS: Final = {Offering: "sell", Model: "neurology", Provider: "dns", Source: "cloud_download"}


def search(request: HttpRequest, term: str) -> list[SearchResult]:
    """The first results of each kind that the person may view, by the same search as the lists."""
    results = []
    for model, icon in _ICONS.items():
        pages: Any = admin.site.get_model_admin(model)
        if not pages.has_view_permission(request):
            continue
        rows, _duplicates = pages.get_search_results(request, pages.get_queryset(request), term)
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
        results += [
            SearchResult(str(row), str(model._meta.verbose_name), reverse(name, args=[row.pk]), icon)
            for row in rows[:FOUND_OF_EACH]
        ]
    return results
