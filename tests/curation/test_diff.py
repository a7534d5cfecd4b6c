from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.diff import Change, Kind, diff
from curation.merge import Reason
from registry import fields, rates
from registry.rates import price
from tests.builders import OFFERING, decision, listed
from tests.registry.test_rates import price_lines

TODAY = date(2026, 1, 5)


def compared(published: dict[str, Any] | None, decided: dict[str, Any], **more: Any) -> list[Change]:
    return diff(OFFERING, published, {name: decision(value) for name, value in decided.items()}, on=TODAY, **more)


values = st.fixed_dictionaries(
    {},
    optional={
        "name": st.none() | st.sampled_from(["Rocket", "Rocket 1"]),
        "context_window": st.none() | st.integers(1, 10**6),
        "input_modalities": st.none() | st.lists(st.sampled_from(["text", "image", "audio"]), max_size=3).map(tuple),
        "supports_tools": st.none() | st.booleans(),
        "released_on": st.none() | st.dates(date(2020, 1, 1), date(2026, 1, 1)),
        "benchmark.mmlu": st.none() | st.decimals(0, 100, places=3),
        "price.input": st.none() | price_lines(),
    },
)


def cleaned(stated: dict[str, Any]) -> dict[str, Any]:
    return {name: fields.field(name).clean(value) for name, value in stated.items()}


@given(values)
def test_it_finds_no_difference_between_a_thing_and_itself(stated):
    same = cleaned(stated)
    published = {name: fields.field(name).encode(value) for name, value in same.items()}

    assert compared(published, same) == []


@given(values, values)
def test_it_finds_exactly_the_changes_that_lead_from_one_to_the_other(before, after):
    published = {name: fields.field(name).encode(value) for name, value in cleaned(before).items()}
    wanted = {name: fields.field(name).encode(value) for name, value in cleaned(after).items()}

    for change in compared(published, cleaned(after)):
        assert published.get(change.field) == change.old
        published[change.field] = change.new
    assert {k: v for k, v in published.items() if v is not None} == {k: v for k, v in wanted.items() if v is not None}


@pytest.mark.parametrize(
    ("name", "published", "decided"),
    [
        ("benchmark.mmlu", "88.7", Decimal("88.700")),
        ("price.input", listed("1"), price("1.00")),
        ("price.input", listed("1000"), price("1E+3")),
        ("input_modalities", ["image", "text"], ["text", "image"]),
        ("released_on", "2025-03-31", date(2025, 3, 31)),
        ("license", None, None),
    ],
)
def test_it_sees_no_change_in_another_spelling(name, published, decided):
    assert compared({name: published}, cleaned({name: decided})) == []


@pytest.mark.parametrize(
    ("name", "published", "decided", "kind"),
    [
        ("context_window", None, 200_000, Kind.FILL),
        ("context_window", 200_000, 400_000, Kind.CHANGE),
        ("context_window", 200_000, 199_999, Kind.SHRINK),
        ("context_window", 200_000, None, Kind.CLEAR),
        ("name", "Rocket", "Rocket 1", Kind.CHANGE),
        ("supports_tools", True, False, Kind.LOSS),
        ("supports_tools", False, True, Kind.CHANGE),
        ("supports_tools", True, None, Kind.CLEAR),
        ("open_weights", True, False, Kind.CHANGE),
        ("input_modalities", ["image", "text"], ("text",), Kind.LOSS),
        ("input_modalities", ["image", "text"], ("audio", "text"), Kind.LOSS),
        ("input_modalities", ["text"], ("image", "text"), Kind.CHANGE),
        ("regions", ["eu", "us"], ("us",), Kind.CHANGE),
        ("price.input", listed("3"), price("2.5"), Kind.CHANGE),
        ("price.input", listed("3"), price(0), Kind.FREE),
        ("price.input", [{"state": "dynamic", "currency": "USD"}], price(0), Kind.FREE),
        ("price.input", [{"state": "free", "currency": "USD"}], price(3), Kind.RECAST),
        ("price.input", listed("3"), rates.stated(rates.Amounts.DYNAMIC), Kind.RECAST),
        ("price.input", listed("3"), price(3, currency="EUR"), Kind.RECAST),
        ("price.input", None, price(0), Kind.FILL),
        ("benchmark.mmlu", "88.7", Decimal(80), Kind.CHANGE),
    ],
)
def test_it_names_the_kind_of_a_change(name, published, decided, kind):
    (change,) = compared({name: published}, {name: decided})

    assert (change.kind, change.old) == (kind, published)


def test_it_calls_every_field_of_a_new_offering_new():
    changes = compared(None, {"name": "Rocket", "price.input": price(0), "supports_tools": False, "license": None})

    assert {c.field: c.kind for c in changes} == {"name": Kind.NEW, "price.input": Kind.NEW, "supports_tools": Kind.NEW}


def test_it_proposes_to_withdraw_what_nobody_states_any_more():
    (change,) = compared({"name": "Rocket", "license": "MIT"}, {"name": "Rocket"})

    assert (change.field, change.kind, change.old, change.new) == ("license", Kind.WITHDRAWN, "MIT", None)
    assert change.decision.reason is Reason.WITHDRAWN


def test_it_has_nothing_to_withdraw_where_none_is_published():
    assert compared({"license": None}, {}) == []


@pytest.mark.parametrize("decided", [{"context_window": 128_000}, {"context_window": None}, {}])
def test_it_calls_the_end_of_a_pin_a_release(decided):
    (change,) = compared({"context_window": 200_000}, decided, pinned=["context_window"])

    assert change.kind is Kind.RELEASE


def test_it_calls_a_pin_that_follows_a_pin_no_release():
    decided = {"context_window": decision(128_000, source="pin", reason=Reason.PINNED)}
    (change,) = diff(OFFERING, {"context_window": 200_000}, decided, on=TODAY, pinned=["context_window"])

    assert change.kind is Kind.SHRINK


@pytest.mark.parametrize(
    ("name", "published", "decided", "factor", "moves_by"),
    [
        ("price.input", listed("3"), price("6"), Decimal(2), Decimal(2)),
        ("price.input", listed("3"), price("1.5"), Decimal("0.5"), Decimal(2)),
        ("price.input", listed("0.000003"), price("3"), Decimal(10**6), Decimal(10**6)),
        ("context_window", 100_000, 400_000, Decimal(4), Decimal(4)),
        ("benchmark.mmlu", "50", Decimal(75), Decimal("1.5"), Decimal("1.5")),
        ("price.input", listed("3"), price(0), None, None),
        ("price.input", [{"state": "free", "currency": "USD"}], price(3), None, None),
        ("name", "Rocket", "Rocket 1", None, None),
        ("context_window", None, 200_000, None, None),
    ],
)
def test_it_says_by_how_much_a_number_moves(name, published, decided, factor, moves_by):
    (change,) = compared({name: published}, {name: decided})

    assert (change.factor, change.moves_by) == (factor, moves_by)


def test_it_compares_prices_of_the_day():
    before = [
        {"amount": "3", "currency": "USD", "to": "2026-03-01"},
        {"amount": "2", "currency": "USD", "from": "2026-03-01"},
    ]
    after = rates.line(
        [
            rates.PricePoint(Decimal(3), valid_to=date(2026, 3, 1)),
            rates.PricePoint(Decimal(1), valid_from=date(2026, 3, 1)),
        ]
    )

    (change,) = compared({"price.input": before}, {"price.input": after})
    assert change.factor == 1
