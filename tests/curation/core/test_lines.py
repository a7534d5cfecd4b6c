"""Price lines through time, as a table and as properties."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.core import lines
from registry.domain import rates
from tests.random_courses import count

TODAY = date(2026, 1, 5)
DAY = timedelta(days=1)
law = settings(max_examples=count(100))

Span = tuple[str, date | None, date | None]


def dated(*spans: Span) -> rates.PriceLine:
    """A price line: amount or state, first day, day after the last."""
    return rates.line(_point(*span) for span in spans)


def _point(amount: str, start: date | None, end: date | None) -> rates.PricePoint:
    if amount[0].isdigit():
        return rates.PricePoint(Decimal(amount), valid_from=start, valid_to=end)
    return rates.PricePoint(None, rates.Amounts(amount), valid_from=start, valid_to=end)


@st.composite
def price_lines(draw: st.DrawFn) -> rates.PriceLine:
    """A line of up to four spans around today, some of them left out: gaps, ends, days before the first."""
    days = sorted(draw(st.sets(st.integers(-40, 40), min_size=1, max_size=4)))
    edges = [None, *(TODAY + number * DAY for number in days), None]
    spans = [
        (draw(st.sampled_from(["1", "2", "3", "free"])), start, end)
        for start, end in pairwise(edges)
        if draw(st.integers(0, 3))
    ]
    return dated(*(spans or [("1", None, None)]))


def on_each_day(line: rates.PriceLine, first: int, last: int) -> list[str]:
    points = [rates.point_on(line, TODAY + number * DAY) for number in range(first, last)]
    return ["-" if point is None else f"{point.amount or point.state}" for point in points]


@law
@given(price_lines())
def test_now_and_later_share_out_the_points(line):
    """What began is as it was, and nothing begins later."""
    assert on_each_day(lines.current(line, TODAY), -50, 1) == on_each_day(line, -50, 1)
    assert lines.later(lines.current(line, TODAY), TODAY) == ()
    assert all(point.valid_from and point.valid_from > TODAY for point in lines.later(line, TODAY))


def test_the_price_before_an_announced_one_goes_on_without_it():
    announced = dated(("3", None, TODAY + 9 * DAY), ("4", TODAY + 9 * DAY, None))

    assert lines.current(announced, TODAY) == dated(("3", None, None))


def test_a_price_that_ends_before_an_announced_one_still_ends():
    announced = dated(("3", None, TODAY + 2 * DAY), ("4", TODAY + 9 * DAY, None))

    assert lines.current(announced, TODAY) == dated(("3", None, TODAY + 2 * DAY))


def test_no_price_announces_nothing():
    assert lines.later(None, TODAY) == ()
    assert not lines.is_unconfirmed(None, TODAY, TODAY)


@law
@given(price_lines(), price_lines())
def test_a_stated_line_holds_from_today_on_whatever_was_accepted(accepted, new_line):
    after = lines.after(accepted, new_line, TODAY)

    assert on_each_day(after, 0, 50) == on_each_day(new_line, 0, 50)
    assert lines.after(after, new_line, TODAY) == after


@law
@given(price_lines(), st.sampled_from(["1", "2", "free"]))
def test_an_undated_price_rewrites_no_past(accepted, amount):
    """Where the accepted line is dated; an undated one has no past of its own."""
    new_line = dated((amount, None, None))
    after = lines.after(accepted, new_line, TODAY)
    point = rates.point_on(accepted, TODAY)

    if (point and point.valid_from) or any(
        past_point.valid_to and past_point.valid_to <= TODAY for past_point in accepted
    ):
        assert on_each_day(after, -50, 0) == on_each_day(accepted, -50, 0)
        assert not lines.rewrites(accepted, after, TODAY)


def test_an_undated_price_after_a_gap_holds_from_today():
    accepted = dated(("3", None, TODAY - 9 * DAY))
    after = lines.after(accepted, dated(("4", None, None)), TODAY)

    assert after == dated(("3", None, TODAY - 9 * DAY), ("4", TODAY, None))


@pytest.mark.parametrize(
    "past",
    [
        pytest.param([("1", None, TODAY - 9 * DAY)], id="it began on a day of its own"),
        pytest.param([("2", None, TODAY - 9 * DAY), ("3", TODAY - 9 * DAY, TODAY - 8 * DAY)], id="extended late"),
    ],
)
def test_an_undated_price_that_has_ended_rewrites_no_past(past):
    """Its source still says until when it held, and from when the next price holds."""
    begun = past[-1][2]
    accepted = dated(*past, ("2", begun, TODAY), ("3", TODAY, None))

    assert lines.after(accepted, dated(("2", None, TODAY), ("3", TODAY, None)), TODAY + DAY) == accepted


def test_an_undated_price_that_was_never_accepted_before_its_end_is_what_its_source_says():
    accepted = dated(("1", None, TODAY - 9 * DAY), ("6", TODAY - 9 * DAY, None))
    new_line = dated(("2", None, TODAY), ("3", TODAY, None))

    assert lines.after(accepted, new_line, TODAY + DAY) == new_line


@law
@given(price_lines(), price_lines())
def test_a_past_is_rewritten_where_a_day_before_today_differs(accepted, new_line):
    """Where both lines have one price up to today, they have no past to differ in."""
    has_past = any(
        day and day <= TODAY for point in (*accepted, *new_line) for day in (point.valid_from, point.valid_to)
    )
    differs = on_each_day(accepted, -60, 0) != on_each_day(new_line, -60, 0)

    assert lines.rewrites(accepted, new_line, TODAY) is (has_past and differs)


@law
@given(price_lines(), price_lines())
def test_every_stretch_from_today_on_is_compared_once(old, new):
    pairs = [(_told(before), _told(after)) for before, after in lines.from_day_on(old, new, TODAY)]
    days = list(zip(on_each_day(old, 0, 50), on_each_day(new, 0, 50), strict=True))

    assert pairs[0] == days[0]
    assert set(pairs) == set(days)


def _told(point: rates.PricePoint | None) -> str:
    return "-" if point is None else f"{point.amount or point.state}"


@pytest.mark.parametrize(
    ("confirmed", "unconfirmed"),
    [(None, False), (3, False), (0, False), (-14, False), (-15, True), (-60, True)],
)
def test_a_start_is_confirmed_when_its_source_still_said_so_in_the_fortnight_before(confirmed, unconfirmed):
    start = TODAY - 4 * DAY
    line = dated(("3", None, start), ("4", start, None))
    confirmed_on = None if confirmed is None else start + confirmed * DAY

    assert lines.is_unconfirmed(line, TODAY, confirmed_on) is unconfirmed


def test_another_currency_is_another_price():
    usd, eur = rates.price("3")[0], rates.price("3", currency="EUR")[0]

    assert not rates.is_same(usd, eur)
    assert not rates.is_same(usd, None)
    assert rates.is_same(None, None)
