"""Pinning one field: the form, with the values of the sources beside it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from curation.admin.base import actor, page
from curation.admin.pins.form import REVIEW_AFTER
from curation.admin.pins.form_kinds import form_for
from curation.explanation.explain import FieldStory, explain
from curation.pins import pinning
from curation.review import decisions
from registry import display
from registry.domain import fields
from registry.models import Offering


def view(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """The form (GET) and the pin (POST)."""
    if not request.user.has_perm("curation.pin_field"):
        raise PermissionDenied
    offering = get_object_or_404(Offering.objects.select_related("provider"), pk=pk)
    name = request.GET.get("field", "").strip()
    try:
        declared = fields.field(name)
    except ValueError as error:
        messages.error(request, _("There is no field “%(name)s”: %(error)s") % {"name": name[:100], "error": error})
        return HttpResponseRedirect(offering_page(offering))
    story = next((field_story for field_story in explain(offering) if field_story.name == declared.name), None)
    form_class = form_for(declared)
    form = form_class(declared, request.POST or None, initial=_initial(form_class, declared, story, request))
    if request.method == "POST" and form.is_valid():
        try:
            pinning.pin(
                offering=offering.key,
                field=declared.name,
                value=form.cleaned_data["pinned"],
                actor=actor(request),
                reason=form.cleaned_data["reason"],
                evidence=form.cleaned_data["evidence"],
                expires_at=form.expires_at,
                review_at=form.review_at,
            )
        except decisions.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            value = display.text(declared.name, declared.encode(form.cleaned_data["pinned"]))
            messages.success(
                request,
                _("%(field)s is pinned to %(value)s.") % {"field": display.label(declared.name), "value": value},
            )
            return HttpResponseRedirect(f"{offering_page(offering)}#field-{declared.name}")
    return page(
        model_admin,
        request,
        "curation/admin/pins/form.html",
        _("Pin %(field)s") % {"field": display.label(declared.name)},
        status=400 if form.errors else 200,
        original=offering,
        story=story,
        label=display.label(declared.name),
        offering=offering,
        offering_page=offering_page(offering),
        form=form,
    )


def offering_page(offering: Offering) -> str:
    return reverse("admin:registry_offering_change", args=[offering.pk])


def _initial(form_class: Any, declared: fields.Field, story: FieldStory | None, request: HttpRequest) -> dict[str, Any]:
    """The initial value: that of the chosen source, else of the present pin, else the published one.

    A renewed pin starts with the earlier reason and evidence.
    """
    first: dict[str, Any] = {"review_on": timezone.now().date() + REVIEW_AFTER}
    wanted = request.GET.get("from", "")
    chosen = next((statement for statement in story.statements if statement.source == wanted), None) if story else None
    if chosen is not None:
        value = form_class.initial_of(declared.decode(chosen.value))
        return {**first, **value, "reason": _("As %(source)s says: ") % {"source": chosen.source}}
    if story and story.pin:
        pin = story.pin.pin
        value = form_class.initial_of(declared.decode(pin.value))
        return {**first, **value, "reason": pin.reason[:400], "evidence": pin.evidence}
    if story and story.is_published:
        return {**first, **form_class.initial_of(declared.decode(story.value))}
    return {**first, "currency": "USD"}
