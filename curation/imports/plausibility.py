"""Plausibility checks of rows: likely mistakes are reported before anything is written."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Context, Decimal
from typing import Any, Final

from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from registry.database.chunks import chunks
from registry.domain import rates
from registry.formats.columns import COLUMNS, PRICES
from registry.formats.row import Row
from registry.models import Offering

_PER_TOKEN: Final = Decimal("0.0002")
"""USD: the price of one token of the most expensive models. Nothing costs that little per 1M."""
_FLOAT_DIGITS: Final = 15
"""Significant digits that survive a binary float; sheets show no more."""
_WRITTEN_DIGITS: Final = 12
"""People write no more digits than that."""


def twins(keys: Collection[str]) -> dict[str, str]:
    """For ids that are not published: lower-case id → a published id that differs by case only.

    One query for every 500.
    """
    spellings: dict[str, str] = {}
    for chunk in chunks(sorted({key.lower() for key in keys})):
        spelt = Offering.objects.annotate(small=Lower("key")).filter(small__in=chunk)
        spellings |= dict(spelt.values_list("small", "key"))
    return spellings


def of_case(key: str, spellings: dict[str, str], lines: Mapping[str, int]) -> str:
    """The problem of a new id that differs only by case from another of the registry or the file; "" where none does.

    `spellings` is what `twins` returned; this id is added to it. `lines`: offering → its line, of the earlier rows.
    """
    twin = spellings.setdefault(key.lower(), key)
    if twin == key:
        return ""
    where = _("line %(line)s") % {"line": lines[twin]} if twin in lines else _("published")
    params = {"id": key, "twin": twin, "where": where}
    return _("id: %(id)s differs by case only from %(twin)s (%(where)s). Write it as it is there") % params


def of_cell(column: str, text: str) -> str:
    """The problem of a cell that states a new value; "" where there is none."""
    if column in ("name", "alias") and len(text.splitlines()) > 1:
        return _("%(column)s: there is a line break in it. Is it one name? Write it in one line") % {"column": column}
    if column in PRICES and 0 < (amount := Decimal(text)) <= _PER_TOKEN:
        params = {"column": column, "amount": f"{amount:f}", "meant": f"{rates.plain(amount * 10**6):f}"}
        return (
            _(
                "%(column)s: %(amount)s USD per 1M tokens is less than any model costs. Is it the price of one token? "
                "Then write %(meant)s. A price that is really so small is stated by hand"
            )
            % params
        )
    return ""


def without_noise(row: Row, base: Row) -> tuple[Row, list[str]]:
    """The row with 0.3 in place of 0.30000000000000004, and a note on each such number.

    A number that is published with all its digits (`base`) is left as it is.
    """
    cleaned: dict[str, Any] = {}
    notes = []
    for column in COLUMNS.values():
        value = getattr(row, column.attribute)
        if not isinstance(value, Decimal) or value == getattr(base, column.attribute):
            continue
        if (plain := _plain(value)) != value:
            cleaned[column.attribute] = plain
            params = {"column": column.name, "written": f"{value:f}", "plain": f"{plain:f}"}
            notes.append(_("%(column)s: %(written)s is taken as %(plain)s: the rest is a program's noise") % params)
    return replace(row, **cleaned), notes


def _plain(value: Decimal) -> Decimal:
    """A number without the rounding error of binary floats."""
    if len(value.as_tuple().digits) <= _FLOAT_DIGITS:
        return value
    rounded = rates.plain(Context(prec=_FLOAT_DIGITS).plus(value))
    return rounded if len(rounded.as_tuple().digits) <= _WRITTEN_DIGITS else value
