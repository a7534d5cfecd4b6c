"""What curators say other names mean: who said it, why, and whether it still holds. Made beside the unknown ids."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action
from unfold.decorators import display as column

from curation.admin.base import actor, badge, cell, list_url, offering_url
from curation.admin.export import ExportableAdmin
from curation.models import StatedAlias
from curation.review import decisions
from curation.statements import aliases


@admin.register(StatedAlias)
class StatedAliasAdmin(ExportableAdmin):
    list_display = ("name", "means", "standing", "reason", "author", "stated_at")
    list_select_related = ("author",)
    list_filter = ("author",)
    search_fields = ("name", "offering_key", "reason")
    ordering = ("-stated_at",)
    actions = ("withdraw_selected",)
    readonly_fields = ("means", "standing")
    fields = (
        "name", "means", "standing", "reason", "author", "stated_at", "withdrawn_at", "withdrawn_by",
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
        """Takes the answer of the page that asks."""
        if not self.has_withdraw_permission(request):
            raise PermissionDenied
        chosen = StatedAlias.objects.filter(pk__in=[pk for pk in request.POST.getlist("alias") if pk.isdecimal()])
        reason = request.POST.get("reason", "")
        if not reason.strip():
            return self._ask(request, chosen, error=_("Say why: the reason is what the next curator reads."))
        done = 0
        for statement in chosen:
            try:
                aliases.withdraw(statement, actor=actor(request), reason=reason)
                done += 1
            except decisions.Refused as refusal:
                messages.warning(request, f"{statement}: {refusal}")
        if done:
            said = ngettext("%(count)s alias withdrawn.", "%(count)s aliases withdrawn.", done)
            messages.success(request, said % {"count": done})
        return HttpResponseRedirect(list_url("curation_statedalias"))

    def _ask(self, request: HttpRequest, chosen: QuerySet[StatedAlias], *, error: str = "") -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Withdraw aliases"),
            "rows": chosen.filter(withdrawn_at__isnull=True),
            "error": error,
        }
        status = 400 if error else 200
        return TemplateResponse(request, "curation/admin/alias_withdraw.html", context, status=status)

    # -- columns ---------------------------------------------------------------------------------

    @column(description=gettext_lazy("means"), ordering="offering_key")
    def means(self, row: StatedAlias) -> str:
        return cell("curation/admin/cells/link", url=offering_url(row.offering_key), text=row.offering_key)

    @column(description=gettext_lazy("state"))
    def standing(self, row: StatedAlias) -> str:
        if row.withdrawn_at:
            return badge(_("withdrawn by %(who)s") % {"who": row.withdrawn_by}, "")
        return badge(_("holding"), "success")
