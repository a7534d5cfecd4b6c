from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain import fields, rates
from registry.formats.columns import BENCHMARKS, COLUMNS, PRICES
from registry.formats.row import (
    InvalidRow,
    Row,
    from_cells,
    from_offering,
    to_values,
)
from tests.registry.formats.builders import row, rows

TODAY = date(2026, 6, 1)


def offering(facts: dict[str, Any], provenance: dict[str, Any] | None = None) -> Row:
    return from_offering("acme/rocket-1", facts, provenance or {}, on=TODAY)


def stated(source: str, quality: str = "verified", since: str = "2026-01-04") -> dict[str, str]:
    return {"source": source, "quality": quality, "since": since}


def test_it_has_the_25_columns_in_their_order():
    assert ",".join(COLUMNS) == (
        "id,alias,name,status,input_per_1m,output_per_1m,cache_per_1m,max_context,max_output,caps,"
        "mmlu,humaneval,math,gpqa,swe_bench,ifeval,mmmu,mgsm,ttft_ms,tps,description,can_classify,"
        "source,quality,updated"
    )


# -- what is published, and what the columns cannot say -------------------------------------------


@pytest.mark.parametrize(
    ("price_value", "expected"),
    [
        pytest.param(None, None, id="stated that there is none"),
        pytest.param([{"amount": "2.50", "currency": "USD"}], Decimal("2.5"), id="priced"),
        pytest.param([{"state": "free", "currency": "USD"}], Decimal(0), id="free is 0"),
        pytest.param([{"state": "dynamic", "currency": "USD"}], None, id="dynamic is lost"),
        pytest.param([{"state": "included", "currency": "USD"}], None, id="included is lost"),
        pytest.param([{"state": "not_offered", "currency": "USD"}], None, id="not offered is lost"),
        pytest.param([{"amount": "2", "currency": "CNY"}], None, id="another currency is lost"),
        pytest.param([{"amount": "2", "currency": "USD", "from": "2027-01-01"}], None, id="not yet valid"),
        pytest.param([{"amount": "2", "currency": "USD", "to": "2026-06-01"}], None, id="ended this day"),
        pytest.param(
            [
                {"amount": "2", "currency": "USD", "to": "2026-05-01"},
                {"amount": "3", "currency": "USD", "from": "2026-05-01"},
            ],
            Decimal(3),
            id="the point of the day",
        ),
    ],
)
@pytest.mark.parametrize(("column", "field"), PRICES.items())
def test_it_shows_a_price_or_nothing(column, field, price_value, expected):
    assert getattr(offering({field: price_value}), column) == expected


@pytest.mark.parametrize(
    ("status", "letter"),
    [
        ("preview", "C"),
        ("active", "C"),
        ("legacy", "L"),
        ("deprecated", "D"),
        ("retired", "D"),
        (None, None),
    ],
)
def test_it_writes_a_status_as_a_letter(status, letter):
    assert offering({"status": status}).status == letter


def test_it_knows_nothing_of_an_offering_without_facts():
    assert offering({}) == Row("acme/rocket-1")


def test_it_takes_no_other_rate_for_the_base_price():
    facts = {"price.input[tier=batch]": [{"amount": "1", "currency": "USD"}]}

    assert offering(facts).input_per_1m is None


def test_it_writes_a_letter_only_for_a_capability_that_is_there():
    facts = {"supports_vision": True, "supports_tools": False, "supports_reasoning": None}

    assert offering(facts).caps == {"V"}


def test_it_leaves_out_a_score_of_another_scale():
    assert offering({"benchmark.mmlu": "1287", "benchmark.gpqa": "71.5"}) == Row(
        "acme/rocket-1", gpqa=Decimal("71.5"), quality="unknown"
    )


def test_it_sorts_the_aliases_and_leaves_the_id_out_of_them():
    row = from_offering("acme/rocket-1", {}, {}, ["b", "a", "acme/rocket-1", "a"], on=TODAY)

    assert row.aliases == ("a", "b")


def test_it_sums_up_provenance_over_the_fields_of_the_row_only():
    facts = {"name": "R", "context_window": 9, "supports_tools": True, "license": "MIT"}
    provenance = {
        "name": stated("openrouter", since="2026-03-01"),
        "context_window": stated("acme", "partial"),
        "supports_tools": stated("acme"),
        "license": stated("zzz", "estimated", "2026-05-01"),
        "price.input": stated("zzz", "unknown", "2026-05-01"),
    }

    row = offering(facts, provenance)

    assert (row.source, row.quality, row.updated) == ("acme", "partial", date(2026, 3, 1))


def test_it_names_the_first_source_by_alphabet_among_equals():
    provenance = {"name": stated("b"), "context_window": stated("a")}

    assert offering({"name": "R", "context_window": 9}, provenance).source == "a"


def test_it_calls_a_value_of_no_known_origin_unknown_quality():
    provenance = {"name": stated("a")}

    assert offering({"name": "R", "context_window": 9}, provenance).quality == "unknown"


# -- what a row states ----------------------------------------------------------------------------


def test_it_states_every_column_as_a_field():
    values, estimates = to_values(row())

    assert values == {
        "name": "Rocket 1",
        "status": "active",
        "price.input": rates.price(5),
        "price.output": rates.price("25.5"),
        "price.cache_read": rates.price("0.5"),
        "context_window": 200_000,
        "max_output_tokens": 32_000,
        "supports_vision": True,
        "supports_tools": True,
        "supports_reasoning": True,
        **{f"benchmark.{name}": Decimal(80) for name in BENCHMARKS},
        "ttft_ms": Decimal(1200),
        "tokens_per_second": Decimal(60),
        "description": "A model",
        "can_classify": False,
    }
    assert estimates == frozenset()


