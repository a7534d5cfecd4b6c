"""The rest of what is published: providers, models with their offerings, aliases, revisions and the ledger."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateTimeFilter
from unfold.decorators import action
from unfold.decorators import display as column

from curation.admin import filters, rollback, worklist_filters
from curation.admin.base import UnknownLast, cell, list_url, offering_url
from curation.admin.export import ExportableAdmin
from curation.admin.notes import WithNotes
from curation.admin.pinned import marked
from curation.admin.weight import after, before
from curation.core.merge import Reason
from curation.models import Note
from registry import display
from registry.catalogue import computed
from registry.domain.hours import hangs_on_hours
from registry.identity.normalise import canonical_name
from registry.models import Alias, LedgerEntry, Model, Offering, Provider, Revision
from registry.models.choices import COLOURS, Quality


@admin.register(Provider)
class ProviderAdmin(WithNotes, ExportableAdmin):  # type: ignore[misc]
    notes_about, notes_key = Note.About.PROVIDER, "slug"
    change_form_outer_after_template = "curation/admin/notes_of.html"  # type: ignore[assignment]
    list_display = ("slug", "name", "kind", "homepage", "ended_on", "offerings_count")
    list_filter = (("kind", ChoicesDropdownFilter),)
    search_fields = ("slug", "name")
    fields = ("slug", "name", "kind", "homepage", "docs_url", "ended_on", "successor", "note", "offerings_count")
    readonly_fields = ("offerings_count",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Provider]:
        found: QuerySet[Provider] = super().get_queryset(request)
        return found.annotate(offering_count=Count("offerings"))

    @column(description=_("offerings"), ordering="offering_count")
    def offerings_count(self, provider: Provider) -> str:
        count = provider.offering_count  # type: ignore[attr-defined]
        url = list_url("registry_offering", provider__slug__exact=provider.slug)
        return cell("curation/admin/cells/count", count=count, url=url)


@admin.register(Model)
class ModelPages(WithNotes, ExportableAdmin):  # type: ignore[misc]
    notes_about, notes_key = Note.About.MODEL, "slug"
    list_display = ("slug", "author", "name", "offerings_count", "created_at")
    list_filter = (filters.AuthorOfModel,)
    search_fields = ("slug", "name", "key")
    ordering = ("slug",)
    fields = ("slug", "key", "author", "name", "created_at")
    change_form_outer_after_template = "curation/admin/model_offerings.html"  # type: ignore[assignment]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        found: QuerySet[Model] = super().get_queryset(request)
        return found.annotate(offering_count=Count("offerings"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Model], search_term: str
    ) -> tuple[QuerySet[Model], bool]:
        found, duplicates = super().get_search_results(request, queryset, search_term)
        canonical = canonical_name(search_term)
        return (found | queryset.filter(key__icontains=canonical) if canonical else found), duplicates

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        key = unquote(object_id)  # ids of models have a slash
        offerings = Offering.objects.filter(model_id=key).order_by("key")
        rows = [{"offering": one, "price": _prices(one), "context": _context(one)} for one in offerings[:500]]
        found = computed.of_model(key, timezone.now().date())
        shown = {**(extra_context or {}), "offerings": rows, "computed": found}
        return super().change_view(request, object_id, form_url, shown)

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
    """An ordinary price over time; one that changes with the hour as that of the dearest hours today."""
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


@admin.register(Revision)
class RevisionAdmin(ExportableAdmin):
    list_display = ("number", "created_at", "actor", "reason", "entries")
    list_filter = (("created_at", RangeDateTimeFilter),)
    search_fields = ("actor", "reason", "batch")
    ordering = ("-number",)
    actions_list = ("undo_person",)  # type: ignore[assignment]
    fields = ("number", "created_at", "actor", "reason", "batch", "entries")
    readonly_fields = ("entries",)
    change_form_outer_before_template = "curation/admin/revision_buttons.html"  # type: ignore[assignment]

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
    list_display = ("what", "values", "source", "sureness", "reason", "policy", "actor", "published")
    list_display_links = None
    list_select_related = ("revision",)
    list_per_page = 50
    list_filter = (
        filters.SourceSlug,
        filters.FieldGroup,
        ("quality", ChoicesDropdownFilter),
        worklist_filters.HasMoved,
    )
    search_fields = ("offering_key", "field", "actor", "policy")
    ordering = ("-id",)
    actions = ("roll_back_selected",)
    readonly_fields = ("what", "values", "published")
    fields = ("what", "values", "source", "quality", "reason", "policy", "actor", "note", "published")

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """The pages of runs lead to what they published by their batch."""
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
        shown = {
            "old": before(entry.field, entry.old),
            "new": after(entry.field, entry.new, withdrawn=entry.reason == Reason.WITHDRAWN),
        }
        return cell("curation/admin/cells/values", shown=shown)

    @column(
        description=_("quality"),
        ordering="quality",
        label={value.value: COLOURS[value] for value in Quality},
    )
    def sureness(self, entry: LedgerEntry) -> tuple[str, str]:
        return entry.quality, entry.get_quality_display()

    @column(description=_("published"), ordering=UnknownLast("revision_id"))
    def published(self, entry: LedgerEntry) -> str:
        return cell("curation/admin/cells/published", revision=entry.revision)
