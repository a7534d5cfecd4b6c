"""Choosing whose edits to undo, and since when; `rollback` shows what it would come to before anything is done."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from unfold.widgets import INPUT_CLASSES, UnfoldAdminSelectWidget

_FORMAT: Final = "%Y-%m-%dT%H:%M"


class PersonForm(forms.Form):
    """A person and a time. The browser's own input for times needs no script."""

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
            "What they published, pinned and released from then on. Rejections stay; they have a list of their own."
        ),
    )

    @property
    def chosen(self) -> dict[str, Any]:
        """What `rollback.ask` takes."""
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
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Undo a person's edits"),
        "form": form,
    }
    return TemplateResponse(request, "curation/admin/rollback/person.html", context, status=400 if form.errors else 200)
