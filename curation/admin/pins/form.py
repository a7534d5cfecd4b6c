"""The form of a pin: value, reason, evidence, review day and expiry. The forms by kind: `form_kinds`."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from curation.admin.form_fields import EvidenceField, ReasonField, date_input
from registry.domain import fields

REVIEW_AFTER: Final = timedelta(days=180)
"""Default time until a pin is due for review."""


def _start_of(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, UTC) if day else None


class PinForm(forms.Form):
    """Base of the forms by kind: the inputs of every pin besides its value."""

    reason = ReasonField(help_text=_("Why the sources are wrong. Shown to later reviewers."))
    evidence = EvidenceField(help_text=_("A page that shows it. With evidence the value counts as verified."))
    expires_on = forms.DateField(
        label=_("Holds until"),
        required=False,
        widget=date_input(),
        help_text=_("On this day (UTC) the field goes back to its sources. Empty: until released."),
    )

    review_on = forms.DateField(
        label=_("Review on"),
        required=False,
        widget=date_input(),
        help_text=_("From this day the pin is listed as due for review; it stays in force. Empty: never."),
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
        """The entered value, not yet validated by its kind. Raises ValueError."""
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
        """None where the pin expires before."""
        day, ends = _start_of(self.cleaned_data.get("review_on")), self.expires_at
        return None if day and ends and ends <= day else day

    @classmethod
    def initial_of(cls, value: Any) -> dict[str, Any]:
        """The initial inputs for a value in its Python form."""
        raise NotImplementedError
