"""How the statements of a catalogue compare with what providers state themselves. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
    STALE = "stale"
    """What the provider, or its published value, stated before."""
    UNIT = "unit"
    """Off by a factor of exactly 10, 1,000 or 1,000,000."""
    TIER = "tier"
    """The provider's price of the same meter under other conditions."""
    OTHER = "other"
    MISSING = "missing"
    """The catalogue lists the offering without this value."""
    NOT_LISTED = "not listed"


COMPARED: Final = frozenset(
    {"context_window", "max_output_tokens", "released_on", "retires_on", "knowledge_cutoff"}
) | {capability.name for capability in fields.CAPABILITIES}
"""The fields that are compared beside prices."""


def is_compared(name: str) -> bool:
    """Whether a field is part of the comparison."""
    return name.startswith(rates.PREFIX) or name in COMPARED


@dataclass(frozen=True, slots=True)
class Reference:
    """What a provider itself states about one offering."""

    values: Mapping[str, Value]
    before: Mapping[str, Sequence[Value]] = field(default_factory=dict)
    """Field → what it stated before."""


@dataclass(frozen=True, slots=True)
class Row:
    """One value of a provider beside that of a catalogue."""

    catalogue: str
    offering: str
    field: str
    verdict: Verdict
    reference: Value
    value: Value = None


def compare(
    catalogue: str, listed: Mapping[str, Mapping[str, Value]], references: Mapping[str, Reference], *, on: date
) -> Iterator[Row]:
    """One row for each compared value of the references, in order of offering and field."""
    for offering in sorted(references):
        reference = references[offering]
        for name in sorted(filter(is_compared, reference.values)):
            if (expected := reference.values[name]) is None or _is_silent(name, expected, on):
                continue
            stated = listed.get(offering)
            verdict = Verdict.NOT_LISTED if stated is None else judge(name, stated.get(name), reference, on=on)
            yield Row(catalogue, offering, name, verdict, expected, stated.get(name) if stated else None)


def judge(name: str, value: Value, reference: Reference, *, on: date) -> Verdict:
    """How a value compares with the provider's of the same field."""
    if value is None or _is_silent(name, value, on):
        return Verdict.MISSING
    if fields.agrees(name, value, reference.values[name], on=on):
        return Verdict.EQUAL
    if any(past is not None and _was(name, value, past, on) for past in reference.before.get(name, ())):
        return Verdict.STALE
    if name.startswith(rates.PREFIX):
        return _judge_price(name, value, reference, on)
    return Verdict.OTHER


def _judge_price(name: str, value: Value, reference: Reference, on: date) -> Verdict:
    if _is_unit_step(rates.point_on(value, on), rates.point_on(reference.values[name], on)):
        return Verdict.UNIT
    product = _product(name)
    same_meter = (other for other in reference.values if other.startswith(rates.PREFIX) and other != name)
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
    return name.startswith(rates.PREFIX) and rates.point_on(value, on) is None


def _was(name: str, value: Value, past: Value, on: date) -> bool:
    """Whether a value is an earlier one; a past price is compared by any of its points."""
    if not name.startswith(rates.PREFIX):
        return bool(value == past)
    now = rates.point_on(value, on)
    return now is not None and any(_terms(point) == _terms(now) for point in past)


def _terms(point: PricePoint) -> tuple[Decimal | None, str, str]:
    return point.amount, point.state, point.currency


def _is_unit_step(left: PricePoint | None, right: PricePoint | None) -> bool:
    if left is None or right is None or left.amount is None or right.amount is None or left.currency != right.currency:
        return False
    least, most = sorted((left.amount, right.amount))
    return any(least * step == most for step in _STEPS)


_STEPS: Final = (10, 1_000, 1_000_000)


def counts(rows: Iterable[Row]) -> dict[str, dict[Verdict, int]]:
    """Catalogue → verdict → number of values; all verdicts, also those that never occur."""
    table: dict[str, dict[Verdict, int]] = {}
    for row in rows:
        table.setdefault(row.catalogue, dict.fromkeys(Verdict, 0))[row.verdict] += 1
    return dict(sorted(table.items()))


def share_equal(by_verdict: Mapping[Verdict, int]) -> float | None:
    """The share of equal values among those that the catalogue states; None where it states none."""
    stated = sum(by_verdict.values()) - by_verdict[Verdict.MISSING] - by_verdict[Verdict.NOT_LISTED]
    return by_verdict[Verdict.EQUAL] / stated if stated else None
