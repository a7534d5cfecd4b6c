"""How the values of a catalogue are judged against those of the provider."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.core.scoreboard import Reference, Row, Verdict, compare, counts, judge, share_equal
from registry.domain.fields import Value
from registry.domain.rates import PricePoint, price

TODAY = date(2026, 8, 22)
INPUT, BATCH, OUTPUT = "price.input", "price.input[tier=batch]", "price.output"
VENDOR = Reference(
    {INPUT: price("3"), BATCH: price("1.5"), OUTPUT: price("15"), "context_window": 200_000},
    {INPUT: (price("5"),), "context_window": (100_000,)},
)


@pytest.mark.parametrize(
    ("name", "value", "verdict"),
    [
        (INPUT, price("3.00"), Verdict.EQUAL),
        (INPUT, price("5"), Verdict.STALE),
        (INPUT, price("0.003"), Verdict.UNIT),
        (INPUT, price("3000000"), Verdict.UNIT),
        (INPUT, price("30"), Verdict.UNIT),
        (INPUT, price("1.5"), Verdict.TIER),
        (INPUT, price("15"), Verdict.OTHER),
        (INPUT, price("3", currency="CNY"), Verdict.OTHER),
        (INPUT, price("0"), Verdict.OTHER),
        (INPUT, None, Verdict.MISSING),
        ("context_window", 200_000, Verdict.EQUAL),
        ("context_window", 100_000, Verdict.STALE),
        ("context_window", 2_000_000, Verdict.OTHER),
    ],
)
def test_a_value_gets_the_first_verdict_that_fits(name: str, value: Value, verdict: Verdict) -> None:
    assert judge(name, value, VENDOR, on=TODAY) is verdict


def test_a_price_that_has_not_started_is_no_statement_of_the_day() -> None:
    later = (PricePoint(Decimal(3), valid_from=date(2026, 9, 1)),)
    assert judge(INPUT, later, VENDOR, on=TODAY) is Verdict.MISSING
    assert not list(compare("c", {}, {"a/b": Reference({INPUT: later})}, on=TODAY))


def test_an_offering_that_is_not_listed_counts_for_each_of_its_values() -> None:
    rows = list(compare("c", {"a/b": {INPUT: price("3")}}, {"a/b": VENDOR, "a/c": VENDOR}, on=TODAY))
    assert [row.verdict for row in rows if row.offering == "a/c"] == [Verdict.NOT_LISTED] * 4
    assert [row.field for row in rows if row.offering == "a/b" and row.verdict is Verdict.MISSING] == [
        "context_window", BATCH, OUTPUT,
    ]  # fmt: skip


def test_the_share_is_of_what_a_catalogue_states() -> None:
    rows = [Row("c", "a/b", INPUT, verdict, price("3")) for verdict in Verdict]
    assert share_equal(counts(rows)["c"]) == 1 / 5
    assert share_equal(dict.fromkeys(Verdict, 0)) is None


@given(st.dictionaries(st.sampled_from([INPUT, BATCH, OUTPUT]), st.integers(1, 10**6).map(price), min_size=1))
def test_what_a_provider_states_is_equal_to_itself(values: dict[str, Value]) -> None:
    rows = list(compare("c", {"a/b": values}, {"a/b": Reference(values)}, on=TODAY))
    assert {row.verdict for row in rows} == {Verdict.EQUAL}
    assert len(rows) == len(values)
