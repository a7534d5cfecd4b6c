"""A version is cut into stretches of days: none is missed, none twice, and each shows the prices of its days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from registry.catalogue import stretches
from registry.domain import columns, rates
from registry.domain.spans import FIRST_DAY, LAST_DAY

DAY = timedelta(days=1)
DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 31))
NAMES = (
    "price.input",
    "price.output",
    "price.cache_read",
    "price.input[tier=batch]",
    "price.input[schedule=00:30-16:30Z]",
    "price.output[above=200000]",
)


@st.composite
def lines(draw: st.DrawFn) -> list[dict[str, str]] | None:
    """A price line of some points, with gaps here and there; or none."""
    ends = sorted(draw(st.sets(DAYS, max_size=4)))
    spans = list(pairwise([None, *ends, None]))
    chosen = draw(st.lists(st.booleans(), min_size=len(spans), max_size=len(spans)))
    amounts = st.sampled_from(["1", "2.5", "9", None])
    points = [
        replace(
            (rates.price(amount) if amount else rates.stated(rates.Amounts.FREE))[0], valid_from=start, valid_to=end
        )
        for (start, end), is_kept in zip(spans, chosen, strict=True)
        if is_kept
        for amount in (draw(amounts),)
    ]
    return rates.encode(rates.line(points)) if points else None


FACTS = st.dictionaries(st.sampled_from(NAMES), lines(), max_size=4)


@given(FACTS)
def test_every_day_is_in_exactly_one_stretch(facts: dict[str, Any]) -> None:
    parts = stretches.cut(facts)

    assert (parts[0].day_from, parts[-1].day_to) == (FIRST_DAY, LAST_DAY)
    assert all(earlier.day_to == later.day_from for earlier, later in pairwise(parts))
    assert all(stretch.day_from < stretch.day_to for stretch in parts)


@given(FACTS, DAYS)
def test_a_stretch_shows_the_prices_of_each_of_its_days(facts: dict[str, Any], day: date) -> None:
    (stretch,) = [part for part in stretches.cut(facts) if part.holds_on(day)]

    assert stretch.columns == columns.of_day(facts, day)


@given(FACTS)
def test_neighbours_differ_so_that_there_are_no_more_rows_than_needed(facts: dict[str, Any]) -> None:
    assert all(earlier.columns != later.columns for earlier, later in pairwise(stretches.cut(facts)))


def test_what_has_no_dates_is_one_stretch() -> None:
    (only,) = stretches.cut({"price.input": [{"amount": "3", "currency": "USD"}], "name": "R"})

    assert (only.day_from, only.day_to) == (FIRST_DAY, LAST_DAY)


def test_a_point_without_end_is_asked_for_on_the_very_last_day_too() -> None:
    (only,) = stretches.cut({})

    assert only.holds_on(stretches.day_in_range(LAST_DAY))
    assert stretches.day_in_range(FIRST_DAY + DAY) == FIRST_DAY + DAY
