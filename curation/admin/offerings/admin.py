"""The list of offerings: published values, source, quality and age."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import (
    AutocompleteSelectFilter,
    ChoicesDropdownFilter,
    RangeNumericFilter,
)
from unfold.decorators import action
from unfold.decorators import display as column

from curation.admin import filters
from curation.admin.base import UnknownLast, cell
from curation.admin.notes.admin import WithNotes
from curation.admin.offerings import page as offering_page
from curation.admin.offerings.export import ExportableOfferings
from curation.admin.pins import pin_field
from curation.admin.pins.mark import marked
from curation.admin.reports import worklists
from curation.admin.reports.filters import IsStale, KindOfProvider
from curation.admin.reports.retirements import Retiring
from registry import display
from registry.identity import names
from registry.identity.normalise import canonical_name, identify
from registry.models import Alias, Offering
from registry.models.choices import COLOURS, Status


@admin.register(Offering)
class OfferingAdmin(WithNotes, ExportableOfferings):  # type: ignore[misc]
    list_display = (
        "identity", "model_name", "input", "output", "context", "lifecycle", "quality_and_source", "freshness", "marks",
    )  # fmt: skip
    list_display_links = ("identity",)
    list_select_related = ("provider", "model")
    list_per_page = 100
    search_fields = ("key", "name")
    search_help_text = _("Id, name, model or alias, in any spelling")
    list_filter = (
        ("provider", AutocompleteSelectFilter),
        filters.Author,
        ("status", ChoicesDropdownFilter),
        ("task", ChoicesDropdownFilter),
        ("pricing", ChoicesDropdownFilter),
        ("quality", ChoicesDropdownFilter),
        filters.MainSource,
        filters.Capability,
        filters.HasPins,
        filters.HasConflicts,
        filters.IsMissing,
        filters.IsNotSeen,
        Retiring,
        filters.IsDuplicate,
        IsStale,
        KindOfProvider,
        ("input_price", RangeNumericFilter),
        ("output_price", RangeNumericFilter),
        ("context_window", RangeNumericFilter),
    )
    fieldsets = ((None, {"fields": ("key",)}),)
    change_form_template = "curation/admin/offerings/page.html"
    actions_list = ("add_by_hand",)  # type: ignore[assignment]

    class Media:
        css = {"all": ("curation/provenance.css",)}

    def has_state_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("curation.pin_field")

    @action(description=_("Add offering"), url_path="by-hand", permissions=["state"], icon="add")
    def add_by_hand(self, request: HttpRequest) -> HttpResponse:
        """Leads to the form of manual entries."""
        return HttpResponseRedirect(reverse("admin:curation_statement_add_offering"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Offering]:
        offerings: QuerySet[Offering] = super().get_queryset(request).select_related("provider", "model")
        return offerings

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            *worklists.urls(self),
            path("by-key/", view(self.by_key), name="registry_offering_by_key"),
            path("<int:pk>/pin/", view(self.pin), name="registry_offering_pin"),
            *super().get_urls(),
        ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Offering], search_term: str
    ) -> tuple[QuerySet[Offering], bool]:
        """Every word must match the id, the name, the model or an alias, in any spelling."""
        for word in search_term.split()[:10]:
            spelt = Q(key__icontains=word) | Q(name__icontains=word) | Q(model__slug__icontains=word)
            by_alias = Alias.objects.filter(name__icontains=word).values("offering_id")
            canonical = canonical_name(word)
            if len(canonical) > 1:
                spelt |= Q(model__key__icontains=canonical)
            queryset = queryset.filter(spelt | _respelt(word) | Q(pk__in=by_alias))
        return queryset, False

    # -- pages -----------------------------------------------------------------------------------

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        offering = self.get_object(request, object_id)
        if offering is not None and self.has_view_permission(request, offering):
            page_context = offering_page.context(request, offering)
            extra_context = {**(extra_context or {}), **page_context}
        return super().change_view(request, object_id, form_url, extra_context)

    def by_key(self, request: HttpRequest) -> Any:
        return offering_page.redirect_by_key(request)

    def pin(self, request: HttpRequest, pk: int) -> Any:
        return pin_field.view(self, request, pk)

    # -- columns ---------------------------------------------------------------------------------

    @column(description=_("offering"), ordering="key", header=True)
    def identity(self, offering: Offering) -> tuple[str, str]:
        return offering.key, offering.name or str(display.UNKNOWN)

    @column(description=_("model"), ordering="model__slug", empty_value=display.UNKNOWN)
    def model_name(self, offering: Offering) -> str | None:
        return offering.model.slug if offering.model else None

    @column(description=_("input, $ / 1M"), ordering=UnknownLast("input_price"))
    def input(self, offering: Offering) -> str:
        return _amount(offering, "price.input")

    @column(description=_("output, $ / 1M"), ordering=UnknownLast("output_price"))
    def output(self, offering: Offering) -> str:
        return _amount(offering, "price.output")

    @column(description=_("context"), ordering=UnknownLast("context_window"))
    def context(self, offering: Offering) -> str:
        text = f"{offering.context_window:,}" if offering.context_window else str(display.UNKNOWN)
        return marked(offering, "context_window", text)

    @column(
        description=_("status"),
        ordering="status",
        label={"": "", **{value.value: COLOURS[value] for value in Status}},
    )
    def lifecycle(self, offering: Offering) -> tuple[str, str]:
        return offering.status, offering.get_status_display() or str(display.UNKNOWN)

    @column(description=_("quality, main source"), ordering="quality")
    def quality_and_source(self, offering: Offering) -> str:
        return cell("curation/admin/offerings/cells/quality", offering=offering)

    @column(description=_("last changed"), ordering="updated_at")
    def freshness(self, offering: Offering) -> str:
        return cell("curation/admin/offerings/cells/freshness", offering=offering)

    @column(description=_("pins, conflicts"), ordering="-disputed_fields")
    def marks(self, offering: Offering) -> str:
        return cell("curation/admin/offerings/cells/marks", offering=offering)


def _amount(offering: Offering, field: str) -> str:
    text = display.price(offering.facts, field, timezone.now().date())
    return marked(offering, field, text) if field in offering.facts else text


def _respelt(word: str) -> Q:
    """`together_ai/…`, `vertex_ai/…`: the provider by an alias, and the model of its native id."""
    alias, separator, native_id = word.partition("/")
    if not separator:
        return Q()
    provider = names.provider(alias)
    spelt = Q(key__icontains=f"{provider}/{native_id}")
    identity = identify(provider, native_id)
    return spelt | Q(model_id=identity.key) if identity else spelt
