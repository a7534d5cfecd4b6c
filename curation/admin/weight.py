"""How a change looks to whoever decides it: both values in words, how far it moves, and how alarming that is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from curation.diff import Kind
from curation.models import Change
from registry import display, fields

MARKED: Final = Decimal(2)
ASK_TWICE: Final = Decimal(10)
UNIT_ERROR: Final = Decimal(1000)


@dataclass(frozen=True, slots=True)
class Shown:
    """A change in words."""

    change: Change
    label: str
    old: str
    new: str
    movement: str
    factor: Decimal
    """How far it moves, without direction; 1 where that has no meaning."""
    warning: str

    @property
    def colour(self) -> str:
        """Colour of the badge that shows the movement; the badge has words too."""
        if self.factor >= ASK_TWICE:
            return "danger"
        return "warning" if self.factor >= MARKED else "info"


def weigh(change: Change) -> Shown:
    """The change in words, with a warning when it moves very far."""
    far = distance(change.factor)
    price = fields.field(change.field).group is fields.Group.PRICE
    warning = _("looks like a mix-up of units") if price and far >= UNIT_ERROR else ""
    return Shown(
        change=change,
        label=display.label(change.field),
        old=before(change.field, change.old),
        new=after(change.field, change.new, withdrawn=change.kind in (Kind.WITHDRAWN, Kind.UNLISTED)),
        movement=display.movement(change.factor),
        factor=far,
        warning=warning,
    )


def distance(factor: Decimal | None) -> Decimal:
    """How far a number moves, without direction; 1 where that has no meaning."""
    return max(factor, 1 / factor) if factor else Decimal(1)


def before(name: str, old: fields.Json) -> str:
    """The earlier value in words. Null is "unknown" and "there is none" alike: "nothing" is true of both."""
    return _("nothing") if old is None else display.text(name, old)


def after(name: str, new: fields.Json, *, withdrawn: bool) -> str:
    """The later value in words; what nobody states any more is unknown from then on."""
    return str(display.UNKNOWN) if new is None and withdrawn else display.text(name, new)
