"""The difference between published and decided values. Values of equal meaning do not differ: 1.0 and 1.00, or the same
modalities in another order.

Pure. Published values come in canonical JSON form (see `registry.domain.fields`), in which equal meanings are equal.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from curation.core import lines
from curation.core.statements import NOBODY, Decision
from registry.domain import fields, kinds, rates


class Kind(StrEnum):
    """What kind of change it is. Policies name kinds by these words."""

    NEW = "new"
    """A field of an offering that was not published before."""
    FILL = "fill"
    """Unknown until now."""
    CHANGE = "change"
    SHRINK = "shrink"
    """A limit that gets smaller."""
    LOSS = "loss"
    """A capability that was yes and is no, or a modality that is gone."""
    CLEAR = "clear"
    """A value stated to be none from now on."""
    FREE = "free"
    """A price that becomes zero."""
    PRICE_TYPE_CHANGED = "price_type_changed"
    """A price that becomes another kind of answer (dynamic, included, not offered, paid after free) or currency."""
    NO_LONGER_STATED = "no_longer_stated"
    """No source states the published value any more, though it still lists the offering."""
    REWRITES = "rewrites"
    """A price whose past differs from what was published."""
    OTHER_LIST = "other_list"
    """A special price that is stated still, but only by sources with other ordinary prices than the published ones."""


REMOVALS: Final = (Kind.NO_LONGER_STATED, Kind.OTHER_LIST)
"""A field is proposed for removal: nobody states it any more, or only as a part of another list."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one offering, from its published value to the decided one, both in canonical JSON form."""

    offering: str
    field: str
    kind: Kind
    old: fields.Json
    new: fields.Json
    decision: Decision
    factor: Decimal | None = None
    """How many times larger (> 1) or smaller (< 1) a number gets; None where that has no meaning."""
    firm: fields.Json = None
    """What is published of it when a policy lets it through: without announced starts that are not firm."""
    corroboration: int = 0
    """How many independent sources back it as a correction; see `curation.core.corroboration`. 0 where it is none."""

    @property
    def moves_by(self) -> Decimal | None:
        """The factor without its direction, 2 for doubled and for halved."""
        return distance(self.factor) if self.factor else None

    @property
    def reach(self) -> tuple[bool, Decimal]:
        """What orders changes by how far they move."""
        return reach(self.kind, self.factor)


def distance(factor: Decimal | None) -> Decimal:
    """How far a number moves, whatever its direction: 2 for doubled and for halved, 1 where no factor tells."""
    return max(factor, 1 / factor) if factor else Decimal(1)


def reach(kind: str, factor: Decimal | None) -> tuple[bool, Decimal]:
    """What orders moves by how far they go: a price that becomes free, of which no factor tells, goes farthest."""
    return kind == Kind.FREE, distance(factor)


def diff(
    offering: str,
    published: Mapping[str, fields.Json] | None,
    decided: Mapping[str, Decision],
    *,
    on: date,
    elsewhere: Collection[str] = (),
) -> list[Change]:
    """The changes that would bring the published values to the decided ones.

    `published` is None for a new offering; `elsewhere` names the fields that are stated as parts of other price lists.
    Equal values make no change. A value that its sources have stopped stating, or state in another list only, is
    proposed for removal and never dropped here.
    """
    have = published or {}
    changes = [
        change
        for name, decision in decided.items()
        if (
            change := _change(
                offering, fields.field(name), name in have, have.get(name), decision, published is None, on
            )
        )
    ]
    for name in sorted(set(have) - set(decided)):
        if have[name] is not None:
            kind = Kind.OTHER_LIST if name in elsewhere else Kind.NO_LONGER_STATED
            changes.append(Change(offering, name, kind, have[name], None, NOBODY))
    return changes


def _change(
    offering: str, declared: fields.Field, has: bool, old: fields.Json, decision: Decision, is_new: bool, on: date
) -> Change | None:
    """One field from its published value to the decided one; None where they mean the same."""
    new, firm = stated_after(declared, old, decision, on)
    if old == new and (has or new is None):
        return None
    if declared.group is fields.Group.PRICE and old is not None and new is not None:
        kind, factor = _over_time(rates.decode(old), rates.decode(new), on, _announced_since(decision, on))
    else:
        factor = _factor(declared, old, new)
        kind = _kind(declared, old, new, factor)
        if kind is Kind.SHRINK and fields.agrees(declared.name, old, new, on=on):
            return None  # the same limit, rounded
    return Change(offering, declared.name, Kind.NEW if is_new else kind, old, new, decision, factor, firm=firm)


def stated_after(
    declared: fields.Field, old: fields.Json, decision: Decision, on: date
) -> tuple[fields.Json, fields.Json]:
    """A decided value as it comes after the published one, and what of it holds without announced starts."""
    if declared.group is not fields.Group.PRICE or decision.value is None:
        new = declared.encode(decision.value)
        return new, new
    accepted = rates.decode(old) if old else ()
    new = rates.encode(lines.after(accepted, decision.value, on))
    if decision.firm is None:
        return new, new
    firm = rates.encode(lines.after(accepted, decision.firm, on)) if decision.firm else old
    return new, firm


def _over_time(old: rates.PriceLine, new: rates.PriceLine, on: date, heard_since: date) -> tuple[Kind, Decimal | None]:
    """What kind of change a price line is, and how far it moves, at the worst of all days from today on.

    What began since `heard_since` was announced, and rewrites nothing.
    """
    kinds: set[Kind] = set()
    factors: list[Decimal] = []
    for before, after in lines.from_day_on(old, new, on):
        if before is None or rates.is_same(before, after):
            continue
        if after is not None and after.state is rates.Amounts.FREE:
            kinds.add(Kind.FREE)
        elif after is None or (before.state, before.currency) != (after.state, after.currency):
            kinds.add(Kind.PRICE_TYPE_CHANGED)
        if after and before.amount and after.amount and before.currency == after.currency:
            factors.append(after.amount / before.amount)
    worst = max(factors, key=distance, default=None)
    for kind in (Kind.FREE, Kind.PRICE_TYPE_CHANGED):
        if kind in kinds:
            return kind, worst
    return Kind.REWRITES if lines.rewrites(old, new, heard_since) else Kind.CHANGE, worst


def _announced_since(decision: Decision, on: date) -> date:
    """From which day on a start is no rewritten past: the lead of the list announced it, and a run noticed it late."""
    heard_since = min(decision.heard_since or on, on)
    return max(heard_since, on - lines.CONFIRMED_WITHIN)


def _kind(declared: fields.Field, old: fields.Json, new: fields.Json, factor: Decimal | None) -> Kind:
    if old is None:
        return Kind.FILL
    if new is None:
        return Kind.CLEAR
    if declared.group is fields.Group.LIMIT and factor is not None and factor < 1:
        return Kind.SHRINK
    if declared.kind is kinds.FLAG and old is True and new is False and declared.group is fields.Group.CAPABILITY:
        return Kind.LOSS
    if declared.group is fields.Group.MODALITY and not set(old) <= set(new):
        return Kind.LOSS
    return Kind.CHANGE


def _factor(declared: fields.Field, old: fields.Json, new: fields.Json) -> Decimal | None:
    measured = declared.group in (fields.Group.LIMIT, fields.Group.BENCHMARK, fields.Group.SPEED)
    return Decimal(new) / Decimal(old) if measured and old and new is not None else None
