"""The form of a pin: an input that fits the kind of the field, a reason, evidence, and when it ends."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    INPUT_CLASSES,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldAdminURLInputWidget,
    UnfoldBooleanWidget,
)

from registry import fields, rates

_NONE: Final = "none"
_PRICE_STATES: Final = (
    (rates.Amounts.PRICED.value, _("an amount")),
    (rates.Amounts.FREE.value, _("free")),
    (rates.Amounts.DYNAMIC.value, _("dynamic: it depends on the call")),
    (rates.Amounts.INCLUDED.value, _("included in a plan")),
    (rates.Amounts.NOT_OFFERED.value, _("not offered")),
    (_NONE, _("there is none")),
)
_CHOICES: Final = {"status": fields.STATUSES, "task": fields.TASKS}


# The browser's own inputs need no script and are usable by keyboard everywhere.
def _number_input() -> forms.NumberInput:
    return forms.NumberInput({"class": " ".join(INPUT_CLASSES), "step": "any", "inputmode": "decimal"})


def _date_input() -> forms.DateInput:
    return forms.DateInput({"class": " ".join(INPUT_CLASSES), "type": "date"}, format="%Y-%m-%d")


class PinForm(forms.Form):
    """Base of the forms by kind: what every pin needs besides its value."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        widget=UnfoldAdminTextareaWidget({"rows": 2}),
        help_text=_("Why you know better than the sources. The next curator reads this."),
    )
    evidence = forms.URLField(
        label=_("Evidence"),
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget(),
        help_text=_("A page that shows it. With evidence the value counts as verified."),
    )
    expires_on = forms.DateField(
        label=_("Holds until"),
        required=False,
        widget=_date_input(),
        help_text=_("On this day (UTC) the field goes back to its sources. Empty: until released."),
    )

    def __init__(self, declared: fields.Field, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.declared = declared
        for name, field in self.value_fields().items():
            self.fields[name] = field
        self.order_fields([*self.value_fields(), "reason", "evidence", "expires_on"])

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
        day = self.cleaned_data.get("expires_on")
        return datetime.combine(day, time.min, UTC) if day else None

    @classmethod
    def initial_of(cls, value: Any) -> dict[str, Any]:
        """What the inputs start with for a value in its Python form."""
        raise NotImplementedError


class PricePin(PinForm):
    def value_fields(self) -> dict[str, forms.Field]:
        unit = rates.parse_key(self.declared.name).counted_in
        return {
            "state": forms.ChoiceField(
                label=_("The price is"), choices=_PRICE_STATES, widget=UnfoldAdminSelectWidget()
            ),
            "amount": forms.DecimalField(
                label=_("Amount per %(unit)s") % {"unit": unit}, required=False, widget=_number_input()
            ),
            "currency": forms.CharField(
                label=_("Currency"), max_length=3, required=False, widget=UnfoldAdminTextInputWidget()
            ),
        }

    def read(self, data: dict[str, Any]) -> rates.PriceLine | None:
        if data["state"] == _NONE:
            return None
        if data["state"] != rates.Amounts.PRICED:
            return rates.stated(rates.Amounts(data["state"]))
        if not data.get("amount"):
            raise ValueError(_("Give an amount above zero, or choose what the price is instead."))
        return rates.price(data["amount"], currency=(data.get("currency") or "USD").upper())

    @classmethod
    def initial_of(cls, value: Any) -> dict[str, Any]:
        if value is None:
            return {"state": _NONE, "currency": "USD"}
        point = value[-1]
        return {
            "state": point.state.value,
            "amount": None if point.amount is None else f"{point.amount:f}",
            "currency": point.currency,
        }


class ChoicePin(PinForm):
    """Flags, and fields with a fixed list of answers."""

    def value_fields(self) -> dict[str, forms.Field]:
        if self.declared.kind is fields.FLAG:
            answers: list[tuple[str, Any]] = [("yes", _("yes")), ("no", _("no"))]
        else:
            answers = [(word, word) for word in _CHOICES[self.declared.name]]
        said = [("", _("Choose…")), *answers, (_NONE, _("there is none"))]
        return {"value": forms.ChoiceField(label=_("Value"), choices=said, widget=UnfoldAdminSelectWidget())}

    def read(self, data: dict[str, Any]) -> Any:
        said = data["value"]
        if said == _NONE:
            return None
        return said == "yes" if self.declared.kind is fields.FLAG else said

    @classmethod
    def initial_of(cls, value: Any) -> dict[str, Any]:
        return {"value": {True: "yes", False: "no", None: _NONE}.get(value, value)}


class TypedPin(PinForm):
    """Numbers, dates, lists of words and text: one input, and a box for "there is none"."""

    def value_fields(self) -> dict[str, forms.Field]:
        none = forms.BooleanField(label=_("There is none"), required=False, widget=UnfoldBooleanWidget())
        return {"value": self._input(), "none": none}

    def _input(self) -> forms.Field:
        common: dict[str, Any] = {"label": _("Value"), "required": False}
        kind = self.declared.kind
        if kind is fields.DATE:
            return forms.DateField(widget=_date_input(), **common)
        if kind is fields.SCORE:
            return forms.DecimalField(widget=_number_input(), **common)
        if kind.name == "count":
            return forms.IntegerField(widget=_number_input(), **common)
        widget = UnfoldAdminTextareaWidget() if self.declared.name == "description" else UnfoldAdminTextInputWidget()
        hint = _("Words separated by commas.") if kind is fields.TAGS else ""
        return forms.CharField(widget=widget, help_text=hint, **common)

    def read(self, data: dict[str, Any]) -> Any:
        if data.get("none"):
            return None
        said = data.get("value")
        if said in (None, ""):
            raise ValueError(_("Give a value, or say that there is none."))
        if self.declared.kind is fields.TAGS:
            return [word for word in map(str.strip, said.split(",")) if word]
        return said

    @classmethod
    def initial_of(cls, value: Any) -> dict[str, Any]:
        said = ", ".join(value) if isinstance(value, tuple) else value
        return {"none": True} if value is None else {"value": said}


def form_for(declared: fields.Field) -> type[PinForm]:
    """The form that fits a field's kind."""
    if declared.kind is fields.PRICE:
        return PricePin
    return ChoicePin if declared.kind is fields.FLAG or declared.name in _CHOICES else TypedPin
