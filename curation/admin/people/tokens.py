"""API tokens: each person manages their own; the text of a new one is shown once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action
from unfold.decorators import display as column
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextInputWidget,
)

from curation.admin.base import ReadOnlyAdmin, actor, badge, cell, chosen_ids, list_url, need, page
from curation.admin.confirm import Confirmation, Table, inputs
from registry.api import tokens
from registry.models import ApiToken


class TokenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=80,
        widget=UnfoldAdminTextInputWidget(attrs={"autofocus": True}),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Scopes"),
        choices=ApiToken.Scope.choices,
        initial=[ApiToken.Scope.READ],
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )
    expires_at = forms.SplitDateTimeField(
        label=gettext_lazy("Expires (UTC; empty: never)"), required=False, widget=UnfoldAdminSplitDateTimeWidget()
    )


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    list_display = ("name", "identifier", "owner", "may", "state", "created_at", "last_used_at", "expires_at")
    search_fields = ("name", "identifier", "owner__username")
    list_select_related = ("owner",)
    actions = ("revoke_selected",)
    readonly_fields = ("may", "state")
    fields = (
        "name",
        "identifier",
        "owner",
        "may",
        "state",
        "created_at",
        "last_used_at",
        "expires_at",
        "revoked_at",
    )

    def get_urls(self) -> list[Any]:
        revoke = self.admin_site.admin_view(self.revoke_view)
        return [path("revoke/", revoke, name="registry_apitoken_revoke"), *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("registry.add_apitoken")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiToken]:
        """All rows for a superuser, one's own for others."""
        rows: QuerySet[ApiToken] = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(owner=actor(request))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = TokenForm(request.POST or None)
        token = text = None
        if request.method == "POST" and form.is_valid():
            try:
                token, text = tokens.make(owner=actor(request), **form.cleaned_data)
            except ValueError as error:
                form.add_error(None, str(error))
        title = _("Your new token") if token else _("Create an API token")
        answer = page(self, request, "curation/admin/people/token.html", title, form=form, token=token, text=text)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    # -- revoking --------------------------------------------------------------------------------

    @action(description=gettext_lazy("Revoke…"), permissions=["add"])
    def revoke_selected(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> HttpResponse:
        rows = list(queryset.filter(revoked_at__isnull=True))
        return Confirmation(
            title=_("Revoke tokens"),
            button=_("Revoke tokens"),
            count=len(rows),
            action=reverse("admin:registry_apitoken_revoke"),
            back=list_url("registry_apitoken"),
            lines=[_("Requests with these tokens are refused from now on. A revoked token cannot be used again.")],
            nothing="" if rows else _("None of the chosen tokens is in force."),
            is_danger=True,
            hidden=inputs("token", [row.pk for row in rows]),
            tables=[Table(columns=[_("Name"), _("Token"), _("Owner"), _("Last used")], rows=list(map(_cells, rows)))],
        ).page(self, request)

    def revoke_view(self, request: HttpRequest) -> HttpResponse:
        """Revokes after the confirmation: POST `token=<id>` for each token."""
        need(request, "registry.add_apitoken")
        chosen = chosen_ids(request, "token") if request.method == "POST" else []
        rows = list(self.get_queryset(request).filter(pk__in=chosen, revoked_at__isnull=True))
        for row in rows:
            tokens.revoke(row)
        if rows:
            message = ngettext("%(count)s token revoked.", "%(count)s tokens revoked.", len(rows))
            messages.success(request, message % {"count": len(rows)})
        else:
            messages.warning(request, _("None of the chosen tokens is in force."))
        return HttpResponseRedirect(list_url("registry_apitoken"))

    # -- columns ---------------------------------------------------------------------------------

    @column(description=gettext_lazy("may"))
    def may(self, token: ApiToken) -> str:
        words = dict(ApiToken.Scope.choices)
        return ", ".join(str(words.get(scope, scope)) for scope in token.scopes)

    @column(description=gettext_lazy("state"))
    def state(self, token: ApiToken) -> str:
        if token.revoked_at:
            return badge(_("revoked"), "danger")
        if token.expires_at and token.expires_at <= timezone.now():
            return badge(_("expired"), "warning")
        return badge(_("in force"), "success")


def _cells(row: ApiToken) -> list[Any]:
    return [row.name, row.identifier, row.owner, cell("curation/admin/cells/moment", at=row.last_used_at)]
