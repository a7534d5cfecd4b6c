"""Notification subscriptions of a person, with their deliveries and errors."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display as column

from curation.admin.base import ReadOnlyAdmin, WideList, actor, badge, cell, list_url
from curation.admin.people.subscription_form import SubscriptionForm
from curation.models import Delivery, Event, Subscription
from curation.notifications import post, webhook
from curation.notifications.errors import NotSent

_SHOWN = 20


@admin.register(Subscription)
class SubscriptionAdmin(WideList):
    form = SubscriptionForm
    list_display = ("address", "channel", "about", "pace_in_words", "state", "last_sent")
    fields = ("channel", "address", "events", "pace", "hour", "enabled")
    change_form_outer_after_template = "curation/admin/people/subscription.html"  # type: ignore[assignment]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscription]:
        """All rows for a superuser, one's own for others."""
        subscriptions: QuerySet[Subscription] = super().get_queryset(request)
        mine = subscriptions if request.user.is_superuser else subscriptions.filter(person=actor(request))
        return mine.annotate(sent_last=Max("deliveries__sent_at"))

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        return (*self.list_display, "person") if request.user.is_superuser else self.list_display

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.test)
        return [path("<int:pk>/test/", view, name="curation_subscription_test"), *super().get_urls()]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"address": actor(request).email, "events": Event.values}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.person = actor(request)
        if obj.enabled:
            obj.stopped_because = ""
        super().save_model(request, obj, form, change)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Its log is deleted with it; that needs no permission of its own."""
        return [str(obj) for obj in objs], {}, set(), []

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        row = self.get_object(request, object_id)
        context: dict[str, Any] = dict(extra_context or {})
        if row is not None:
            log = Delivery.objects.filter(subscription=row).select_related("notice")
            is_webhook = row.channel == Subscription.Channel.WEBHOOK
            context |= {
                "log": [{"row": delivery, "state": state_of(delivery)} for delivery in log[:_SHOWN]],
                "log_url": list_url("curation_delivery", subscription__id__exact=row.pk),
                # The secret is for its owner alone, whoever else may look.
                "secret": webhook.secret_of(row) if is_webhook and row.person_id == request.user.pk else "",
            }
        answer = super().change_view(request, object_id, form_url, context)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def test(self, request: HttpRequest, pk: int) -> HttpResponse:
        """POST: sends one message now and reports the result."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        row = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        try:
            post.send_test(row, at=timezone.now())
            messages.success(request, _("A test message was sent to %(address)s.") % {"address": row.address})
        except NotSent as error:
            messages.error(request, _("The test message was not sent: %(error)s") % {"error": error})
        return HttpResponseRedirect(reverse("admin:curation_subscription_change", args=[pk]))

    # -- columns ---------------------------------------------------------------------------------

    @column(description=_("about"))
    def about(self, row: Subscription) -> str:
        words = dict(Event.choices)
        return cell(
            "curation/admin/people/cells/words", words=", ".join(str(words.get(event, event)) for event in row.events)
        )

    @column(description=_("how soon"), ordering="pace")
    def pace_in_words(self, row: Subscription) -> str:
        daily = row.pace == Subscription.Pace.DAILY
        return str(_("every day at %(hour)s:00 UTC") % {"hour": row.hour} if daily else row.get_pace_display())

    @column(description=_("state"))
    def state(self, row: Subscription) -> str:
        if row.enabled:
            return badge(_("on"), "success")
        return badge(_("off"), "warning" if row.stopped_because else "")

    @column(description=_("last sent"), ordering="sent_last")
    def last_sent(self, row: Subscription) -> str:
        return cell("curation/admin/cells/moment", at=row.sent_last)  # type: ignore[attr-defined]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ("title", "to", "state_badge", "due", "attempts", "error")
    list_display_links = None
    list_select_related = ("notice", "subscription")
    list_filter = (("state", ChoicesDropdownFilter), ("notice__event", ChoicesDropdownFilter))
    search_fields = ("notice__title", "error")
    fields = ("title", "to", "state_badge", "attempts", "due_at", "tried_at", "sent_at", "message", "error")
    readonly_fields = ("title", "to", "state_badge")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        deliveries: QuerySet[Delivery] = super().get_queryset(request)
        mine = Q() if request.user.is_superuser else Q(subscription__person=actor(request))
        return deliveries.filter(mine)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """The page of a subscription links here."""
        allowed: bool = lookup == "subscription__id__exact" or super().lookup_allowed(lookup, value, request)
        return allowed

    @column(description=_("notice"), ordering="notice__title")
    def title(self, row: Delivery) -> str:
        more = dict(Event.choices).get(row.notice.event, row.notice.event)
        return cell("curation/admin/cells/link", url=row.notice.path, text=row.notice.title, more=more)

    @column(description=_("due"), ordering="due_at")
    def due(self, row: Delivery) -> str:
        return cell("curation/admin/cells/moment", at=row.due_at)

    @column(description=_("to"))
    def to(self, row: Delivery) -> str:
        return row.subscription.address

    @column(description=_("state"), ordering="state")
    def state_badge(self, row: Delivery) -> str:
        return state_of(row)


_COLOURS = {
    Delivery.State.WAITING: "info",
    Delivery.State.SENDING: "info",
    Delivery.State.SENT: "success",
    Delivery.State.SETTLED: "",
    Delivery.State.FAILED: "danger",
}


def state_of(row: Delivery) -> str:
    """The state of a delivery as a badge; a retry after a failure is marked."""
    if row.state == Delivery.State.WAITING and row.error:
        return badge(_("will be tried again"), "warning")
    return badge(row.get_state_display(), _COLOURS[Delivery.State(row.state)])
