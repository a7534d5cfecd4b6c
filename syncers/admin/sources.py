"""Sources: their declarations and health, with buttons to sync or to pause them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from kombu.exceptions import OperationalError
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter
from unfold.decorators import action
from unfold.decorators import display as column

from curation.admin.base import WideList, back_to, cell, list_url
from curation.admin.notes.admin import WithNotes
from curation.models import Note, Source
from syncers.admin import progress, quarantine
from syncers.admin.filters import SourceStateFilter
from syncers.monitoring.health import health
from syncers.monitoring.plan import Plan, last_paused
from syncers.schedule import next_runs
from syncers.sync.quarantine import payload_of
from syncers.tasks import sync_source

_DECLARED = (
    "slug", "label", "source_type", "authority", "speaks_for", "origin", "preference", "url", "homepage",
    "key_variable", "nothing_fetched", "every_seconds", "last_good_at",
)  # fmt: skip


@admin.register(Source)
class SourceAdmin(WithNotes, WideList):  # type: ignore[misc]
    """The declaration comes from the code and is read-only; `enabled` can be changed."""

    notes_about, notes_key = Note.About.SOURCE, "slug"
    change_form_outer_after_template = "curation/admin/notes/notes_of.html"  # type: ignore[assignment]
    list_display = ("name", "state", "freshness", "outcomes", "claims", "source_type", "buttons")
    list_display_links = ("name",)
    list_filter = (SourceStateFilter, ("enabled", BooleanRadioFilter), ("source_type", ChoicesDropdownFilter))
    search_fields = ("slug", "label")
    actions = ("sync_selected",)
    readonly_fields = (*_DECLARED, "state", "freshness", "outcomes", "claims")
    fieldsets = (
        (None, {"fields": ("enabled", "state", "freshness", "outcomes", "claims", "last_good_at")}),
        (
            gettext_lazy("As declared by its module"),
            {"fields": tuple(name for name in _DECLARED if name != "last_good_at")},
        ),
    )
    change_form_outer_before_template = "syncers/admin/source_buttons.html"  # type: ignore[assignment]

    class Media:
        css = {"all": ("syncers/admin.css",)}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        columns = self.list_display if self.has_change_permission(request) else self.list_display[:-1]
        return (*columns, "notes")

    def prepare(self, rows: list[Source]) -> None:
        now = timezone.now()
        health_by_slug, planned, switched = health(rows, now=now), next_runs(now), last_paused(rows)
        for source in rows:
            source.health = health_by_slug[source.slug]  # type: ignore[attr-defined]
            source.plan = Plan.of(source, health_by_slug[source.slug], planned.get(source.slug), now=now)  # type: ignore[attr-defined]
            source.switched = switched.get(source.slug)  # type: ignore[attr-defined]

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("act/", view(self.act), name="curation_source_act"),
            path("quarantine/", view(self.quarantine), name="curation_source_quarantine"),
            *progress.urls(self),
            *super().get_urls(),
        ]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        context = {**(extra_context or {}), "held_payload": payload_of(object_id)}
        return super().change_view(request, object_id, form_url, context)

    # -- buttons --------------------------------------------------------------------------------

    def act(self, request: HttpRequest) -> HttpResponse:
        """POST `sync=<slug>`, `pause=<slug>` (with `reason`, if there is one) or `resume=<slug>`."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if slug := request.POST.get("sync"):
            return self._sync(request, [get_object_or_404(Source, slug=slug)])
        for word, enabled in (("pause", False), ("resume", True)):
            if slug := request.POST.get(word):
                self._switch(request, get_object_or_404(Source, slug=slug), enabled)
        return back_to(request, list_url("curation_source"))

    def quarantine(self, request: HttpRequest) -> HttpResponse:
        return quarantine.view(self, request)

    @action(description=gettext_lazy("Sync now"), permissions=["change"])
    def sync_selected(self, request: HttpRequest, queryset: QuerySet[Source]) -> HttpResponse:
        return self._sync(request, list(queryset[: progress.MOST]))

    def _sync(self, request: HttpRequest, sources: list[Source]) -> HttpResponse:
        """Queues the runs and redirects to their progress page."""
        token, slugs = uuid4(), [source.slug for source in sources]
        try:
            for slug in slugs:
                number = progress.number(token, slug)
                sync_source.delay(slug, actor=request.user.get_username(), batch=str(number))
        except (OperationalError, OSError) as error:
            messages.error(request, _("The task queue cannot be reached: %(error)s") % {"error": error})
            return back_to(request, list_url("curation_source"))
        return HttpResponseRedirect(progress.address(token, slugs))

    def _switch(self, request: HttpRequest, source: Source, enabled: bool) -> None:
        source.enabled = enabled
        done = _("Resumed.") if enabled else _("Paused.")
        reason = " ".join(request.POST.get("reason", "").split())[:400]
        with transaction.atomic():
            source.save(update_fields=["enabled"])
            self.log_change(request, source, f"{done} {reason}".strip())
        messages.success(request, f"{source}: {done}")

    # -- columns ---------------------------------------------------------------------------------

    @column(description=gettext_lazy("source"), ordering="slug", header=True)
    def name(self, source: Source) -> tuple[str, str]:
        return source.slug, source.label

    @column(description=gettext_lazy("state"))
    def state(self, source: Source) -> str:
        return cell("syncers/admin/cells/source_state", source=source, health=source.health)  # type: ignore[attr-defined]

    @column(description=gettext_lazy("read"), ordering="last_good_at")
    def freshness(self, source: Source) -> str:
        return cell("syncers/admin/cells/freshness", source=source, plan=source.plan)  # type: ignore[attr-defined]

    @column(description=gettext_lazy("last runs, newest first"))
    def outcomes(self, source: Source) -> str:
        return cell("syncers/admin/cells/trail", health=source.health)  # type: ignore[attr-defined]

    @column(description=gettext_lazy("claims"))
    def claims(self, source: Source) -> str:
        url = list_url("curation_storedclaim", source=source.slug)
        return cell("syncers/admin/cells/claims", health=source.health, url=url)  # type: ignore[attr-defined]

    @column(description=gettext_lazy("actions"))
    def buttons(self, source: Source) -> str:
        return cell("syncers/admin/cells/buttons", source=source)
