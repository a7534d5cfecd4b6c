"""Law 7: removal has grace. One absence changes nothing, and a list that moves takes its rates along."""

from __future__ import annotations

import json
from typing import Any

import pytest

from curation.core.claim import Claim
from syncers.sync.engine import sync
from tests.curation.decision.test_order import Provider, reads
from tests.curation.decision.world import (
    DAY,
    HOUR,
    OFFERING,
    TODAY,
    account,
    base,
    delists,
    events,
    fact,
    lead,
    lists,
    missing_since,
    newest,
    offerings_in,
    published,
    says,
    stated,
    waiting,
)  # fmt: skip

pytestmark = pytest.mark.django_db

BATCH = "price.input[tier=batch]"
FORTY = [f"acme/rocket-{number}" for number in range(1, 41)]


def forty(**values: Any) -> list[Claim]:
    """The provider's list of forty offerings, each with these values."""
    return [stated(key=key, **values) for key in FORTY]


def test_a_capability_that_is_no_longer_stated_stays_for_now():
    """R1: the grace has not passed, so nobody is asked."""
    lists("O", *forty(supports_tools=True), at=TODAY - DAY)
    lists("O", *forty())

    assert {fact("supports_tools", key) for key in FORTY} == {True}
    assert waiting() == set()


def test_after_the_grace_a_capability_is_what_others_state():
    """R1: unknown where nobody states it. One event of forty members."""
    lists("O", *forty(supports_tools=True), at=TODAY - 5 * DAY)
    for letter in "LM":
        says(letter, key=FORTY[0], supports_tools=False, at=TODAY - 5 * DAY)
    for days in (4, 2, 0):
        lists("O", *forty(), at=TODAY - days * DAY)

    assert (fact("supports_tools", FORTY[0]), fact("supports_tools", FORTY[1])) == (False, None)
    assert offerings_in(newest()) == set(FORTY)


def test_after_the_grace_a_capability_that_one_other_source_denies_waits():
    """R1 beside law 5: the word of one catalogue takes no capability away without a person."""
    lists("O", *forty(supports_tools=True), at=TODAY - 5 * DAY)
    says("L", key=FORTY[0], supports_tools=False, at=TODAY - 5 * DAY)
    for days in (4, 2, 0):
        lists("O", *forty(), at=TODAY - days * DAY)

    assert waiting(FORTY[0]) == {"supports_tools"}
    assert account("supports_tools", FORTY[0])["quality"] != "verified"


def test_what_one_reading_takes_from_many_offerings_is_one_event():
    """R1: where a person has to be asked, it is one question."""
    lists("O", *forty(max_output_tokens=16_384), at=TODAY - DAY)
    lists("O", *forty(max_output_tokens=8_192))

    assert events() == [frozenset(FORTY)]


def test_one_absence_announces_nothing():
    """R2: absent in one reading and listed in the next."""
    base("O", "2/8")
    before = newest()
    lists("O", at=TODAY - DAY)
    assert (published(), missing_since(), waiting(), newest()) == ("2/8", None, set(), before)

    says("O", "2/8")
    assert (published(), missing_since(), waiting(), newest()) == ("2/8", None, set(), before)


def test_what_cannot_be_read_is_listed():
    """R3: the record is there, its prices are words."""
    reads(Provider, {"rocket-1": "2/8"}, at=TODAY - DAY)
    unreadable = [{"id": "rocket-1", "input": "call us", "output": "call us"}]
    report = sync(Provider, body=json.dumps(unreadable).encode(), at=TODAY)

    assert (report.status, report.missing, report.unreadable > 0) == ("ok", 0, True)
    assert (published(), missing_since(), waiting()) == ("2/8", None, set())


def test_a_rate_that_another_states_of_the_same_list_stays():
    """R4"""
    base("L", "5/25 batch=2.5/12.5")
    says("M", "5/25 batch=2.5/12.5", at=TODAY - HOUR)
    says("L", "5/25")

    assert (published(), lead(BATCH), waiting()) == ("5/25 batch=2.5/12.5", "M", set())


def test_a_list_that_moves_takes_the_rates_along_that_it_drops():
    """R5"""
    base("L", "5/25 batch=2.5/12.5")
    says("L", "4.5/22.5")

    assert (published(), waiting()) == ("4.5/22.5", set())


def test_what_its_provider_no_longer_lists_is_frozen():
    """R6: a catalogue that still lists it, at another price, does not take the seat."""
    base("O", "2/8", at=TODAY - 20 * DAY)
    base("M", "10/40", at=TODAY - 20 * DAY)
    assert published() == "2/8"
    delists("O", at=TODAY - DAY)
    says("M", "11/44")

    assert (published(), waiting()) == ("2/8", set())
    assert missing_since() is not None


def test_the_seat_of_a_source_that_misses_the_offering_does_not_count():
    """R7: within the grace of L, two others agree."""
    base("L", "2/8")
    lists("L", at=TODAY - HOUR)
    for letter in ("M", "G"):
        says(letter, "3/11")

    assert (published(OFFERING), waiting()) == ("3/11", set())
