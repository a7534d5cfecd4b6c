"""Pins: what curators hold against the sources, and whether the sources have come round."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action
from unfold.decorators import display as column

from curation import review
from curation.admin import filters
from curation.admin.base import ReadOnlyAdmin, actor, badge, cell, list_url, offering_url
from curation.explain import drifts
from curation.models import Pin
from registry import display


@admin.register(Pin)
class PinAdmin(ReadOnlyAdmin):
    list_display = ("what", "pinned", "state", "drift", "reason", "author", "created_at", "expires_at", "undo")
    list_display_links = None
    list_select_related = ("author",)
    list_filter = (filters.PinState, filters.FieldGroup, "author")
    search_fields = ("offering_key", "field", "reason")
    ordering = ("-created_at",)
    actions = ("release_selected",)
    readonly_fields = ("what", "pinned", "state", "drift")
    fields = (
        "what", "pinned", "state", "drift", "reason", "evidence", "author", "created_at", "expires_at",
        "released_at", "released_by",
    )  # fmt: skip

    def prepare(self, rows: list[Pin]) -> None:
        held = drifts([pin for pin in rows if pin.released_at is None], now=timezone.now())
        for pin in rows:
            pin.story = held.get(pin.pk)  # type: ignore[attr-defined]

    def get_urls(self) -> list[Any]:
        release = path("release/", self.admin_site.admin_view(self.release_view), name="curation_pin_release")
        return [release, *super().get_urls()]

    def has_pin_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("curation.pin_field")

    # -- releasing -------------------------------------------------------------------------------

    @action(description=gettext_lazy("Release: back to the sources"), permissions=["pin"])
    def release_selected(self, request: HttpRequest, queryset: QuerySet[Pin]) -> HttpResponse:
        return self._ask(request, queryset)

    def release_view(self, request: HttpRequest) -> HttpResponse:
        """Asks (GET `?pin=`), then releases (POST): one page for one pin and for many."""
        if not self.has_pin_permission(request):
            raise PermissionDenied
        chosen = [pk for pk in (request.POST or request.GET).getlist("pin") if pk.isdecimal()]
        pins = Pin.objects.filter(pk__in=chosen)
        if request.method != "POST":
            return self._ask(request, pins)
        done = 0
        for pin in pins:
            try:
                review.release(pin, actor=actor(request), reason=request.POST.get("reason", ""))
                done += 1
            except review.Refused as refusal:
                messages.warning(request, f"{pin}: {refusal}")
        if done:
            said = ngettext("%(count)s pin released.", "%(count)s pins released.", done)
            messages.success(request, said % {"count": done})
        only = pins.first() if len(chosen) == 1 else None
        target = offering_url(only.offering_key) if only else list_url("curation_pin")
        return HttpResponseRedirect(target)

    def _ask(self, request: HttpRequest, pins: QuerySet[Pin]) -> HttpResponse:
        rows = list(pins.filter(released_at__isnull=True).select_related("author"))
        self.prepare(rows)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Release pins"),
            "pins": [{"pin": pin, "label": display.label(pin.field), "story": pin.story} for pin in rows],  # type: ignore[attr-defined]
        }
        return TemplateResponse(request, "curation/admin/release.html", context)

    # -- columns ---------------------------------------------------------------------------------

    @column(description=gettext_lazy("field"), ordering="offering_key")
    def what(self, pin: Pin) -> str:
        return cell(
            "curation/admin/cells/what",
            url=offering_url(pin.offering_key),
            offering=pin.offering_key,
            label=display.label(pin.field),
        )

    @column(description=gettext_lazy("pinned to"))
    def pinned(self, pin: Pin) -> str:
        return display.text(pin.field, pin.value)

    @column(description=gettext_lazy("state"))
    def state(self, pin: Pin) -> str:
        if pin.released_at:
            return badge(_("released by %(who)s") % {"who": pin.released_by}, "")
        if pin.expires_at and pin.expires_at <= timezone.now():
            return badge(_("expired"), "warning")
        return badge(_("holding"), "success")

    @column(description=gettext_lazy("behind the pin"))
    def drift(self, pin: Pin) -> str:
        return cell("curation/admin/cells/drift", story=pin.story)  # type: ignore[attr-defined]

    @column(description=gettext_lazy("release"))
    def undo(self, pin: Pin) -> str:
        return cell("curation/admin/cells/release", pin=pin)

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        return self.list_display if self.has_pin_permission(request) else self.list_display[:-1]
