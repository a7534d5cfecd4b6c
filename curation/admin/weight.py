"""How a change looks to whoever decides it: both values in words, how far it moves, and how alarming that is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

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
    factor = change.factor or Decimal(1)
    distance = max(factor, 1 / factor)
    price = fields.field(change.field).group is fields.Group.PRICE
    warning = _("looks like a mix-up of units") if price and distance >= UNIT_ERROR else ""
    return Shown(
        change=change,
        label=display.label(change.field),
        old=_in_words(change.field, change.old, change.kind in ("new", "fill")),
        new=_in_words(change.field, change.new, change.kind == "withdrawn"),
        movement=display.movement(change.factor),
        factor=distance,
        warning=warning,
    )


def _in_words(name: str, data: Any, is_unknown: bool) -> str:
    return str(display.UNKNOWN) if data is None and is_unknown else display.text(name, data)
