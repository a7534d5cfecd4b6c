"""Providers, with how many offerings each has."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display as column

from curation.admin.base import cell, list_url
from curation.admin.export import ExportableAdmin
from curation.admin.notes.admin import WithNotes
from curation.models import Note
from registry.models import Provider


@admin.register(Provider)
class ProviderAdmin(WithNotes, ExportableAdmin):  # type: ignore[misc]
    notes_about, notes_key = Note.About.PROVIDER, "slug"
    change_form_outer_after_template = "curation/admin/notes/notes_of.html"  # type: ignore[assignment]
    list_display = ("slug", "name", "kind", "homepage", "ended_on", "offerings_count")
    list_filter = (("kind", ChoicesDropdownFilter),)
    search_fields = ("slug", "name")
    fields = ("slug", "name", "kind", "homepage", "docs_url", "ended_on", "successor", "note", "offerings_count")
    readonly_fields = ("offerings_count",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Provider]:
        providers: QuerySet[Provider] = super().get_queryset(request)
        return providers.annotate(offering_count=Count("offerings"))

    @column(description=_("offerings"), ordering="offering_count")
    def offerings_count(self, provider: Provider) -> str:
        count = provider.offering_count  # type: ignore[attr-defined]
        url = list_url("registry_offering", provider__slug__exact=provider.slug)
        return cell("curation/admin/cells/count", count=count, url=url)
