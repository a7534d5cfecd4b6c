"""The one price that readers without a clock are shown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from registry import display
from registry.catalogue.public_keys.representation import offering_summary
from registry.domain import columns
from registry.domain.hours import display_price
from tests.builders import listed
from tests.registry.catalogue.test_representation import row

DAY = date(2026, 11, 21)
PEAK = "00:30-16:30Z"
#: As DeepSeek was priced in 2025: cheaper at night, whichever of the two a source calls the ordinary price.
NIGHT_IS_ORDINARY = {"price.input": listed("0.135"), f"price.input[schedule={PEAK}]": listed("0.27")}
DAY_IS_ORDINARY = {"price.input": listed("0.27"), "price.input[schedule=16:30-00:30Z]": listed("0.135")}
ONLY_WINDOWS = {
    f"price.input[schedule={PEAK}]": listed("0.27"),
    "price.input[schedule=16:30-00:30Z]": listed("0.135"),
}
every_way = pytest.mark.parametrize("facts", [NIGHT_IS_ORDINARY, DAY_IS_ORDINARY, ONLY_WINDOWS])


@every_way
def test_a_price_that_holds_only_at_some_hours_is_shown_as_that_of_the_dearest(facts):
    body = display_price(facts, "price.input", DAY)

    assert body
    assert (body.point.amount, body.schedule) == (Decimal("0.27"), PEAK)


@every_way
def test_the_api_gives_the_dearest_hours_and_says_which_they_are(facts):
    assert offering_summary(row(facts), DAY)["prices"]["input"] == {
        "amount": "0.27", "state": "priced", "currency": "USD", "unit": "1M tokens", "schedule": PEAK,
    }  # fmt: skip


@every_way
def test_lists_are_filtered_and_sorted_by_the_dearest_hours(facts):
    assert columns.columns(facts, {}, DAY)["input_price"] == Decimal("0.27")


@every_way
def test_people_read_the_dearest_hours_with_their_hours(facts):
    assert display.price(facts, "price.input", DAY) == f"$0.27 at {PEAK}"


def test_the_label_of_an_ordinary_price_says_that_other_hours_have_their_own():
    assert display.label("price.input", NIGHT_IS_ORDINARY) == "Input price, at all other hours"
    assert display.label("price.output", NIGHT_IS_ORDINARY) == "Output price"


@pytest.mark.parametrize(
    "facts",
    [
        {f"price.input[schedule={PEAK}]": listed("0.27")},
        {"price.input": [{"amount": "1", "currency": "CNY"}], f"price.input[schedule={PEAK}]": listed("0.27")},
        {"price.input": [{"state": "dynamic", "currency": "USD"}], f"price.input[schedule={PEAK}]": listed("0.27")},
        NIGHT_IS_ORDINARY | {"price.input[schedule=17:00-18:00 Asia/Shanghai]": listed("1")},
    ],
    ids=["no price at the other hours", "two currencies", "dynamic at the other hours", "windows of two zones"],
)
def test_hours_that_cannot_be_compared_have_no_one_price(facts):
    assert display_price(facts, "price.input", DAY) is None
    assert columns.columns(facts, {}, DAY)["input_price"] is None
    assert display.price(facts, "price.input", DAY) == "by the hour"
    assert offering_summary(row(facts), DAY)["prices"]["input"]["state"] == "unknown"


def test_a_band_without_a_price_for_the_window_is_no_price_of_every_hour():
    facts = NIGHT_IS_ORDINARY | {"price.input[above=200000]": listed("0.5")}

    assert display_price(facts, "price.input[above=200000]", DAY) is None


def test_a_window_that_is_over_counts_no_more():
    ended = [{"amount": "0.27", "currency": "USD", "to": "2025-09-05"}]
    body = display_price({"price.input": listed("0.3"), f"price.input[schedule={PEAK}]": ended}, "price.input", DAY)

    assert body
    assert (body.point.amount, body.schedule) == (Decimal("0.3"), "")


def test_the_same_price_in_and_out_of_a_window_is_the_price_of_every_hour():
    body = display_price({"price.input": listed("1"), f"price.input[schedule={PEAK}]": listed("1")}, "price.input", DAY)

    assert body
    assert (body.point.amount, body.schedule) == (Decimal(1), "")


def test_a_price_of_another_meter_or_tier_is_left_alone_by_a_window():
    facts = NIGHT_IS_ORDINARY | {"price.output": listed("1.1"), "price.input[tier=batch]": listed("0.07")}

    for name, amount in (("price.output", "1.1"), ("price.input[tier=batch]", "0.07")):
        body = display_price(facts, name, DAY)
        assert body
        assert (body.point.amount, body.schedule) == (Decimal(amount), "")
