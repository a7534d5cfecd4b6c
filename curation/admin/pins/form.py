"""The form of a pin: a value, a reason, evidence, and when it is looked at again and ends. By kind: `pin_kinds`."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from curation.admin.form_fields import EvidenceField, ReasonField, date_input
from registry.domain import fields

REVIEW_AFTER: Final = timedelta(days=180)
"""When a pin is looked at again, unless the curator says otherwise: what is pinned for ever outlives its reason."""


def _start_of(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, UTC) if day else None


class PinForm(forms.Form):
    """Base of the forms by kind: what every pin needs besides its value."""

    reason = ReasonField(help_text=_("Why you know better than the sources. The next curator reads this."))
    evidence = EvidenceField(help_text=_("A page that shows it. With evidence the value counts as verified."))
    expires_on = forms.DateField(
        label=_("Holds until"),
        required=False,
        widget=date_input(),
        help_text=_("On this day (UTC) the field goes back to its sources. Empty: until released."),
    )

    review_on = forms.DateField(
        label=_("Look again on"),
        required=False,
        widget=date_input(),
        help_text=_("The pin holds on; from this day it is listed as due for another look. Empty: never."),
    )

    def __init__(self, declared: fields.Field, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.declared = declared
        for name, field in self.value_fields().items():
            self.fields[name] = field
        self.order_fields([*self.value_fields(), "reason", "evidence", "review_on", "expires_on"])

    def value_fields(self) -> dict[str, forms.Field]:
        """The inputs of the value."""
        raise NotImplementedError

    def read(self, data: dict[str, Any]) -> Any:
        """The value that was put in, not checked by its kind yet. Raises ValueError."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            try:
                data["pinned"] = self.declared.clean(self.read(data))
            except (ValueError, TypeError) as error:
                self.add_error(next(iter(self.value_fields())), str(error))
        return data

    @property
    def expires_at(self) -> datetime | None:
        return _start_of(self.cleaned_data.get("expires_on"))

    @property
    def review_at(self) -> datetime | None:
        """None where the pin ends before: then it is looked at anyway."""
        day, ends = _start_of(self.cleaned_data.get("review_on")), self.expires_at
        return None if day and ends and ends <= day else day

    @classmethod
    def initial_of(cls, value: Any) -> dict[str, Any]:
        """What the inputs start with for a value in its Python form."""
        raise NotImplementedError
