"""The form that selects whose edits to undo, and since when; the confirmation follows."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from unfold.widgets import INPUT_CLASSES, UnfoldAdminSelectWidget

from curation.admin import base

_FORMAT: Final = "%Y-%m-%dT%H:%M"


class PersonForm(forms.Form):
    """A person and a time, with the native time input of the browser."""

    person = forms.ModelChoiceField(
        User.objects.order_by("username"),
        to_field_name="username",
        label=_("Person"),
        widget=UnfoldAdminSelectWidget(),
    )
    since = forms.DateTimeField(
        label=_("Since (UTC)"),
        input_formats=[_FORMAT, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"],
        widget=forms.DateTimeInput({"class": " ".join(INPUT_CLASSES), "type": "datetime-local"}, format=_FORMAT),
        help_text=_(
            "Undoes what they published, pinned and released from then on. Rejections stay; see their own list."
        ),
    )

    @property
    def chosen(self) -> dict[str, Any]:
        """The argument of `rollback.ask`."""
        data = self.cleaned_data
        return {"actor_name": data["person"].get_username(), "since": data["since"].isoformat()}


def urls(model_admin: Any) -> list[Any]:
    inner = model_admin.admin_site.admin_view(lambda request: view(model_admin, request))
    return [path("roll-back/person/", inner, name="registry_revision_roll_back_person")]


def view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("curation.decide_change"):
        raise PermissionDenied
    first = {"person": request.GET.get("person") or request.user.get_username()}
    return page(model_admin, request, PersonForm(initial=first))


def page(model_admin: Any, request: HttpRequest, form: PersonForm) -> HttpResponse:
    template, status = "curation/admin/rollback/person.html", 400 if form.errors else 200
    return base.page(model_admin, request, template, _("Undo a person's edits"), status=status, form=form)
