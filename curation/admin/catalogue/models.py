"""Models with their offerings, and the other names of offerings."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display as column

from curation.admin import filters
from curation.admin.base import cell, list_url
from curation.admin.export import ExportableAdmin
from curation.admin.notes.admin import WithNotes
from curation.admin.pins.mark import marked
from curation.models import Note
from registry import display
from registry.catalogue import computed
from registry.domain.hours import hangs_on_hours
from registry.identity.normalise import canonical_name
from registry.models import Alias, Model, Offering


@admin.register(Model)
class ModelPages(WithNotes, ExportableAdmin):  # type: ignore[misc]
    notes_about, notes_key = Note.About.MODEL, "slug"
    list_display = ("slug", "author", "name", "offerings_count", "created_at")
    list_filter = (filters.AuthorOfModel,)
    search_fields = ("slug", "name", "key")
    ordering = ("slug",)
    fields = ("slug", "key", "author", "name", "created_at")
    change_form_outer_after_template = "curation/admin/catalogue/model_offerings.html"  # type: ignore[assignment]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        models: QuerySet[Model] = super().get_queryset(request)
        return models.annotate(offering_count=Count("offerings"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Model], search_term: str
    ) -> tuple[QuerySet[Model], bool]:
        models, duplicates = super().get_search_results(request, queryset, search_term)
        canonical = canonical_name(search_term)
        return (models | queryset.filter(key__icontains=canonical) if canonical else models), duplicates

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        key = unquote(object_id)  # ids of models have a slash
        offerings = Offering.objects.filter(model_id=key).order_by("key")
        rows = [
            {"offering": offering, "price": _prices(offering), "context": _context(offering)}
            for offering in offerings[:500]
        ]
        computed_values = computed.of_model(key, timezone.now().date())
        context = {**(extra_context or {}), "offerings": rows, "computed": computed_values}
        return super().change_view(request, object_id, form_url, context)

    @column(description=_("offerings"), ordering="offering_count")
    def offerings_count(self, model: Model) -> str:
        count = model.offering_count  # type: ignore[attr-defined]
        return cell(
            "curation/admin/cells/count",
            count=count,
            url=list_url("registry_offering", model__key__exact=model.key),
        )


def _context(offering: Offering) -> str:
    return marked(offering, "context_window", f"{offering.context_window or 0:,}")


def _prices(offering: Offering) -> tuple[str, str]:
    return _price(offering, "price.input"), _price(offering, "price.output")


def _price(offering: Offering, name: str) -> str:
    """A base price; where it depends on the hour, today's price of the most expensive hours."""
    facts = offering.facts
    if hangs_on_hours(facts):
        return marked(offering, name, display.price(facts, name, timezone.now().date()))
    return marked(offering, name, display.text(name, facts[name])) if name in facts else str(display.UNKNOWN)


@admin.register(Alias)
class AliasAdmin(ExportableAdmin):
    list_display = ("name", "offering", "source")
    list_select_related = ("offering",)
    list_filter = (filters.SourceSlug,)
    search_fields = ("name", "offering__key")
