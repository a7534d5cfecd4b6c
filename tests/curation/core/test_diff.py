from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.core.diff import Change, Kind, diff
from curation.core.merge import Reason
from registry.domain import fields, rates
from registry.domain.rates import price
from tests.builders import OFFERING, decision, listed
from tests.registry.domain.test_rates import price_lines

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


def cleaned(raw_values: dict[str, Any]) -> dict[str, Any]:
    return {name: fields.field(name).clean(value) for name, value in raw_values.items()}


@given(values)
def test_it_finds_no_difference_between_a_thing_and_itself(raw_values):
    same = cleaned(raw_values)
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
        ("price.input", [{"state": "free", "currency": "USD"}], price(3), Kind.PRICE_TYPE_CHANGED),
        ("price.input", listed("3"), rates.stated(rates.Amounts.DYNAMIC), Kind.PRICE_TYPE_CHANGED),
        ("price.input", listed("3"), price(3, currency="EUR"), Kind.PRICE_TYPE_CHANGED),
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

    assert (change.field, change.kind, change.old, change.new) == ("license", Kind.NO_LONGER_STATED, "MIT", None)
    assert change.decision.reason is Reason.NO_LONGER_STATED


def test_it_has_nothing_to_withdraw_where_none_is_published():
    assert compared({"license": None}, {}) == []


def test_it_tells_what_only_other_lists_state_from_what_nobody_states():
    published = {"price.input[tier=batch]": listed("1"), "price.cache_read": listed("2")}

    changes = compared(published, {}, elsewhere=["price.cache_read"])
    assert {change.field: change.kind for change in changes} == {
        "price.input[tier=batch]": Kind.NO_LONGER_STATED,
        "price.cache_read": Kind.OTHER_LIST,
    }


@pytest.mark.parametrize(("published", "decided"), [(131_072, 128_000), (1_048_576, 1_000_000)])
def test_a_rounded_limit_is_no_smaller_one(published, decided):
    assert compared({"context_window": published}, {"context_window": decided}) == []
    assert compared({"context_window": decided}, {"context_window": published}) != []


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


# -- prices through time ---------------------------------------------------------------------------

FEBRUARY, MARCH, DECEMBER = date(2026, 2, 1), date(2026, 3, 1), date(2025, 12, 1)


def dated(*spans: tuple[str, date | None, date | None]) -> rates.PriceLine:
    """A price line: amount or state, first day, day after the last."""
    return rates.line(
        rates.PricePoint(Decimal(amount), valid_from=start, valid_to=end)
        if amount[0].isdigit()
        else rates.PricePoint(None, rates.Amounts(amount), valid_from=start, valid_to=end)
        for amount, start, end in spans
    )


def moved(before: rates.PriceLine, after: rates.PriceLine, **more: Any) -> list[Change]:
    return diff(OFFERING, {"price.input": rates.encode(before)}, {"price.input": decision(after, **more)}, on=TODAY)


@pytest.mark.parametrize(
    ("before", "after", "kind", "factor"),
    [
        pytest.param(
            dated(("3", None, MARCH), ("2", MARCH, None)),
            dated(("3", None, MARCH), ("1", MARCH, None)),
            Kind.CHANGE,
            Decimal("0.5"),
            id="a day to come is measured like today",
        ),
        pytest.param(
            price(3),
            dated(("3", None, FEBRUARY), ("6", FEBRUARY, MARCH), ("3", MARCH, None)),
            Kind.CHANGE,
            Decimal(2),
            id="by its worst stretch",
        ),
        pytest.param(
            price(3),
            dated(("2", None, FEBRUARY), ("30", FEBRUARY, None)),
            Kind.CHANGE,
            Decimal(10),
            id="whatever today's price does",
        ),
        pytest.param(
            price(3), dated(("3", None, MARCH), ("free", MARCH, None)), Kind.FREE, None, id="free some day is free"
        ),
        pytest.param(
            price(3),
            dated(("3", None, MARCH), ("not_offered", MARCH, None)),
            Kind.PRICE_TYPE_CHANGED,
            None,
            id="no longer offered",
        ),
        pytest.param(price(3), dated(("3", None, MARCH)), Kind.PRICE_TYPE_CHANGED, None, id="a price that ends"),
        pytest.param(
            dated(("3", DECEMBER, None)),
            dated(("2", DECEMBER, None)),
            Kind.REWRITES,
            Decimal(2) / Decimal(3),
            id="another past",
        ),
        pytest.param(price(3), dated(("3", DECEMBER, None)), Kind.REWRITES, None, id="a past that is unknown now"),
        pytest.param(
            dated(("3", DECEMBER, None)),
            dated(("6", None, TODAY), ("3", TODAY, None)),
            Kind.REWRITES,
            None,
            id="a past that was unknown",
        ),
        pytest.param(
            dated(("3", None, MARCH)), dated(("3", None, MARCH), ("9", MARCH, None)), Kind.CHANGE, None, id="goes on"
        ),
    ],
)
def test_it_compares_price_lines_over_all_days(before, after, kind, factor):
    (change,) = moved(before, after)

    assert (change.kind, change.factor) == (kind, factor)


def test_an_undated_price_says_nothing_of_the_past():
    past = dated(("5", DECEMBER, date(2026, 1, 1)), ("4", date(2026, 1, 1), None))

    assert moved(past, price(4)) == []
    (change,) = moved(past, price(2))
    assert change.kind is Kind.CHANGE
    assert rates.decode(change.new) == dated(
        ("5", DECEMBER, date(2026, 1, 1)), ("4", date(2026, 1, 1), TODAY), ("2", TODAY, None)
    )


def test_a_start_that_was_announced_rewrites_nothing_though_it_is_noticed_late():
    begun = dated(("3", None, date(2026, 1, 2)), ("4", date(2026, 1, 2), None))

    assert [change.kind for change in moved(price(3), begun, heard_since=date(2026, 1, 1))] == [Kind.CHANGE]
    assert [change.kind for change in moved(price(3), begun, heard_since=TODAY)] == [Kind.REWRITES]
    assert [change.kind for change in moved(price(3), begun)] == [Kind.REWRITES]
    long_begun = dated(("3", None, DECEMBER), ("4", DECEMBER, None))
    assert [change.kind for change in moved(price(3), long_begun, heard_since=date(2025, 11, 1))] == [Kind.REWRITES]


def test_what_is_firm_leaves_announced_starts_out():
    announced = dated(("3", None, MARCH), ("4", MARCH, None))
    (change,) = moved(price(3), announced, firm=price(3))

    assert rates.decode(change.new) == announced
    assert rates.decode(change.firm) == price(3)


def test_it_takes_none_for_a_price_that_is_not_there():
    (change,) = diff(OFFERING, {"price.input": listed("3")}, {"price.input": decision(None)}, on=TODAY)
    assert (change.kind, change.new) == (Kind.CLEAR, None)

    (change,) = diff(OFFERING, {"price.input": None}, {"price.input": decision(price(3))}, on=TODAY)
    assert (change.kind, change.old) == (Kind.FILL, None)