def test_it_has_no_opinion_on_what_is_unknown():
    assert to_values(Row("acme/rocket-1")) == ({}, frozenset())


def test_it_states_zero_as_free():
    values, _ = to_values(Row("acme/rocket-1", input_per_1m=Decimal(0)))

    assert values == {"price.input": rates.stated(rates.Amounts.FREE)}


@pytest.mark.parametrize("columns", [{"quality": "estimated"}, {"source": "estimated"}])
def test_it_calls_all_fields_estimates_when_the_row_is_one(columns):
    values, estimates = to_values(row(**columns))

    assert estimates == set(values)


@given(rows)
def test_it_states_only_what_fields_can_hold(any_row):
    values, _ = to_values(any_row)

    for name, value in values.items():
        assert fields.field(name).clean(value) == value


@given(rows)
def test_it_says_the_same_after_publication(any_row):
    values, _ = to_values(any_row)
    facts = {name: fields.field(name).encode(value) for name, value in values.items()}

    again = from_offering(any_row.id, facts, {}, any_row.aliases, on=TODAY)

    assert to_values(again)[0] == values


# -- reading cells --------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["-1", "-1.0", "-1.00", "-1e0", "-01"])
@pytest.mark.parametrize("column", PRICES)
def test_it_reads_minus_one_as_an_unknown_price(column, text):
    assert from_cells({"id": "acme/r", column: text}) == Row("acme/r")


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("input_per_1m", "5.00", Decimal(5)),
        ("input_per_1m", "1e-7", Decimal("0.0000001")),
        ("input_per_1m", ".5", Decimal("0.5")),
        ("max_context", "200000.0", 200_000),
        ("status", "d", "D"),
        ("caps", "CVT", frozenset("VTC")),
        ("can_classify", "yes", True),
        ("can_classify", "n", False),
        ("quality", "Partial", "partial"),
        ("mmlu", "0", Decimal(0)),
        ("mmlu", "100", Decimal(100)),
    ],
)
def test_it_reads_forgivingly(column, text, value):
    assert getattr(from_cells({"id": "acme/r", column: text}), column) == value


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("id", "rocket", r"not an offering id \(provider/model\): 'rocket'"),
        ("id", "#acme/rocket", "not an offering id"),
        ("input_per_1m", "-2", "-2 is outside 0"),
        ("input_per_1m", "-1000000", "-1000000 is outside 0"),
        ("input_per_1m", "-0", "-0 is outside 0"),
        ("input_per_1m", "$5", "number expected, not '\\$5'; write - for unknown"),
        ("input_per_1m", "NaN", "number expected"),
        ("input_per_1m", "1_000", "number expected"),
        ("input_per_1m", "\u0665", "number expected"),
        ("input_per_1m", "0." + "1" * 29, "a number of more than 28 digits"),
        ("input_per_1m", "1e10", r"1E\+10 is outside 0"),
        ("max_context", "128k", "number expected, not '128k'"),
        ("max_context", "-1", "-1 is outside 1"),
        ("max_context", "0", "0 is outside 1"),
        ("max_context", "1.5", "whole number expected"),
        ("caps", "VXT", "unknown letter 'X'; known: V T J S K C"),
        ("caps", "v", "unknown letter 'v'"),
        ("mmlu", "100.1", "100.1 is outside 0…100"),
        ("mgsm", "-1", "-1 is outside 0…100"),
        ("status", "X", "'X' is none of C, L, D, -"),
        ("quality", "good", "'good' is none of verified, partial, estimated, unknown, -"),
        ("can_classify", "maybe", "'maybe' is none of Y, N, -"),
        ("updated", "04.01.2026", "date such as 2026-01-04 expected"),
        ("updated", "2026-02-30", "date such as 2026-01-04 expected"),
        ("updated", "1999-01-01", "1999-01-01 cannot be right"),
        ("name", "a\x00b", "forbidden sign"),
    ],
)
def test_it_refuses_what_a_column_cannot_hold(column, text, reason):
    with pytest.raises(InvalidRow, match=f"^{column}: {reason}"):
        from_cells({"id": "acme/r", column: text})


def test_it_tells_all_that_is_wrong_with_a_row_at_once():
    with pytest.raises(InvalidRow) as refusal:
        from_cells({"mmlu": "101", "caps": "Z", "max_output": "4096"})

    assert [p.split(":")[0] for p in refusal.value.problems] == ["id", "mmlu", "caps"]


def test_it_refuses_to_be_made_of_what_could_not_be_read_back():
    with pytest.raises(InvalidRow, match=r"name: empty text.*; input_per_1m: Decimal expected"):
        Row("acme/r", input_per_1m=5, name="")  # type: ignore[arg-type]


def test_it_writes_equal_rows_alike():
    assert row(tps=Decimal("60.00")).cells() == row(tps=Decimal("6E+1")).cells()


@given(st.lists(st.text('a;\\ -"', min_size=1).map(str.strip).filter(bool), unique=True))
def test_it_keeps_aliases_apart_whatever_is_in_them(aliases):
    cell = row(aliases=tuple(aliases)).cells()["alias"]

    assert from_cells({"id": "acme/r", "alias": cell}).aliases == tuple(aliases)
