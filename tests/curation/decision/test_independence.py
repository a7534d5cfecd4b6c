"""Law 5: independent sources are counted once, and how far a price moves is measured from what was accepted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.curation.decision.world import (
    DAY,
    HOUR,
    TODAY,
    account,
    base,
    conflicts,
    delists,
    fact,
    fails,
    lead,
    lists,
    pending,
    pins,
    published,
    repeats,
    says,
    stated,
    units,
    waiting,
)  # fmt: skip

pytestmark = pytest.mark.django_db

INPUT_AND_OUTPUT = {"price.input", "price.output"}


def test_a_lone_official_word_counts_as_one():
    """V1: the provider's own list says 1,024 where a catalogue had 16,384."""
    base("M", max_output_tokens=16_384)
    says("O", max_output_tokens=1_024)

    assert (fact("max_output_tokens"), waiting()) == (16_384, {"max_output_tokens"})


def test_a_provider_is_accepted_about_the_list_that_it_leads():
    """V2: each rate within ×3, one direction."""
    base("O", "10/40")
    says("O", "4/16")

    assert (published(), waiting()) == ("4/16", set())


def test_a_list_of_which_one_rate_rises_and_one_falls_waits():
    """V3"""
    base("O", "10/40")
    says("O", "4/60")

    assert (published(), waiting()) == ("10/40", INPUT_AND_OUTPUT)


def test_a_list_of_which_one_rate_becomes_free_waits_as_that():
    """However far the other one moves: zero routes all traffic to it."""
    base("O", "10/40")
    says("O", "free/10")

    assert [(unit.kind, unit.policy) for unit in units()] == [("free", "price becomes zero")]
    assert pending("price.output")["why"] == "price moves by half"


def test_what_moved_by_itself_within_30_days_is_added_up():
    """V4: ×2 ten days ago and ×2 today are ×4, since no person has looked in between."""
    says("O", "2.5/12.5", at=TODAY - 40 * DAY)
    says("O", "5/25", at=TODAY - 10 * DAY)
    assert published() == "5/25"
    says("O", "10/50")

    assert (published(), waiting()) == ("5/25", INPUT_AND_OUTPUT)


def test_what_moved_behind_pins_within_30_days_is_added_up():
    """V4 behind pins, where the ledger tells nothing of it."""
    says("O", "2.5/12.5", at=TODAY - 40 * DAY)
    for name in ("price.input", "price.output"):
        pins(name, "30", at=TODAY - 39 * DAY)
    says("O", "5/25", at=TODAY - 10 * DAY)
    assert waiting() == set()
    says("O", "10/50")

    assert waiting() == INPUT_AND_OUTPUT


def test_a_source_that_returns_from_silence_is_heard_again():
    """V5: no claim has moved. L moved its price while G was silent; now both are read, and say the same."""
    base("L", "10/40", at=datetime(2026, 4, 1, 8, tzinfo=UTC))
    says("G", "2/8", at=datetime(2026, 5, 1, 8, tzinfo=UTC))
    fails("G", at=datetime(2026, 9, 1, 8, tzinfo=UTC))
    says("L", "2/8", at=datetime(2026, 10, 1, 8, tzinfo=UTC))
    assert published() == "10/40"
    fails("L", at=TODAY - DAY)
    repeats("G", at=TODAY - HOUR)
    repeats("L", at=TODAY)

    assert (published(), lead(), waiting()) == ("2/8", "L", set())


def test_a_tenfold_move_waits_whoever_says_so():
    """V6"""
    base("O", "5/25")
    says("O", "0.5/2.5")

    assert (published(), waiting()) == ("5/25", INPUT_AND_OUTPUT)


def test_what_a_source_has_delisted_does_not_count():
    """V7: G alone says 4/20 of what is listed."""
    base("L", "5/25")
    says("M", "4/20", at=TODAY - 6 * DAY)
    delists("M", at=TODAY - DAY)
    says("G", "4/20")

    assert (published(), conflicts()["price.input"]) == ("5/25", {"L", "G"})


def test_a_limit_that_grows_eightfold_on_one_word_waits():
    """V8"""
    base("G", context_window=16_384)
    says("G", context_window=131_072)

    assert (fact("context_window"), waiting()) == (16_384, {"context_window"})


def test_a_provider_with_a_second_source_is_accepted_up_to_tenfold():
    """V9"""
    base("G", "1/6")
    base("L", "1/6")
    says("L", "0.2/1.2")
    says("O", "0.2/1.2")

    assert (published(), waiting()) == ("0.2/1.2", set())


def test_copies_of_one_origin_count_as_one():
    """V7, as it is counted in the account."""
    base("M", "5/25")
    lists("G", stated("5/25", origin="models-dev"))

    assert account()["quality"] == "partial"


def test_two_sources_of_one_provider_count_as_one():
    """All that a provider publishes is its one word: a limit that shrinks in both of its lists waits."""
    base("M", max_output_tokens=16_384)
    says("O", max_output_tokens=1_024)
    says("O2", max_output_tokens=1_024)

    assert (fact("max_output_tokens"), waiting()) == (16_384, {"max_output_tokens"})
