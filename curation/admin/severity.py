"""A change as text for reviewers: its values, how far each moves, and the colour and warning of large moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from curation.admin.base import cell
from curation.core.diff import distance
from curation.core.parts import Part
from curation.models import Change
from curation.review import queue
from registry import display
from registry.domain import fields

MARKED: Final = Decimal(2)
ASK_TWICE: Final = Decimal(10)
UNIT_ERROR: Final = Decimal(1000)


@dataclass(frozen=True, slots=True)
class PartSummary:
    """One field of a change as text."""

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
        return _colour(self.factor)


@dataclass(frozen=True, slots=True)
class ChangeSummary:
    """A change as text."""

    change: Change
    label: str
    parts: tuple[PartSummary, ...]
    movement: str
    """Of the part that moves farthest."""
    factor: Decimal
    """How far it moves, without direction; 1 where that has no meaning."""
    warning: str

    @property
    def colour(self) -> str:
        """Colour of the badge that shows the movement; the badge has words too."""
        return _colour(self.factor)


def describe(change: Change) -> ChangeSummary:
    """The change as text, with a warning when one of its fields moves very far."""
    parts = tuple(map(describe_part, change.parts_shown))
    return ChangeSummary(
        change=change,
        label=label_of(change),
        parts=parts,
        movement=display.movement(change.factor),
        factor=distance(change.factor),
        warning=next((part.warning for part in parts if part.warning), ""),
    )


def largest_move(rows: Sequence[ChangeSummary]) -> str:
    """Names the first row, which moves farthest; "" where nothing moves by a factor."""
    if not rows or not rows[0].movement:
        return ""
    worst = {"move": rows[0].movement, "offering": rows[0].change.offering_key, "label": rows[0].label}
    return _("The largest move: %(move)s, %(offering)s, %(label)s") % worst


def change_cells(summary: ChangeSummary) -> list[Any]:
    """The first two cells of a row about a change: offering and field, old and new value."""
    what = cell("curation/admin/cells/two_lines", text=summary.change.offering_key, below=summary.label)
    return [what, cell("curation/admin/cells/values", summary=summary)]


def describe_part(part: Part) -> PartSummary:
    """One field of a change as text."""
    is_price = fields.field(part.field).group is fields.Group.PRICE
    return PartSummary(
        label=display.label(part.field),
        old=before(part.field, part.old),
        new=after(part.field, part.new, is_removal=part.is_removal),
        movement=display.movement(part.factor),
        factor=part.distance,
        warning=_("possible unit error") if is_price and part.distance >= UNIT_ERROR else "",
    )


def field_summary(
    field: str, old: fields.Json, new: fields.Json, *, is_removal: bool, factor: Decimal | None = None
) -> dict[str, Any]:
    """The context of `cells/values` for one field, where there is no change."""
    movement = display.movement(factor)
    words = {"old": before(field, old), "new": after(field, new, is_removal=is_removal)}
    return {"parts": [{**words, "movement": movement, "colour": "info"}]}


def label_of(change: Change) -> str:
    """What a change is about: its one field, or the unit and how many of its fields move."""
    names = change.moved_fields
    if len(names) == 1:
        return display.label(names[0])
    rates = ngettext("%(count)s rate", "%(count)s rates", len(names)) % {"count": len(names)}
    return f"{queue.label(change.unit)}, {rates}"


def _colour(factor: Decimal) -> str:
    if factor >= ASK_TWICE:
        return "danger"
    return "warning" if factor >= MARKED else "info"


def before(name: str, old: fields.Json) -> str:
    """The earlier value as text. Null is both "unknown" and "there is none", so it is shown as "nothing"."""
    return _("nothing") if old is None else display.text(name, old)


def after(name: str, new: fields.Json, *, is_removal: bool) -> str:
    """The later value as text; what no source states any more is unknown."""
    return str(display.UNKNOWN) if new is None and is_removal else display.text(name, new)
