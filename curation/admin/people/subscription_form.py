"""The form of one notification."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from curation.models import Event, Subscription
from curation.notifications.webhook import check_address
from registry.http.errors import NotPublic


class SubscriptionForm(forms.ModelForm):
    """The address has to fit its channel: a mail address, or an https address of a webhook."""

    events = forms.MultipleChoiceField(
        label=_("Events"), choices=Event.choices, widget=UnfoldAdminCheckboxSelectMultipleWidget()
    )

    class Meta:
        model = Subscription
        fields = ("channel", "address", "events", "pace", "hour", "enabled")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        address = cleaned.get("address", "")
        try:
            if address and cleaned.get("channel") == Subscription.Channel.MAIL:
                validate_email(address)
            elif address:
                check_address(address)
        except (ValidationError, NotPublic) as error:
            message = error.messages[0] if isinstance(error, ValidationError) else str(error)
            self.add_error("address", str(message))
        return cleaned
