"""Pins: their values, the values of the sources behind them, and their release."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.decorators import display as column

from curation.admin import filters
from curation.admin.base import cell, offering_url
from curation.admin.export import ExportableAdmin
from curation.admin.pins import release as pin_release
from curation.admin.pins import states as pin_states
from curation.apply import pin_drift
from curation.models import Pin
from curation.pins.story import stories
from registry import display


@admin.register(Pin)
class PinAdmin(ExportableAdmin):
    list_display = ("what", "pinned", "state", "behind", "why", "undo")
    list_display_links = None
    list_select_related = ("author",)
    list_per_page = 50
    list_filter = (pin_states.PinState, filters.FieldGroup, "author")
    search_fields = ("offering_key", "field", "reason")
    ordering = ("-created_at",)
    actions = ("release_selected",)
    list_before_template = "curation/admin/pins/states.html"  # type: ignore[assignment]
    readonly_fields = ("what", "pinned", "state", "behind")
    fields = (
        "what", "pinned", "state", "behind", "reason", "evidence", "author", "created_at", "expires_at", "review_at",
        "released_at", "released_by",
    )  # fmt: skip

    class Media:
        css = {"all": ("curation/provenance.css",)}

    def prepare(self, rows: list[Pin]) -> None:
        by_pin = stories(rows, now=timezone.now())
        for pin in rows:
            pin.story = by_pin.get(pin.pk)  # type: ignore[attr-defined]

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("release/", view(self.release_view), name="curation_pin_release"),
            path("release-agreed/", view(self.release_agreed_view), name="curation_pin_release_agreed"),
            *super().get_urls(),
        ]

    def has_pin_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("curation.pin_field")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        context = {**(extra_context or {}), "chips": pin_states.chips(request)}
        return super().changelist_view(request, context)

    # -- releasing -------------------------------------------------------------------------------

    @action(description=_("Release: back to the sources"), permissions=["pin"])
    def release_selected(self, request: HttpRequest, queryset: QuerySet[Pin]) -> HttpResponse:
        return pin_release.ask(self, request, queryset)

    def release_view(self, request: HttpRequest) -> HttpResponse:
        """Asks (GET `?pin=`), then releases (POST), one or many pins."""
        if not self.has_pin_permission(request):
            raise PermissionDenied
        return pin_release.view(self, request)

    def release_agreed_view(self, request: HttpRequest) -> HttpResponse:
        """Releases without confirmation (POST `agreed=`) a pin that its sources agree with."""
        if not self.has_pin_permission(request):
            raise PermissionDenied
        return pin_release.agreed(request)

    # -- columns ---------------------------------------------------------------------------------

    @column(description=_("field"), ordering="offering_key")
    def what(self, pin: Pin) -> str:
        return cell(
            "curation/admin/cells/what",
            url=offering_url(pin.offering_key),
            offering=pin.offering_key,
            label=display.label(pin.field),
        )

    @column(description=_("pinned to"))
    def pinned(self, pin: Pin) -> str:
        return cell("curation/admin/cells/long", text=display.text(pin.field, pin.value))

    @column(description=_("state, until"), ordering="expires_at")
    def state(self, pin: Pin) -> str:
        story = pin.story  # type: ignore[attr-defined]
        states = story.states if story else pin_drift.states(pin, timezone.now())
        return cell("curation/admin/pins/cells/pin_state", badges=pin_states.badges(states), pin=pin)

    @column(description=_("behind the pin"))
    def behind(self, pin: Pin) -> str:
        return cell("curation/admin/pins/cells/drift", story=pin.story)  # type: ignore[attr-defined]

    @column(description=_("why, by"), ordering="created_at")
    def why(self, pin: Pin) -> str:
        return cell("curation/admin/pins/cells/pin_why", pin=pin)

    @column(description=_("what to do"))
    def undo(self, pin: Pin) -> str:
        agrees = pin_drift.State.AGREES in pin.story.states if pin.story else False  # type: ignore[attr-defined]
        return cell("curation/admin/pins/cells/release", pin=pin, agrees=agrees, url=offering_url(pin.offering_key))

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        columns = tuple(super().get_list_display(request))
        return columns if self.has_pin_permission(request) else tuple(name for name in columns if name != "undo")
