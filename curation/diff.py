"""The difference between what is published and what was decided, by meaning: 1.0 is 1.00, order of words is nothing.

Pure. Published values come in canonical JSON form (see `registry.fields`), in which equal meanings are equal.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from curation.merge import Decision, Quality, Reason
from registry import fields, rates


class Kind(StrEnum):
    """What kind of change it is; policies are written by these words."""

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
    RECAST = "recast"
    """A price that becomes another kind of answer (dynamic, included, not offered, paid after free) or currency."""
    WITHDRAWN = "withdrawn"
    """No source states the published value any more, though it still lists the offering."""
    UNLISTED = "unlisted"
    """A special price that is stated still, but only by sources with other ordinary prices than the published ones."""
    RELEASE = "release"
    """A field whose pin was released or has expired goes back to its sources."""


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
    voices: int = 0
    """How many independent voices back it as a correction; see `curation.voices`. 0 where it is none."""

    @property
    def moves_by(self) -> Decimal | None:
        """The factor without its direction, 2 for doubled and for halved."""
        return None if self.factor is None or not self.factor else max(self.factor, 1 / self.factor)


def diff(
    offering: str,
    published: Mapping[str, fields.Json] | None,
    decided: Mapping[str, Decision],
    *,
    on: date,
    pinned: Collection[str] = (),
    elsewhere: Collection[str] = (),
) -> list[Change]:
    """The changes that would bring the published values to the decided ones.

    `published` is None for a new offering; `pinned` names the fields that are published as a pin's, `elsewhere` those
    that are stated as parts of other price lists. Equal values make no change. A value which its sources have stopped
    stating, or state in another list, is proposed for withdrawal, never dropped here.
    """
    changes = []
    have = published or {}
    for name, decision in decided.items():
        declared = fields.field(name)
        new = declared.encode(decision.value)
        old = have.get(name)
        if old == new and (name in have or (new is None and decision.reason is not Reason.PINNED)):
            continue
        factor = _factor(declared, old, new, on)
        released = name in pinned and decision.reason is not Reason.PINNED
        kind = Kind.NEW if published is None else Kind.RELEASE if released else _kind(declared, old, new, factor, on)
        changes.append(Change(offering, name, kind, old, new, decision, factor))
    for name in sorted(set(have) - set(decided)):
        kind = Kind.RELEASE if name in pinned else Kind.UNLISTED if name in elsewhere else Kind.WITHDRAWN
        if have[name] is not None or kind is Kind.RELEASE:
            changes.append(Change(offering, name, kind, have[name], None, _NOBODY))
    return changes


_NOBODY = Decision(None, "", Reason.WITHDRAWN, Quality.UNKNOWN, None)


def _kind(declared: fields.Field, old: fields.Json, new: fields.Json, factor: Decimal | None, on: date) -> Kind:
    if old is None:
        return Kind.FILL
    if new is None:
        return Kind.CLEAR
    if declared.group is fields.Group.PRICE and not _is_free(old, on) and _is_free(new, on):
        return Kind.FREE
    if declared.group is fields.Group.PRICE and _answer(old, on) != _answer(new, on):
        return Kind.RECAST
    if declared.group is fields.Group.LIMIT and factor is not None and factor < 1:
        return Kind.SHRINK
    if declared.kind is fields.FLAG and old is True and new is False and declared.group is fields.Group.CAPABILITY:
        return Kind.LOSS
    if declared.group is fields.Group.MODALITY and not set(old) <= set(new):
        return Kind.LOSS
    return Kind.CHANGE


def _factor(declared: fields.Field, old: fields.Json, new: fields.Json, on: date) -> Decimal | None:
    before, after = _number(declared, old, on), _number(declared, new, on)
    return after / before if before and after is not None else None


def _number(declared: fields.Field, data: fields.Json, on: date) -> Decimal | None:
    if data is None:
        return None
    if declared.group is fields.Group.PRICE:
        point = rates.point_on(rates.decode(data), on)
        return point.amount if point else None
    if declared.group in (fields.Group.LIMIT, fields.Group.BENCHMARK, fields.Group.SPEED):
        return Decimal(data)
    return None


def _answer(data: fields.Json, on: date) -> tuple[str, str] | None:
    """What kind of answer a price is on a day, and in which currency."""
    point = rates.point_on(rates.decode(data), on)
    return (point.state.value, point.currency) if point else None


def _is_free(data: fields.Json, on: date) -> bool:
    point = rates.point_on(rates.decode(data), on)
    return point is not None and point.state is rates.Amounts.FREE
