"""The audit trail: all decisions of people, filtered by person, action, object, batch and time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter, RangeDateTimeFilter
from unfold.decorators import display as column

from curation.admin.base import cell, list_url
from curation.admin.export import ExportableAdmin
from curation.models import AuditEntry, Change
from registry import display
from registry.domain.fields import field


class _Word(DropdownFilter):
    """One of the present values of a column."""

    column = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        words = AuditEntry.objects.order_by(self.column).values_list(self.column, flat=True).distinct()[:200]
        return [(word, self.label(word)) for word in words]

    def label(self, word: str) -> str:
        return word

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(**{self.column: self.value()}) if self.value() else queryset


class ByPerson(_Word):
    title, parameter_name, column = _("by"), "actor", "actor"


class ByAction(_Word):
    title, parameter_name, column = _("action"), "did", "action"


class ByKind(_Word):
    title, parameter_name, column = _("kind of object"), "of", "kind"

    def label(self, word: str) -> str:
        return _name_of(word)


@admin.register(AuditEntry)
class AuditAdmin(ExportableAdmin):
    list_display = ("when", "actor", "what", "values", "reason", "together")
    list_display_links = ("when",)
    list_filter = (ByPerson, ByAction, ByKind, ("at", RangeDateTimeFilter))
    list_per_page = 50
    search_fields = ("label", "key", "offering_key", "reason", "actor")
    search_help_text = _("Object, offering, reason or person")
    ordering = ("-id",)
    fields = ("at", "actor", "action", "what", "values", "reason", "together")
    readonly_fields = ("what", "values", "together")

    @column(description=_("time"), ordering="id")
    def when(self, entry: AuditEntry) -> str:
        return cell("curation/admin/cells/moment", at=entry.at)

    @column(description=_("what"))
    def what(self, entry: AuditEntry) -> str:
        return cell("curation/admin/people/cells/audited", entry=entry, kind=_name_of(entry.kind), url=_page_of(entry))

    @column(description=_("before → after"))
    def values(self, entry: AuditEntry) -> str:
        before, after = entry.before or {}, entry.after or {}
        names = [*before, *(name for name in after if name not in before)]
        about_fields = entry.kind == Change._meta.label_lower
        differences = [_difference(name, before, after, is_field=about_fields and _is_field(name)) for name in names]
        return cell("curation/admin/people/cells/audit_values", differences=differences)

    @column(description=_("batch"))
    def together(self, entry: AuditEntry) -> str:
        url = list_url("curation_auditentry", batch__exact=entry.batch)
        return cell("curation/admin/people/cells/batch", batch=entry.batch, url=url)


def _difference(name: str, before: dict[str, Any], after: dict[str, Any], *, is_field: bool) -> dict[str, Any]:
    """One value before and after, as text."""
    if is_field:
        old, new = (None if (data := side.get(name)) is None else display.text(name, data) for side in (before, after))
        return {"name": display.label(name), "old": old, "new": new}
    title = name.removesuffix("_id").replace("_", " ")
    return {"name": title, "old": _text(before, name), "new": _text(after, name)}


def _is_field(name: str) -> bool:
    try:
        field(name)
    except ValueError:
        return False
    return True


def _name_of(kind: str) -> str:
    """The verbose name of a model; the word itself when the model no longer exists."""
    try:
        return str(apps.get_model(kind)._meta.verbose_name)
    except (LookupError, ValueError):
        return kind


def _page_of(entry: AuditEntry) -> str:
    """The admin page of the object, where there is one. The object may have been deleted."""
    try:
        return reverse(f"admin:{entry.kind.replace('.', '_')}_change", args=[quote(entry.key)])
    except NoReverseMatch:
        return ""


def _text(values: dict[str, Any], name: str) -> str | None:
    """A value as text; None where it is missing."""
    if name not in values or values[name] is None:
        return None
    value = values[name]
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "–"
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return str(value)
