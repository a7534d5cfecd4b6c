"""Notes: on the pages of their objects, as counts in the lists, and in one list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RadioFilter
from unfold.decorators import display as column

from curation.admin.base import ReadOnlyAdmin, actor, back_to, badge, cell, list_url, offering_url
from curation.models import Note
from curation.review import notes
from curation.review.decisions import Refused


class WithNotes:
    """Mixin of lists whose rows may have notes: a column with their count, for one query per page."""

    notes_about = Note.About.OFFERING
    notes_key = "key"

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        columns = tuple(super().get_list_display(request))  # type: ignore[misc]
        return (*columns, "notes") if request.user.has_perm("curation.view_note") else columns

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)  # type: ignore[misc]
        changelist.result_list = list(changelist.result_list)
        keys = [str(getattr(row, self.notes_key)) for row in changelist.result_list]
        counted = notes.counts(self.notes_about, keys) if "notes" in changelist.list_display else {}
        if not counted:  # an empty column only takes space
            changelist.list_display = [name for name in changelist.list_display if name != "notes"]
        for row, key in zip(changelist.result_list, keys, strict=True):
            row.notes_counted = counted.get(key)
        return changelist

    @column(description=_("notes"))
    def notes(self, row: Any) -> str:
        if not row.notes_counted:
            return ""
        count, warnings = row.notes_counted
        key = getattr(row, self.notes_key)
        url = list_url("curation_note", about__exact=self.notes_about.value, key__exact=key)
        return cell("curation/admin/notes/cells/notes", count=count, warnings=warnings, url=url)


class NoteState(RadioFilter):
    """Open notes by default."""

    title, parameter_name = _("state"), "state"
    all_option = ["all", _("All")]

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [("open", _("open")), ("closed", _("closed"))]

    def value(self) -> str:
        return super().value() or "open"

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        wanted = {"open": True, "closed": False}.get(self.value())
        return queryset if wanted is None else queryset.filter(closed_at__isnull=wanted)


@admin.register(Note)
class NoteAdmin(ReadOnlyAdmin):
    list_display = ("text", "sort", "which", "author", "written", "ended")
    list_display_links = None
    list_filter = (NoteState, ("kind", ChoicesDropdownFilter), ("about", ChoicesDropdownFilter))
    search_fields = ("text", "key", "author")
    fields = ("text", "sort", "which", "author", "written_at", "closed_at", "closed_by")
    readonly_fields = ("sort", "which")

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("write/", view(self.write), name="curation_note_write"),
            path("<int:pk>/close/", view(self.close), name="curation_note_close"),
            *super().get_urls(),
        ]

    def write(self, request: HttpRequest) -> HttpResponse:
        """POST `about`, `key`, `kind`, `text`."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm("curation.add_note"):
            raise PermissionDenied
        about, key, kind, text = (request.POST.get(name, "") for name in ("about", "key", "kind", "text"))
        try:
            notes.write(about=about, key=key, kind=kind, text=text, actor=actor(request))
            messages.success(request, _("The note is added."))
        except Refused as refusal:
            messages.error(request, str(refusal))
        return back_to(request, list_url("curation_note"))

    def close(self, request: HttpRequest, pk: int) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm("curation.change_note"):
            raise PermissionDenied
        try:
            notes.close(get_object_or_404(Note, pk=pk), actor=actor(request))
            messages.success(request, _("The note is closed; it stays in the list of notes."))
        except Refused as refusal:
            messages.warning(request, str(refusal))
        return back_to(request, list_url("curation_note"))

    @column(description=_("kind"), ordering="kind")
    def sort(self, note: Note) -> str:
        return badge(note.get_kind_display(), "warning" if note.kind == Note.Kind.WARNING else "info")

    @column(description=_("about"), ordering="key")
    def which(self, note: Note) -> str:
        return cell("curation/admin/cells/link", url=page_of(note), text=note.key, more=note.get_about_display())

    @column(description=_("written"), ordering="written_at")
    def written(self, note: Note) -> str:
        return cell("curation/admin/cells/moment", at=note.written_at)

    @column(description=_("closed"), ordering="closed_at")
    def ended(self, note: Note) -> str:
        return cell("curation/admin/notes/cells/note_close", note=note)


def page_of(note: Note) -> str:
    """The page of the object of a note, without a query."""
    if note.about == Note.About.OFFERING:
        return offering_url(note.key)
    if note.about == Note.About.MODEL:
        return list_url("registry_model", slug__exact=note.key)
    name = "registry_provider" if note.about == Note.About.PROVIDER else "curation_source"
    return reverse(f"admin:{name}_change", args=[note.key])
