"""How the statements of a catalogue compare with what providers state themselves. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from registry.domain import fields, rates
from registry.domain.fields import Value
from registry.domain.rates import PricePoint


class Verdict(StrEnum):
    """How a value of a catalogue compares with the provider's. The first that fits, in this order."""

    EQUAL = "equal"
    PENDING = "pending"
    """The provider's value waits for a person's review. Of the published catalogue only."""
    STALE = "stale"
    """What the provider, or its published value, stated before."""
    UNIT = "unit"
    """Off by a factor of exactly 10, 1,000 or 1,000,000."""
    TIER = "tier"
    """The provider's price of the same meter under other conditions."""
    RESELLER = "reseller"
    """What another provider of the same model charges or states; in the column of a reseller, its own value."""
    OTHER = "other"
    MISSING = "missing"
    """The catalogue lists the offering without this value."""
    NOT_LISTED = "not listed"


UNSTATED: Final = frozenset({Verdict.MISSING, Verdict.NOT_LISTED})
"""Verdicts on values that the catalogue does not state."""
COMPARED: Final = frozenset(
    {"context_window", "max_output_tokens", "released_on", "retires_on", "knowledge_cutoff"}
) | {capability.name for capability in fields.CAPABILITIES}
"""The fields that are compared beside prices."""


def is_compared(name: str) -> bool:
    """Whether a field is part of the comparison."""
    return _is_price(name) or name in COMPARED


@dataclass(frozen=True, slots=True)
class Reference:
    """What a provider itself states about one offering."""

    values: Mapping[str, Value]
    before: Mapping[str, Sequence[Value]] = field(default_factory=dict)
    """Field → what it stated before."""
    confirmed: Mapping[str, date] = field(default_factory=dict)
    """Field → the day on which it was last known to state it; a price is compared on that day."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What a catalogue states about one offering."""

    values: Mapping[str, Value]
    waiting: Mapping[str, Value] = field(default_factory=dict)
    """Field → the value that waits for a person's review."""
    seller: str = ""
    """The offering of a reseller that is compared; "" for the provider's own offering."""


@dataclass(frozen=True, slots=True)
class Row:
    """One value of a provider beside that of a catalogue."""

    catalogue: str
    offering: str
    field: str
    verdict: Verdict
    reference: Value
    value: Value = None
    on: date = date.min
    """The day on which the two are compared."""
    seller: str = ""
    """The offering of a reseller whose value it is."""


def compare(
    catalogue: str, listed: Mapping[str, Listed], references: Mapping[str, Reference], *, on: date
) -> Iterator[Row]:
    """One row for each compared value of the references, in order of offering and field.

    A price is compared on the day on which the provider was last known to state it. Where the catalogue states nothing
    of that day, as one whose price has a later start, it is compared on `on`.
    """
    for offering in sorted(references):
        reference, listing = references[offering], listed.get(offering)
        for name in sorted(filter(is_compared, reference.values)):
            day = min(on, reference.confirmed.get(name, on))
            if (expected := reference.values[name]) is None or _is_silent(name, expected, day):
                continue
            if listing is None:
                yield Row(catalogue, offering, name, Verdict.NOT_LISTED, expected, on=day)
                continue
            value = listing.values.get(name)
            day = on if value is not None and _is_silent(name, value, day) else day
            yield Row(
                catalogue, offering, name, judge(name, listing, reference, on=day), expected, value, day, listing.seller
            )


def judge(name: str, listed: Listed, reference: Reference, *, on: date) -> Verdict:
    """How a value compares with the provider's of the same field."""
    value, expected, waiting = listed.values.get(name), reference.values[name], listed.waiting.get(name)
    is_missing = value is None or _is_silent(name, value, on)
    if not is_missing and fields.agrees(name, value, expected, on=on):
        return Verdict.EQUAL
    if waiting is not None and fields.agrees(name, waiting, expected, on=on):
        return Verdict.PENDING
    if is_missing:
        return Verdict.MISSING
    if listed.seller:
        return Verdict.UNIT if _is_unit_error(name, value, expected, on) else Verdict.RESELLER
    if any(past is not None and _was(name, value, past, on) for past in reference.before.get(name, ())):
        return Verdict.STALE
    return _judge_price(name, value, reference, on) if _is_price(name) else Verdict.OTHER


def name_resellers(rows: Iterable[Row], sold: Mapping[str, Mapping[str, Mapping[str, Value]]]) -> Iterator[Row]:
    """The rows, where a price that fits nothing else is that of a reseller of the same model.

    `sold`: offering → offerings of the same model at other providers → their values.
    """
    for row in rows:
        is_unexplained = row.verdict is Verdict.OTHER and _is_price(row.field)
        sellers = sold.get(row.offering, {}) if is_unexplained else {}
        names = (
            key
            for key, values in sorted(sellers.items())
            if fields.agrees(row.field, values.get(row.field), row.value, on=row.on)
        )
        seller = next(names, "")
        yield replace(row, verdict=Verdict.RESELLER, seller=seller) if seller else row


def _judge_price(name: str, value: Value, reference: Reference, on: date) -> Verdict:
    if _is_unit_error(name, value, reference.values[name], on):
        return Verdict.UNIT
    product = _product(name)
    same_meter = (other for other in reference.values if _is_price(other) and other != name)
    if any(
        _product(other) == product and fields.agrees(name, value, price, on=on)
        for other in same_meter
        if (price := reference.values[other]) is not None
    ):
        return Verdict.TIER
    return Verdict.OTHER


def _product(name: str) -> tuple[str, str, str]:
    key = rates.parse_key(name)
    return key.meter, key.modality, key.unit


def _is_silent(name: str, value: Value, on: date) -> bool:
    """Whether a price line says nothing of the day."""
    return _is_price(name) and rates.point_on(value, on) is None


def _was(name: str, value: Value, past: Value, on: date) -> bool:
    """Whether a value is an earlier one; a past price is compared by any of its points."""
    if not _is_price(name):
        return bool(value == past)
    now = rates.point_on(value, on)
    return now is not None and any(_terms(point) == _terms(now) for point in past)


def _terms(point: PricePoint) -> tuple[Decimal | None, str, str]:
    return point.amount, point.state, point.currency


def _is_price(name: str) -> bool:
    return name.startswith(rates.PREFIX)


def _is_unit_error(name: str, value: Value, expected: Value, on: date) -> bool:
    return _is_price(name) and _is_unit_step(rates.point_on(value, on), rates.point_on(expected, on))


def _is_unit_step(left: PricePoint | None, right: PricePoint | None) -> bool:
    if left is None or right is None or left.amount is None or right.amount is None or left.currency != right.currency:
        return False
    least, most = sorted((left.amount, right.amount))
    return least > 0 and any(least * step == most for step in _STEPS)


_STEPS: Final = (10, 1_000, 1_000_000)
