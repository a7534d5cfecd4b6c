"""Aliases that curators stated: author, reason and state. They are added on the page of an unresolved id."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action
from unfold.decorators import display as column

from curation.admin.base import actor, badge, cell, chosen_ids, list_url, need, offering_url
from curation.admin.confirm import Confirmation, Reason, Table, inputs
from curation.admin.export import ExportableAdmin
from curation.models import StatedAlias
from curation.review.stale_check import Refused, reason_for
from curation.statements import aliases


@admin.register(StatedAlias)
class StatedAliasAdmin(ExportableAdmin):
    list_display = ("name", "means", "state", "reason", "author", "stated_at")
    list_select_related = ("author",)
    list_filter = ("author",)
    search_fields = ("name", "offering_key", "reason")
    ordering = ("-stated_at",)
    actions = ("withdraw_selected",)
    readonly_fields = ("means", "state")
    fields = (
        "name", "means", "state", "reason", "author", "stated_at", "withdrawn_at", "withdrawn_by",
        "withdrawn_reason",
    )  # fmt: skip

    def get_urls(self) -> list[Any]:
        withdraw = self.admin_site.admin_view(self.withdraw_view)
        return [path("withdraw/", withdraw, name="curation_statedalias_withdraw"), *super().get_urls()]

    def has_withdraw_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("curation.pin_field")

    @action(description=gettext_lazy("Withdraw…"), permissions=["withdraw"])
    def withdraw_selected(self, request: HttpRequest, queryset: QuerySet[StatedAlias]) -> HttpResponse:
        return self._ask(request, queryset)

    def withdraw_view(self, request: HttpRequest) -> HttpResponse:
        """Withdraws aliases after the confirmation."""
        need(request, "curation.pin_field")
        chosen = StatedAlias.objects.filter(pk__in=chosen_ids(request, "alias"))
        if not chosen:
            return self._ask(request, chosen)
        reason = request.POST.get("reason", "")
        try:
            reason_for(reason)
        except Refused as refusal:
            return self._ask(request, chosen, error=str(refusal))
        done = 0
        for statement in chosen:
            try:
                aliases.withdraw(statement, actor=actor(request), reason=reason)
                done += 1
            except Refused as refusal:
                messages.warning(request, f"{statement}: {refusal}")
        if done:
            message = ngettext("%(count)s alias withdrawn.", "%(count)s aliases withdrawn.", done)
            messages.success(request, message % {"count": done})
        return HttpResponseRedirect(list_url("curation_statedalias"))

    def _ask(self, request: HttpRequest, chosen: QuerySet[StatedAlias], *, error: str = "") -> HttpResponse:
        rows = list(chosen.filter(withdrawn_at__isnull=True))
        cells = [[row.name, row.offering_key, row.reason] for row in rows]
        return Confirmation(
            title=_("Withdraw aliases"),
            button=_("Withdraw aliases"),
            count=len(rows),
            action=reverse("admin:curation_statedalias_withdraw"),
            back=list_url("curation_statedalias"),
            lines=[_("These names no longer resolve, unless a source states them too.")],
            nothing="" if rows else _("None of the chosen aliases is in force."),
            reason=Reason.REQUIRED,
            hidden=inputs("alias", [row.pk for row in rows]),
            tables=[Table(columns=[_("Name"), _("Means"), _("Reason")], rows=cells)],
        ).page(self, request, error=error)

    # -- columns ---------------------------------------------------------------------------------

    @column(description=gettext_lazy("means"), ordering="offering_key")
    def means(self, row: StatedAlias) -> str:
        return cell("curation/admin/cells/link", url=offering_url(row.offering_key), text=row.offering_key)

    @column(description=gettext_lazy("state"))
    def state(self, row: StatedAlias) -> str:
        if row.withdrawn_at:
            return badge(_("withdrawn by %(who)s") % {"who": row.withdrawn_by}, "")
        return badge(_("in force"), "success")
