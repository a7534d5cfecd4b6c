"""Announced prices in words: what begins on later days, and what was withdrawn or extended before its day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry import display
from registry.domain import rates
from registry.domain.announced import Announced, Revoked, announced, begun, revoked
from registry.domain.fields import Json

REVOKED: Final = {Revoked.WITHDRAWN: gettext_lazy("withdrawn"), Revoked.EXTENDED: gettext_lazy("extended")}


@dataclass(frozen=True, slots=True)
class AnnouncedPrice:
    """A price of a later day, beside the one in force."""

    label: str
    now: str
    then: str
    day: date
    source: str
    is_accepted: bool


def of_offering(facts: Mapping[str, Json], accounts: Mapping[str, Any], on: date) -> list[AnnouncedPrice]:
    """The announced prices of an offering, the next day first."""
    changes = sorted(announced(facts, accounts, on), key=lambda change: (change.day, display.position(change.field)))
    return [_in_words(change, facts, on) for change in changes]


def _in_words(change: Announced, facts: Mapping[str, Json], on: date) -> AnnouncedPrice:
    points = facts.get(change.field)
    now = display.amount(points, on) if points else str(display.UNKNOWN)
    then = display.amount(rates.encode((change.point,)), change.day) if change.point else str(display.UNKNOWN)
    label = display.label(change.field, facts)
    return AnnouncedPrice(label, now, then, change.day, change.source, change.is_accepted)


def in_force(name: str, points: Json, on: date) -> str:
    """A published price line without what begins later; unknown where nothing has begun."""
    line = begun(points, on)
    return display.text(name, line) if line or points is None else str(display.UNKNOWN)


def revocations(name: str, old: Json, new: Json, on: date) -> Iterator[tuple[Revoked, date, str]]:
    """What a change of a price line, published on a day, did to announced prices: how, of which day, in words."""
    if not name.startswith(rates.PREFIX) or not any("from" in point for point in old or ()):
        return
    line = rates.decode(old)
    for day, how in revoked(line, rates.decode(new) if new else (), on).items():
        words = _("%(how)s: %(price)s from %(day)s") % {
            "how": REVOKED[how], "price": display.amount(old, day), "day": day.isoformat(),
        }  # fmt: skip
        yield how, day, words
