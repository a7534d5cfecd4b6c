"""Users and groups, with Unfold's forms. A password that somebody else set has to be changed at the first sign-in."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from curation.accounts import first_password
from curation.admin.base import WithTrail

admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class PeopleAdmin(WithTrail, UserAdmin, ModelAdmin):  # type: ignore[misc]
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_filter = ("is_active", "is_staff", "is_superuser", "groups")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            first_password.ask(obj)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """A password that is set for somebody else has to be changed by them; one's own does not."""
        answer: HttpResponse = super().user_change_password(request, id, form_url)
        if request.method == "POST" and answer.status_code == 302 and str(request.user.pk) != id:
            first_password.ask(User.objects.get(pk=id))
        return answer


@admin.register(Group)
class GroupsAdmin(WithTrail, GroupAdmin, ModelAdmin):  # type: ignore[misc]
    pass
