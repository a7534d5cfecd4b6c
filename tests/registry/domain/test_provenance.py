"""The provenance of a value: what its JSON says, and what it says when something else is added."""

from __future__ import annotations

from datetime import date

import pytest

from registry.domain.provenance import (
    UNKNOWN,
    AccountedValue,
    Agreement,
    Proposed,
    Provenance,
    behind_as_json,
    behind_from_json,
)

SAID = Provenance.of(
    "list", "partial", "only source", since=date(2026, 1, 2), policy="new offerings", agree=("a",), disagree=("b",)
)


def test_it_is_written_as_it_is_published():
    assert SAID.as_json() == {
        "source": "list", "quality": "partial", "reason": "only source", "since": "2026-01-02",
        "policy": "new offerings", "agree": ["a"], "disagree": ["b"],
    }  # fmt: skip


def test_nothing_is_known_of_what_nobody_said():
    assert (UNKNOWN.source, UNKNOWN.quality, UNKNOWN.since, UNKNOWN.since_day) == ("", "unknown", None, None)
    assert (UNKNOWN.agree, UNKNOWN.agreement, UNKNOWN.pending) == ([], None, None)
    assert not any((UNKNOWN.is_pinned, UNKNOWN.is_verified, UNKNOWN.is_disputed, UNKNOWN.is_by_person))


def test_an_agreement_is_said_where_it_is_not_that_of_one_source_alone():
    assert SAID.agreement == Agreement(1, 1)
    assert SAID.with_agreement(Agreement(1, 1)) == SAID
    assert SAID.with_agreement(Agreement(2, 3)).as_json()["agreement"] == {"agree": 2, "of": 3}
    assert SAID.with_agreement(Agreement(2, 3)).agreement == (2, 3)


def test_what_waits_is_read_as_it_was_written():
    waits = Proposed(128, "other", "price moves by half", "2026-02-03")

    assert SAID.with_pending(waits).pending == waits
    assert "since" not in SAID.with_rejected(Proposed(128, "other", "ada")).as_json()["rejected"]


def test_what_it_said_of_another_day_is_left_out_when_the_value_stands():
    of_yesterday = SAID.with_agreement(Agreement(2, 2)).with_pending(Proposed(1, "x", "y", "z")).unstated()
    of_yesterday = of_yesterday.with_announced([("own", [])]).with_rejected(Proposed(1, "x", "y"))

    assert of_yesterday.as_incumbent("incumbent", "verified", ["c"], []).as_json() == SAID.as_json() | {
        "reason": "incumbent", "quality": "verified", "agree": ["c"], "disagree": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("provenance", "by_person"),
    [
        ({"reason": "pinned"}, True),
        ({"policy": "approved by ada"}, True),
        ({"policy": "everything else"}, False),
        ({"policy": None}, False),
    ],
)
def test_a_person_pins_a_value_or_approves_it(provenance, by_person):
    assert Provenance(provenance).is_by_person is by_person


def test_what_lies_behind_pins_is_read_as_it_was_written():
    behind = {"name": AccountedValue("One", SAID), "license": None}

    assert behind_from_json(behind_as_json(behind)) == behind
