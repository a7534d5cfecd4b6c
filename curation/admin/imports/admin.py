"""Imports: a file is brought in, shown cell by cell, and done as shown; all of it by `curation.imports`."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display as column

from curation import imports
from curation.admin.base import ReadOnlyAdmin, actor, badge, list_url
from curation.admin.imports.form import ImportForm
from curation.admin.imports.rows import OUTCOMES, shown_rows
from curation.core.authority import Standing
from curation.models import ImportBatch, ImportRow

ROWS_SHOWN: Final = 50
_COLOURS: Final = {
    ImportBatch.State.SHOWN: "info",
    ImportBatch.State.DONE: "success",
    ImportBatch.State.UNDONE: "",
}
_PARTS: Final = ("changes", "problems", "unchanged", "all")


@admin.register(ImportBatch)
class ImportAdmin(ReadOnlyAdmin):
    list_display = ("file_name", "standing_of", "meaning", "rows_count", "changed_count", "author", "reason", "made_at")
    list_select_related = ("author",)
    list_filter = (("state", ChoicesDropdownFilter), ("meaning", ChoicesDropdownFilter), "author")
    search_fields = ("file_name", "reason", "id")
    ordering = ("-made_at",)

    class Media:
        css = {"all": ("curation/imports.css",)}

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<uuid:pk>/confirm/", view(self.confirm_view), name="curation_importbatch_confirm"),
            path("<uuid:pk>/undo/", view(self.undo_view), name="curation_importbatch_undo"),
            *super().get_urls(),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("curation.import_rows")

    # -- bringing a file in ------------------------------------------------------------------------

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The form (GET), and what the file would come to (POST)."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ImportForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            asked = form.cleaned_data
            try:
                batch = imports.show(
                    asked["file"].name,
                    asked["file"].read(imports.MOST_BYTES + 1),
                    actor=actor(request),
                    reason=asked["reason"],
                    meaning=asked["meaning"],
                    standing=Standing(asked["standing"]),
                    evidence=asked["evidence"],
                )
            except imports.Unreadable as error:
                form.add_error("file", str(error))
            except imports.Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                return HttpResponseRedirect(_address(batch))
        context = {
            **self._context(request, _("Import a file")),
            "form": form,
            "cancel": list_url("curation_importbatch"),
        }
        return TemplateResponse(request, "curation/admin/imports/new.html", context, status=400 if form.errors else 200)

    # -- what it comes to --------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What the file says otherwise, a page at a time, and the buttons that do it or undo it."""
        found = self.get_object(request, object_id)
        if not isinstance(found, ImportBatch):
            raise Http404
        if not self.has_view_permission(request, found):
            raise PermissionDenied
        return self._page(request, found)

    def _page(self, request: HttpRequest, batch: ImportBatch, *, error: str = "", status: int = 200) -> HttpResponse:
        part = request.GET.get("part", "")
        if part not in _PARTS:
            part = "problems" if batch.problems_count else "changes"
        page = Paginator(_part(batch, part), ROWS_SHOWN).get_page(request.GET.get("page"))
        counts = {name: _part(batch, name).count() for name in _PARTS}
        context = {
            **self._context(request, batch.file_name),
            "batch": batch,
            "original": batch,
            "state": badge(batch.get_state_display(), _COLOURS[ImportBatch.State(batch.state)]),
            "parts": [(name, _TITLES[name], counts[name], f"?{urlencode({'part': name})}") for name in _PARTS],
            "part": part,
            "page": page,
            "rows": shown_rows(page.object_list),
            "outcomes": [
                (OUTCOMES[word], batch.outcomes[word.value]) for word in imports.Outcome if word.value in batch.outcomes
            ],
            "ledger": list_url("registry_ledgerentry", revision__batch__exact=batch.pk),
            "may": request.user.has_perm("curation.import_rows"),
            "error": error,
        }
        return TemplateResponse(request, "curation/admin/imports/batch.html", context, status=status)

    def confirm_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Does it (POST), or shows it anew when something has moved."""
        batch = self._asked(request, pk)
        if request.method != "POST":
            return HttpResponseRedirect(_address(batch))
        try:
            done = imports.confirm(batch, actor=actor(request))
        except imports.Moved as moved:
            batch.refresh_from_db()
            return self._page(request, batch, error=str(moved), status=409)
        except imports.Refused as refusal:
            return self._page(request, batch, error=str(refusal), status=400)
        said = ngettext("%(count)s row imported.", "%(count)s rows imported.", done.changed_count)
        messages.success(request, said % {"count": f"{done.changed_count:,}"})
        return HttpResponseRedirect(_address(done))

    def undo_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Takes it back (POST with `reason`)."""
        batch = self._asked(request, pk)
        if request.method != "POST":
            return HttpResponseRedirect(_address(batch))
        try:
            outcome = imports.undo(batch, actor=actor(request), reason=request.POST.get("reason", ""))
        except imports.Refused as refusal:
            return self._page(request, batch, error=str(refusal), status=400)
        messages.success(request, _("The import is undone."))
        for why in sorted({str(why) for _pk, why in outcome.skipped}):
            count = sum(str(one) == why for _pk, one in outcome.skipped)
            left = ngettext("%(count)s change left as it is", "%(count)s changes left as they are", count)
            messages.warning(request, f"{left % {'count': f'{count:,}'}}: {why}")
        return HttpResponseRedirect(_address(batch))

    def _asked(self, request: HttpRequest, pk: Any) -> ImportBatch:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return get_object_or_404(ImportBatch, pk=pk)

    def _context(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": title, "media": self.media}

    @column(description=gettext_lazy("state"), ordering="state")
    def standing_of(self, batch: ImportBatch) -> str:
        return badge(batch.get_state_display(), _COLOURS[ImportBatch.State(batch.state)])


_TITLES: Final = {
    "changes": gettext_lazy("Changes"),
    "problems": gettext_lazy("Cannot be taken"),
    "unchanged": gettext_lazy("Unchanged"),
    "all": gettext_lazy("All rows"),
}


def _part(batch: ImportBatch, part: str) -> QuerySet[ImportRow]:
    rows = batch.rows.order_by("line")
    if part == "changes":
        return rows.filter(problems=[]).exclude(plan=[])
    if part == "problems":
        return rows.exclude(problems=[])
    return rows.filter(problems=[], plan=[]) if part == "unchanged" else rows


def _address(batch: ImportBatch) -> str:
    return reverse("admin:curation_importbatch_change", args=[batch.pk])
