"""Sources: what each is believed about, how it is, and buttons to read it now or to pause it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from kombu.exceptions import OperationalError
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter
from unfold.decorators import action
from unfold.decorators import display as column

from curation.admin.base import WideList, back_to, cell, list_url
from curation.models import Source
from syncers.admin import quarantine
from syncers.admin.filters import SourceState
from syncers.health import health
from syncers.quarantine import payload_of
from syncers.tasks import sync_source

_DECLARED = (
    "slug", "label", "standing", "authority", "speaks_for", "origin", "preference", "url", "homepage",
    "key_variable", "nothing_fetched", "every_seconds", "last_good_at",
)  # fmt: skip


@admin.register(Source)
class SourceAdmin(WideList):
    """The declaration is the code's and is shown; `enabled` is the curators' own switch."""

    list_display = ("name", "standing", "state", "freshness", "outcomes", "claims", "believed_about", "buttons")
    list_display_links = ("name",)
    list_filter = (SourceState, ("enabled", BooleanRadioFilter), ("standing", ChoicesDropdownFilter))
    search_fields = ("slug", "label")
    actions = ("sync_selected",)
    readonly_fields = (*_DECLARED, "state", "outcomes", "claims")
    fieldsets = (
        (None, {"fields": ("enabled", "state", "outcomes", "claims", "last_good_at")}),
        (
            gettext_lazy("As declared by its module"),
            {"fields": tuple(name for name in _DECLARED if name != "last_good_at")},
        ),
    )
    change_form_outer_before_template = "syncers/admin/source_buttons.html"  # type: ignore[assignment]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        return self.list_display if self.has_change_permission(request) else self.list_display[:-1]

    def prepare(self, rows: list[Source]) -> None:
        found = health(rows, now=timezone.now())
        for source in rows:
            source.health = found[source.slug]  # type: ignore[attr-defined]
            source.hours = f"{source.every_seconds / 3600:g}"  # type: ignore[attr-defined]

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("act/", view(self.act), name="curation_source_act"),
            path("quarantine/", view(self.quarantine), name="curation_source_quarantine"),
            *super().get_urls(),
        ]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        shown = {**(extra_context or {}), "held_payload": payload_of(object_id)}
        return super().change_view(request, object_id, form_url, shown)

    # -- what the buttons do ---------------------------------------------------------------------

    def act(self, request: HttpRequest) -> HttpResponse:
        """POST `sync=<slug>`, `pause=<slug>` or `resume=<slug>`."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if slug := request.POST.get("sync"):
            self._sync(request, [get_object_or_404(Source, slug=slug)])
        for word, enabled in (("pause", False), ("resume", True)):
            if slug := request.POST.get(word):
                self._switch(request, get_object_or_404(Source, slug=slug), enabled)
        return back_to(request, list_url("curation_source"))

    def quarantine(self, request: HttpRequest) -> HttpResponse:
        return quarantine.view(self, request)

    @action(description=gettext_lazy("Sync now"), permissions=["change"])
    def sync_selected(self, request: HttpRequest, queryset: QuerySet[Source]) -> None:
        self._sync(request, list(queryset))

    def _sync(self, request: HttpRequest, sources: list[Source]) -> None:
        try:
            for source in sources:
                sync_source.delay(source.slug, actor=request.user.get_username())
        except (OperationalError, OSError) as error:
            messages.error(request, _("The task queue cannot be reached: %(error)s") % {"error": error})
            return
        names = ", ".join(source.slug for source in sources)
        said = ngettext("%(names)s will be read now.", "%(names)s will be read now.", len(sources))
        link = list_url("syncers_run")
        text = format_html('{} <a href="{}">{}</a>', said % {"names": names}, link, _("See the runs"))
        messages.success(request, text)

    def _switch(self, request: HttpRequest, source: Source, enabled: bool) -> None:
        source.enabled = enabled
        source.save(update_fields=["enabled"])
        done = _("Resumed.") if enabled else _("Paused.")
        self.log_change(request, source, done)
        messages.success(request, f"{source}: {done}")

    # -- columns ---------------------------------------------------------------------------------

    @column(description=gettext_lazy("source"), ordering="slug", header=True)
    def name(self, source: Source) -> tuple[str, str]:
        return source.slug, source.label

    @column(description=gettext_lazy("state"))
    def state(self, source: Source) -> str:
        return cell("syncers/admin/cells/state", health=source.health)  # type: ignore[attr-defined]

    @column(description=gettext_lazy("last good run"), ordering="last_good_at")
    def freshness(self, source: Source) -> str:
        return cell("syncers/admin/cells/freshness", source=source)

    @column(description=gettext_lazy("last runs, newest first"))
    def outcomes(self, source: Source) -> str:
        return cell("syncers/admin/cells/outcomes", runs=source.health.runs)  # type: ignore[attr-defined]

    @column(description=gettext_lazy("claims"))
    def claims(self, source: Source) -> str:
        url = list_url("curation_storedclaim", source__slug__exact=source.slug)
        return cell("curation/admin/cells/count", count=source.health.claims, url=url)  # type: ignore[attr-defined]

    @column(description=gettext_lazy("believed about"))
    def believed_about(self, source: Source) -> str:
        return _("everything") if "*" in source.authority else ", ".join(source.authority)

    @column(description=gettext_lazy("actions"))
    def buttons(self, source: Source) -> str:
        return cell("syncers/admin/cells/buttons", source=source)
