"""Values formatted for people: exact, never rounded, and never a number where the value is unknown.

All functions take the canonical JSON form (see `registry.domain.fields`). None means "none", as a source stated; for a
value that nobody stated, and which is therefore absent, the caller shows `UNKNOWN`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Context, Decimal
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.domain import fields, hours, rates
from registry.domain.fields import Group, Json

UNKNOWN: Final = gettext_lazy("unknown")
NONE: Final = gettext_lazy("none")

GROUPS: Final[Mapping[Group, object]] = {group: gettext_lazy(title) for group, title in fields.GROUP_TITLES.items()}
"""Titles of the groups, in display order."""

_METERS: Final = {
    "input": gettext_lazy("Input"),
    "output": gettext_lazy("Output"),
    "cache_read": gettext_lazy("Cache read"),
    "cache_write": gettext_lazy("Cache write"),
    "reasoning": gettext_lazy("Reasoning"),
    "citation": gettext_lazy("Citation"),
    "request": gettext_lazy("Request"),
    "search": gettext_lazy("Search"),
    "tool_call": gettext_lazy("Tool call"),
    "session": gettext_lazy("Session"),
    "page": gettext_lazy("Page"),
    "character": gettext_lazy("Characters"),
    "storage": gettext_lazy("Storage"),
    "capacity": gettext_lazy("Capacity"),
}
_STATES: Final = {
    rates.Amounts.FREE: gettext_lazy("free"),
    rates.Amounts.DYNAMIC: gettext_lazy("dynamic"),
    rates.Amounts.INCLUDED: gettext_lazy("included in a plan"),
    rates.Amounts.NOT_OFFERED: gettext_lazy("not offered"),
}

_GROUP_ORDER: Final = {group: position for position, group in enumerate(GROUPS)}
_FIELD_ORDER: Final = {name: position for position, name in enumerate(fields.FIELDS)}
_METER_ORDER: Final = {meter: position for position, meter in enumerate(rates.METERS)}


def position(name: str) -> tuple[int, int, bool, str]:
    """Sort key of a field: by group, then as declared; prices by meter, the ordinary ones first."""
    group = _GROUP_ORDER[fields.field(name).group]
    if name.startswith(rates.PREFIX):
        key = rates.parse_key(name)
        return group, _METER_ORDER[key.meter], not key.is_base, name
    return group, _FIELD_ORDER.get(name, 0), False, name


def label(name: str, beside: Collection[str] = ()) -> str:
    """Label of a field: `price.input[tier=batch]` → "Input price, batch".

    With `beside`, the names of all published fields, the label of a price without hours can say "at all other hours".
    """
    declared = fields.field(name)
    if declared.group is not Group.PRICE:
        return _(declared.label)
    key = rates.parse_key(name)
    band = _("above %(tokens)s tokens") % {"tokens": f"{key.above:,}"} if key.above else ""
    if key.beyond:
        band = _("for what is beyond %(units)s") % {"units": f"{key.beyond:,}"}
    when = key.schedule or (_("at all other hours") if hours.leave_others(beside, key) else "")
    conditions = (key.modality, key.tier, band, key.ttl, key.region, when, key.plan)
    qualifiers = ", ".join(filter(None, (*conditions, key.detail)))
    title = _("%(meter)s price") % {"meter": _METERS[key.meter]}
    return f"{title}, {qualifiers}" if qualifiers else title


def text(name: str, data: Json) -> str:
    """A value as text: `$2.5 / 1M tokens`, `200,000`, `yes`, `image, text`."""
    if data is None:
        return str(NONE)
    declared = fields.field(name)
    if declared.group is Group.PRICE:
        unit = rates.parse_key(name).counted_in
        return "; ".join(_point(point, unit) for point in rates.decode(data))
    if isinstance(data, bool):
        return _("yes") if data else _("no")
    if isinstance(data, int):
        return f"{data:,}"
    if isinstance(data, list):
        return ", ".join(map(str, data)) or str(NONE)
    return str(data)


def price(facts: Mapping[str, Json], name: str, on: date) -> str:
    """An ordinary price on one day, without its unit: `$2.5`, `free`, `$0.27 at 00:30-16:30Z` (the highest)."""
    if name not in facts and not hours.hangs_on_hours(facts):
        return str(UNKNOWN)
    if name in facts and facts[name] is None:
        return str(NONE)
    rate = hours.display_price(facts, name, on)
    if rate is None:
        return _("by the hour") if hours.leave_others(facts, rates.parse_key(name)) else str(UNKNOWN)
    money = _money(rate.point)
    return _("%(price)s at %(hours)s") % {"price": money, "hours": rate.schedule} if rate.schedule else money


def amount(data: Json, on: date) -> str:
    """The price of a price line on one day, without its unit: `$2.5`, `free`, `0.3 EUR`."""
    if data is None:
        return str(NONE)
    point = rates.point_on(rates.decode(data), on)
    return _money(point) if point else str(UNKNOWN)


def movement(factor: Decimal | None) -> str:
    """The size of a change: `+25 %`, `×3`, `÷1,000`; "" where it is undefined."""
    if not factor or factor == 1:
        return ""
    if factor >= 2:
        return f"×{_brief(factor)}"
    if factor <= Decimal("0.5"):
        return f"÷{_brief(1 / factor)}"
    percent = (factor - 1) * 100
    return f"{'+' if percent > 0 else '−'}{_brief(abs(percent))} %"


def _brief(number: Decimal) -> str:
    """Three significant digits, and never 0 for another number."""

    return f"{rates.plain(Context(prec=3).plus(number)):,f}"


def _point(point: rates.PricePoint, unit: str) -> str:
    words = _money(point)
    if point.state is rates.Amounts.PRICED:
        words = f"{words} / {unit}"
    if point.valid_from:
        words = _("%(price)s from %(day)s") % {"price": words, "day": point.valid_from.isoformat()}
    if point.valid_to:
        words = _("%(price)s until %(day)s") % {"price": words, "day": point.valid_to.isoformat()}
    return words


def _money(point: rates.PricePoint) -> str:
    if point.amount is None:
        return str(_STATES[point.state])
    exact = f"{rates.plain(point.amount):,f}"
    return f"${exact}" if point.currency == "USD" else f"{exact} {point.currency}"
