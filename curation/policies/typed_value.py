"""A value of a field as people type it into the simulation."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from registry.domain import fields, kinds, rates


def read_value(field: str, text: str) -> Any:
    """A value as people write it: 2.5, free, yes, 128000, image text, none. Raises ValueError."""
    declared, typed = fields.field(field), text.strip()
    if typed.lower() == "none":
        return None
    if declared.group is fields.Group.PRICE:
        return _price(typed)
    if declared.kind is kinds.FLAG:
        if typed.lower() not in ("yes", "no"):
            raise ValueError(_("Say yes or no."))
        return typed.lower() == "yes"
    if declared.kind is kinds.TAGS:
        return declared.clean([word for word in typed.replace(",", " ").split() if word])
    if declared.kind is kinds.NAMES:
        return declared.clean([name for name in map(str.strip, typed.split(",")) if name])
    if declared.kind.name == "count":
        try:
            return declared.clean(int(typed.replace(",", "").replace("_", "")))
        except ValueError as error:
            raise ValueError(_("“%(text)s” is no whole number.") % {"text": typed}) from error
    return declared.clean(typed)


def _price(typed: str) -> rates.PriceLine:
    state = typed.lower().replace(" ", "_")
    if state in {amounts.value for amounts in rates.Amounts} - {rates.Amounts.PRICED.value}:
        return rates.stated(rates.Amounts(state))
    try:
        return rates.price(Decimal(typed.lstrip("$").replace(",", "")))
    except InvalidOperation as error:
        raise ValueError(_("“%(text)s” is no price.") % {"text": typed}) from error
