"""Tokens of the API: everybody keeps their own, and sees the text of a new one once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
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

from curation.admin.base import ReadOnlyAdmin, actor, badge
from registry.api import tokens
from registry.models import ApiToken


class TokenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=80,
        widget=UnfoldAdminTextInputWidget(attrs={"autofocus": True}),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("It may"),
        choices=ApiToken.Scope.choices,
        initial=[ApiToken.Scope.READ],
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )
    expires_at = forms.SplitDateTimeField(
        label=gettext_lazy("Expires (UTC; empty: never)"), required=False, widget=UnfoldAdminSplitDateTimeWidget()
    )


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    list_display = ("name", "identifier", "owner", "may", "standing", "created_at", "last_used_at", "expires_at")
    search_fields = ("name", "identifier", "owner__username")
    list_select_related = ("owner",)
    actions = ("revoke_selected",)
    readonly_fields = ("may", "standing")
    fields = (
        "name",
        "identifier",
        "owner",
        "may",
        "standing",
        "created_at",
        "last_used_at",
        "expires_at",
        "revoked_at",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("registry.add_apitoken")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiToken]:
        """Everybody's for a superuser, one's own for anybody else."""
        found: QuerySet[ApiToken] = super().get_queryset(request)
        return found if request.user.is_superuser else found.filter(owner=actor(request))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = TokenForm(request.POST or None)
        made = text = None
        if request.method == "POST" and form.is_valid():
            try:
                made, text = tokens.make(owner=actor(request), **form.cleaned_data)
            except ValueError as error:
                form.add_error(None, str(error))
        context = {
            **self.admin_site.each_context(request),
            "opts": ApiToken._meta,
            "title": _("Your new token") if made else _("Make an API token"),
            "form": form,
            "made": made,
            "text": text,
        }
        answer = TemplateResponse(request, "curation/admin/people/token.html", context)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @action(description=gettext_lazy("Revoke…"), permissions=["add"])
    def revoke_selected(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        rows = list(queryset.filter(revoked_at__isnull=True))
        for row in rows:
            tokens.revoke(row)
        said = ngettext("%(count)s token revoked.", "%(count)s tokens revoked.", len(rows))
        messages.success(request, said % {"count": len(rows)})

    @column(description=gettext_lazy("may"))
    def may(self, token: ApiToken) -> str:
        words = dict(ApiToken.Scope.choices)
        return ", ".join(str(words.get(scope, scope)) for scope in token.scopes)

    @column(description=gettext_lazy("state"))
    def standing(self, token: ApiToken) -> str:
        if token.revoked_at:
            return badge(_("revoked"), "danger")
        if token.expires_at and token.expires_at <= timezone.now():
            return badge(_("expired"), "warning")
        return badge(_("in force"), "success")
