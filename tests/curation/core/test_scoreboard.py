"""How the values of a catalogue are judged against those of the provider."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.core.scoreboard import Listed, Reference, Row, Verdict, compare, judge, name_resellers
from curation.core.scoreboard_counts import catalogue_of, counts, share_equal
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
        (INPUT, price("0.3"), Verdict.UNIT),
        (INPUT, None, Verdict.MISSING),
        ("context_window", 200_000, Verdict.EQUAL),
        ("context_window", 100_000, Verdict.STALE),
        ("context_window", 2_000_000, Verdict.OTHER),
    ],
)
def test_a_value_gets_the_first_verdict_that_fits(name: str, value: Value, verdict: Verdict) -> None:
    assert judge(name, Listed({name: value}), VENDOR, on=TODAY) is verdict


def test_a_price_that_has_not_started_is_no_statement_of_the_day() -> None:
    later = (PricePoint(Decimal(3), valid_from=date(2026, 9, 1)),)
    assert judge(INPUT, Listed({INPUT: later}), VENDOR, on=TODAY) is Verdict.MISSING
    assert not list(compare("c", {}, {"a/b": Reference({INPUT: later})}, on=TODAY))


@pytest.mark.parametrize("published", [price("5"), price("4"), None])
def test_a_value_of_the_provider_that_waits_for_a_person_is_pending(published: Value) -> None:
    listed = Listed({INPUT: published}, waiting={INPUT: price("3")})
    assert judge(INPUT, listed, VENDOR, on=TODAY) is Verdict.PENDING


def test_another_value_that_waits_explains_nothing() -> None:
    assert judge(INPUT, Listed({INPUT: price("4")}, {INPUT: price("7")}), VENDOR, on=TODAY) is Verdict.OTHER
    assert judge(INPUT, Listed({INPUT: price("3")}, {INPUT: price("7")}), VENDOR, on=TODAY) is Verdict.EQUAL


@pytest.mark.parametrize(("amount", "verdict"), [("3", "equal"), ("5", "reseller"), ("4", "reseller"), ("30", "unit")])
def test_a_reseller_has_prices_of_its_own(amount: str, verdict: str) -> None:
    (row,) = compare(
        "c", {"a/b": Listed({INPUT: price(amount)}, seller="r/b")}, {"a/b": Reference({INPUT: price("3")})}, on=TODAY
    )
    assert (row.verdict, row.seller) == (verdict, "r/b")


def test_a_price_that_nothing_else_explains_is_that_of_a_reseller_of_the_same_model() -> None:
    listed = {"a/b": Listed({INPUT: price("4"), OUTPUT: price("16"), "context_window": 7})}
    rows = compare("c", listed, {"a/b": VENDOR}, on=TODAY)
    named = name_resellers(rows, {"a/b": {"r/b": {INPUT: price("4"), "context_window": 7}}})
    assert {row.field: (row.verdict, row.seller) for row in named} == {
        "context_window": (Verdict.OTHER, ""),
        INPUT: (Verdict.RESELLER, "r/b"),
        BATCH: (Verdict.MISSING, ""),
        OUTPUT: (Verdict.OTHER, ""),
    }


@pytest.mark.parametrize(("start", "on"), [(None, date(2026, 8, 1)), (date(2026, 8, 10), TODAY)])
def test_prices_are_compared_on_the_day_of_the_provider_s_statement_where_both_state_one(
    start: date | None, on: date
) -> None:
    reference = Reference({INPUT: price("3")}, confirmed={INPUT: date(2026, 8, 1)})
    (row,) = compare(
        "c", {"a/b": Listed({INPUT: (PricePoint(Decimal(3), valid_from=start),)})}, {"a/b": reference}, on=TODAY
    )
    assert (row.verdict, row.on) == (Verdict.EQUAL, on)


def test_a_price_that_moved_after_the_provider_s_statement_is_no_error() -> None:
    moved = (PricePoint(Decimal(3), valid_to=date(2026, 8, 10)), PricePoint(Decimal(4), valid_from=date(2026, 8, 10)))
    reference = Reference({INPUT: price("3")}, confirmed={INPUT: date(2026, 8, 1)})
    (row,) = compare("c", {"a/b": Listed({INPUT: moved})}, {"a/b": reference}, on=TODAY)
    assert row.verdict is Verdict.EQUAL


def test_an_offering_that_is_not_listed_counts_for_each_of_its_values() -> None:
    rows = list(compare("c", {"a/b": Listed({INPUT: price("3")})}, {"a/b": VENDOR, "a/c": VENDOR}, on=TODAY))
    assert [row.verdict for row in rows if row.offering == "a/c"] == [Verdict.NOT_LISTED] * 4
    assert [row.field for row in rows if row.offering == "a/b" and row.verdict is Verdict.MISSING] == [
        "context_window", BATCH, OUTPUT,
    ]  # fmt: skip


def test_the_share_is_of_what_a_catalogue_states() -> None:
    rows = [Row("c", "a/b", INPUT, verdict, price("3")) for verdict in Verdict]
    assert share_equal(counts(rows, catalogue_of)["c"]) == 1 / 7
    assert share_equal(dict.fromkeys(Verdict, 0)) is None


@given(st.dictionaries(st.sampled_from([INPUT, BATCH, OUTPUT]), st.integers(1, 10**6).map(price), min_size=1))
def test_what_a_provider_states_is_equal_to_itself(values: dict[str, Value]) -> None:
    rows = list(compare("c", {"a/b": Listed(values)}, {"a/b": Reference(values)}, on=TODAY))
    assert {row.verdict for row in rows} == {Verdict.EQUAL}
    assert len(rows) == len(values)
