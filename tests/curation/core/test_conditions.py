"""Each condition of a policy, as a class: what it says of itself, and how it is stored."""

from __future__ import annotations

import pytest

from curation.core.policy import NOTHING_KNOWN
from curation.core.policy.condition import AnyOf, Choice, Input, Section
from curation.core.policy.conditions import (
    BY_NAME,
    CONDITIONS,
    AgeBelow,
    CountAtLeast,
    FactorAtLeast,
    FactorBelow,
    Fields,
    Groups,
    Kinds,
    Meters,
    as_json,
    contradictions,
    from_json,
)
from tests.builders import change

STORED = {
    "kinds": ["change", "loss"],
    "groups": ["limit", "price"],
    "fields": ["context_window"],
    "meters": ["cache_read"],
    "only_wording": True,
    "one_way": True,
    "sources": ["list"],
    "source_types": ["official"],
    "providers": ["acme"],
    "direction": "up",
    "factor_at_least": "1.5",
    "factor_below": "3",
    "corroboration_at_least": 2,
    "qualities": ["verified"],
    "age_at_least": 1,
    "age_below": 30,
    "count_at_least": 5,
}
"""One of each condition."""


def test_there_is_an_example_of_each():
    assert STORED.keys() == BY_NAME.keys()


@pytest.mark.parametrize("name", STORED)
def test_it_is_read_as_it_was_stored_and_has_words(name):
    (condition,) = from_json({name: STORED[name]})

    assert as_json([condition]) == {name: STORED[name]}
    assert condition.in_words
    assert condition.wanted


def test_they_are_asked_in_one_order_however_they_are_stored():
    backwards = dict(reversed(list(STORED.items())))

    assert [type(condition) for condition in from_json(backwards)] == list(CONDITIONS)


def test_one_that_nobody_knows_is_refused_since_more_would_match_without_it():
    with pytest.raises(ValueError, match="no condition nonsense"):
        from_json({"kinds": ["change"], "nonsense": 1})


def test_words_are_shown_in_the_order_in_which_they_are_offered():
    assert Groups.of("limit", "price", "gone").wanted == "Prices or Limits or gone"
    assert Kinds.of("loss", "change").in_words == "kind: change or loss"


@pytest.mark.parametrize("impossible", [FactorAtLeast.from_json("1"), AgeBelow(0), Fields.of("nonsense")])
def test_what_no_change_could_meet_is_refused(impossible):
    with pytest.raises(ValueError, match=r"."):
        impossible.check()


def test_a_least_that_is_above_the_most_is_a_contradiction():
    least, below = FactorAtLeast.from_json("3"), FactorBelow.from_json("3")

    assert list(contradictions([least, below])) == [below]
    assert not list(contradictions([least, FactorBelow.from_json("4")]))


def test_every_section_of_the_form_has_some_and_boxes_have_words():
    assert {condition.section for condition in CONDITIONS} == set(Section)
    for condition in CONDITIONS:
        if issubclass(condition, AnyOf) and condition.input is Input.BOXES:
            assert condition.choices or condition.vocabulary
        if issubclass(condition, Choice):
            assert condition.choices


@pytest.mark.parametrize(
    ("field", "holds"),
    [
        ("price.cache_write", True),
        ("price.cache_write[ttl=1h;tier=batch;above=200000]", True),
        ("price.input[tier=batch]", False),
        ("context_window", False),
    ],
)
def test_a_meter_is_asked_for_whatever_the_conditions_of_its_price(field, holds):
    asks = Meters.of("cache_read", "cache_write")

    assert asks.holds(change(field=field), NOTHING_KNOWN) is holds
    assert asks.in_words == "price of: cache_read or cache_write"


def test_a_condition_without_words_cannot_be_declared():
    with pytest.raises(TypeError, match="meaning is missing"):
        type("Mute", (CountAtLeast,), {"name": "mute", "meaning": ""})
