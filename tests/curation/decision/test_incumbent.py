"""Law 3: the incumbent stays among equals. The day on which a source was first read is evidence of nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.curation.decision.world import (
    BEFORE,
    DAY,
    HOUR,
    OFFERING,
    TODAY,
    account,
    base,
    conflicts,
    delists,
    earlier_rules_published,
    fact,
    fails,
    lead,
    lists,
    published,
    reject,
    repeats,
    says,
    stated,
    units,
    upgrade,
    waiting,
)  # fmt: skip

pytestmark = pytest.mark.django_db

MODEL = "bedrock/anthropic.claude-haiku-4-5"
PROFILE = "bedrock/us.anthropic.claude-haiku-4-5"
OCTOBER = datetime(2026, 10, 1, 8, tzinfo=UTC)


def test_an_equal_that_is_read_for_the_first_time_changes_nothing():
    """I1"""
    base("L", "1.1", key=PROFILE)
    says("M", "1.0", key=PROFILE)

    assert (published(PROFILE), waiting(), conflicts(PROFILE)) == ("1.1", set(), {"price.input": {"L", "M"}})


def test_an_equal_that_had_agreed_and_moves_waits_as_news():
    """I2"""
    base("L", "5/25")
    base("M", "5/25")
    says("M", "4/20")

    assert (published(), waiting()) == ("5/25", {"price.input", "price.output"})


def test_news_passes_when_a_second_source_says_so():
    """I2, second half"""
    base("L", "5/25")
    base("M", "5/25")
    says("M", "4/20")
    says("G", "4/20", at=TODAY + HOUR)

    assert (published(), waiting()) == ("4/20", set())


@pytest.mark.parametrize("order", ["LM", "ML"])
def test_news_is_no_change_of_a_list_that_its_own_lead_has_moved(order):
    """I2: it was measured against what is accepted no longer, so that no approval of it could stand."""
    base("L", "5/25")
    base("M", "5/25")
    lists_by_source = {"L": "4.8/24", "M": "4/20"}
    for minute, letter in enumerate(order):
        says(letter, lists_by_source[letter], at=TODAY + minute * HOUR / 60)

    assert (published(), waiting()) == ("4.8/24", set())
    assert conflicts()["price.input"] == {"L", "M"}


def test_news_waits_though_what_the_lead_itself_says_was_refused():
    """I2: a No to the one is none to the other."""
    base("L", "5/25")
    base("M", "5/25")
    says("L", "2/8")
    reject(at=TODAY + HOUR)
    says("M", "4/20", at=TODAY + 2 * HOUR)

    assert (published(), [unit.source for unit in units()]) == ("5/25", ["models-dev"])
    assert "rejected" not in account()


def test_two_equals_outvote_the_incumbent():
    """I3"""
    base("L", "5/25")
    for letter in ("M", "G"):
        says(letter, "4/20")

    assert (published(), waiting()) == ("4/20", set())


def test_a_source_and_its_copy_do_not_outvote_the_incumbent():
    """I4"""
    base("L", "5/25")
    says("M", "4/20")
    lists("G", stated("4/20", origin="models-dev"))

    assert (published(), waiting()) == ("5/25", set())
    assert conflicts()["price.input"] == {"L", "M", "G"}


def test_a_better_source_that_is_read_for_the_first_time_takes_the_seat():
    """I5"""
    base("L", "5/25")
    says("O", "4/20")

    assert (published(), lead(), waiting()) == ("4/20", "O", set())


def test_who_is_read_first_after_a_long_pause_changes_nothing():
    """I6: the registry was off for a month, no reading has failed."""
    base("L", "5/25", at=OCTOBER)
    says("M", "4.5/22", at=OCTOBER)
    assert published() == "5/25"
    later = OCTOBER + 31 * DAY
    repeats("M", at=later)
    says("M", "4.5/22", at=later + HOUR, supports_tools=True)

    assert (published(), waiting()) == ("5/25", set())


def test_a_source_that_cannot_be_reached_loses_the_seat():
    """I7: 15 days and three failed readings."""
    silent_since = TODAY - 15 * DAY
    base("L", "5/25", at=silent_since)
    fails("L", at=TODAY - DAY)
    says("M", "4.5/22")

    assert (published(), lead()) == ("4.5/22", "M")
    assert "litellm" in str(account())


@pytest.mark.parametrize("order", ["LM", "ML"])
@pytest.mark.parametrize(("exact", "copy"), [("L", "M"), pytest.param("M", "L")])
def test_the_price_of_the_exact_condition_ranks_above_a_copy_of_the_ordinary_one(exact, copy, order):
    """I8: the copy repeats the price of the base offering for the regional profile. Both are read on one day."""
    claims_by_source = {
        exact: (stated("1.0", key=MODEL), stated("1.1", key=PROFILE)),
        copy: (stated("1.0", key=MODEL), stated("1.0", key=PROFILE)),
    }
    for letter in order:
        lists(letter, *claims_by_source[letter])

    assert (published(MODEL), published(PROFILE)) == ("1", "1.1")
    assert conflicts(PROFILE) == {"price.input": {"L", "M"}}


def test_when_a_base_offering_moves_its_regional_offerings_are_decided_anew():
    """I8, later: by the move of the ordinary price alone, M states the price of the exact condition."""
    lists("L", stated("1.0", key=MODEL), stated("1.0", key=PROFILE), at=TODAY - 2 * DAY)
    lists("M", stated("1.1", key=MODEL), stated("1.1", key=PROFILE), at=TODAY - DAY)
    assert (published(PROFILE), lead(key=PROFILE)) == ("1", "L")

    lists("M", stated("1.0", key=MODEL), stated("1.1", key=PROFILE))

    assert (published(PROFILE), lead(key=PROFILE)) == ("1.1", "M")


def test_without_an_incumbent_a_move_in_its_own_words_counts_more_than_a_late_first_reading():
    """I9: G held the seat and is delisted; L has never moved, M was seen to move."""
    base("G", "5/25", at=OCTOBER)
    says("M", "5/25", at=OCTOBER + HOUR)
    says("M", "4/20", at=datetime(2026, 11, 12, 8, tzinfo=UTC))
    says("L", "5/25", at=TODAY - 5 * DAY)
    delists("G", at=TODAY - HOUR)
    repeats("M", at=TODAY - HOUR)

    assert (published(), lead()) == ("4/20", "M")
    assert conflicts()["price.input"] >= {"L", "M"}


def test_the_exact_condition_takes_the_seat_from_a_copy():
    """I10"""
    lists("M", stated("1.0", key=MODEL), stated("1.0", key=PROFILE), at=BEFORE)
    lists("L", stated("1.0", key=MODEL), stated("1.1", key=PROFILE))

    assert (published(MODEL), published(PROFILE), lead(key=PROFILE)) == ("1", "1.1", "L")
    assert conflicts(PROFILE) == {"price.input": {"L", "M"}}


def test_an_upgrade_gives_a_seat_back_that_was_lost_to_a_fresher_equal():
    """I11"""
    base("L", "5/25")
    says("M", "4.5/22", at=BEFORE)
    earlier_rules_published("4.5/22", by="M")

    assert OFFERING in upgrade()
    assert (published(), lead()) == ("5/25", "L")


def test_a_rounded_limit_agrees_with_the_exact_one():
    """I12"""
    base("M", context_window=1_048_576)
    says("L", context_window=1_000_000)

    assert (fact("context_window"), waiting(), conflicts()) == (1_048_576, set(), {})
