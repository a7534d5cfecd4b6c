"""The forms of pins by the kind of their field."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from curation.admin.form_fields import date_input, number_input
from curation.admin.pins.form import PinForm
from registry.domain import fields, kinds, rates

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


class PricePin(PinForm):
    def value_fields(self) -> dict[str, forms.Field]:
        unit = rates.parse_key(self.declared.name).counted_in
        return {
            "state": forms.ChoiceField(
                label=_("The price is"), choices=_PRICE_STATES, widget=UnfoldAdminSelectWidget()
            ),
            "amount": forms.DecimalField(
                label=_("Amount per %(unit)s") % {"unit": unit}, required=False, widget=number_input()
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
        if self.declared.kind is kinds.FLAG:
            answers: list[tuple[str, Any]] = [("yes", _("yes")), ("no", _("no"))]
        else:
            answers = [(word, word) for word in _CHOICES[self.declared.name]]
        choices = [("", _("Choose…")), *answers, (_NONE, _("there is none"))]
        return {"value": forms.ChoiceField(label=_("Value"), choices=choices, widget=UnfoldAdminSelectWidget())}

    def read(self, data: dict[str, Any]) -> Any:
        choice = data["value"]
        if choice == _NONE:
            return None
        return choice == "yes" if self.declared.kind is kinds.FLAG else choice

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
        if kind is kinds.DATE:
            return forms.DateField(widget=date_input(), **common)
        if kind is kinds.SCORE:
            return forms.DecimalField(widget=number_input(), **common)
        if kind.name == "count":
            return forms.IntegerField(widget=number_input(), **common)
        widget = UnfoldAdminTextareaWidget() if self.declared.name == "description" else UnfoldAdminTextInputWidget()
        hint = _("Words separated by commas.") if kind in kinds.LISTS else ""
        return forms.CharField(widget=widget, help_text=hint, **common)

    def read(self, data: dict[str, Any]) -> Any:
        if data.get("none"):
            return None
        entered = data.get("value")
        if entered in (None, ""):
            raise ValueError(_("Give a value, or say that there is none."))
        if self.declared.kind in kinds.LISTS:
            return [word for word in map(str.strip, entered.split(",")) if word]
        return entered

    @classmethod
    def initial_of(cls, value: Any) -> dict[str, Any]:
        text = ", ".join(value) if isinstance(value, tuple) else value
        return {"none": True} if value is None else {"value": text}


def form_for(declared: fields.Field) -> type[PinForm]:
    """The form of a field, by its kind."""
    if declared.kind is kinds.PRICE:
        return PricePin
    return ChoicePin if declared.kind is kinds.FLAG or declared.name in _CHOICES else TypedPin
