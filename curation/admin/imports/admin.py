"""Imports: a file is uploaded, previewed cell by cell, and imported as previewed, by `curation.imports`."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display as column

from curation import imports
from curation.admin.base import ReadOnlyAdmin, actor, badge, list_url, page
from curation.admin.imports.form import ImportForm
from curation.admin.imports.rows import OUTCOMES, described_rows
from curation.core.authority import SourceType
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
    list_display = ("file_name", "state_badge", "meaning", "rows_count", "changed_count", "author", "reason", "made_at")
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

    # -- uploading ---------------------------------------------------------------------------------

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The form (GET) and the preview (POST)."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ImportForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            try:
                batch = imports.draft(
                    data["file"].name,
                    data["file"].read(imports.MOST_BYTES + 1),
                    actor=actor(request),
                    reason=data["reason"],
                    meaning=data["meaning"],
                    source_type=SourceType(data["source_type"]),
                    evidence=data["evidence"],
                )
            except imports.Unreadable as error:
                form.add_error("file", str(error))
            except imports.Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                return HttpResponseRedirect(_address(batch))
        return page(
            self,
            request,
            "curation/admin/imports/new.html",
            _("Import a file"),
            status=400 if form.errors else 200,
            form=form,
            cancel=list_url("curation_importbatch"),
            media=self.media,
        )

    # -- preview -----------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The preview page by page, with the buttons that import it or undo it."""
        batch = self.get_object(request, object_id)
        if not isinstance(batch, ImportBatch):
            raise Http404
        if not self.has_view_permission(request, batch):
            raise PermissionDenied
        return self._page(request, batch)

    def _page(self, request: HttpRequest, batch: ImportBatch, *, error: str = "", status: int = 200) -> HttpResponse:
        part = request.GET.get("part", "")
        if part not in _PARTS:
            part = "problems" if batch.problems_count else "changes"
        rows = Paginator(_part(batch, part), ROWS_SHOWN).get_page(request.GET.get("page"))
        counts = {name: _part(batch, name).count() for name in _PARTS}
        return page(
            self,
            request,
            "curation/admin/imports/batch.html",
            batch.file_name,
            status=status,
            batch=batch,
            original=batch,
            state=self.state_badge(batch),
            parts=[(name, _TITLES[name], counts[name], f"?{urlencode({'part': name})}") for name in _PARTS],
            part=part,
            page=rows,
            rows=described_rows(rows.object_list),
            outcomes=[
                (OUTCOMES[word], batch.outcomes[word.value])
                for word in imports.CellOutcome
                if word.value in batch.outcomes
            ],
            ledger=list_url("registry_ledgerentry", revision__batch__exact=batch.pk),
            may=request.user.has_perm("curation.import_rows"),
            error=error,
            media=self.media,
        )

    def confirm_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Imports the batch (POST), or shows the preview again when a value has changed."""
        batch = self._batch(request, pk)
        if request.method != "POST":
            return HttpResponseRedirect(_address(batch))
        try:
            done = imports.confirm(batch, actor=actor(request))
        except imports.StaleImport as moved:
            batch.refresh_from_db()
            return self._page(request, batch, error=str(moved), status=409)
        except imports.Refused as refusal:
            return self._page(request, batch, error=str(refusal), status=400)
        message = ngettext("%(count)s row imported.", "%(count)s rows imported.", done.changed_count)
        messages.success(request, message % {"count": f"{done.changed_count:,}"})
        return HttpResponseRedirect(_address(done))

    def undo_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Undoes the import (POST with `reason`)."""
        batch = self._batch(request, pk)
        if request.method != "POST":
            return HttpResponseRedirect(_address(batch))
        try:
            outcome = imports.undo(batch, actor=actor(request), reason=request.POST.get("reason", ""))
        except imports.Refused as refusal:
            return self._page(request, batch, error=str(refusal), status=400)
        messages.success(request, _("The import is undone."))
        for why in sorted({str(why) for _pk, why in outcome.skipped}):
            count = sum(str(reason) == why for _pk, reason in outcome.skipped)
            left = ngettext("%(count)s change left as it is", "%(count)s changes left as they are", count)
            messages.warning(request, f"{left % {'count': f'{count:,}'}}: {why}")
        return HttpResponseRedirect(_address(batch))

    def _batch(self, request: HttpRequest, pk: Any) -> ImportBatch:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return get_object_or_404(ImportBatch, pk=pk)

    @column(description=gettext_lazy("state"), ordering="state")
    def state_badge(self, batch: ImportBatch) -> str:
        return badge(batch.get_state_display(), _COLOURS[ImportBatch.State(batch.state)])


_TITLES: Final = {
    "changes": gettext_lazy("Changes"),
    "problems": gettext_lazy("Cannot be imported"),
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
