"""A run of a source is guarded by what it says itself: its earlier claims, and its new ones."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from curation.core.claim import Claim
from curation.core.run_guard import Guard, TooMuchAtOnce, check_share, moves
from curation.models import StoredClaim
from syncers.sync import stored_claims
from tests.builders import NOW, claim, source, state, usd

ON = date(2026, 1, 5)
BEFORE = {
    "name": "Rocket 1",
    "context_window": 1000,
    "description": "fast",
    "price.input": [{"amount": "3", "currency": "USD"}],
}


@pytest.mark.parametrize(
    ("new_values", "counts"),
    [
        ({}, False),
        ({"context_window": 2000}, True),
        ({"price.input": [{"amount": "4", "currency": "USD"}]}, True),
        ({"price.input": [{"amount": "3.0", "currency": "USD"}]}, False),
        ({"description": "very fast"}, False),
        ({"name": "ROCKET 1"}, False),
        ({"name": "Rocket 2"}, True),
        ({"license": "MIT"}, False),
    ],
    ids=["nothing", "a limit", "a price", "the same price", "wording", "letter case", "another name", "a first word"],
)
def test_it_counts_what_is_said_otherwise_and_neither_wording_nor_a_first_word(new_values, counts):
    assert moves("acme/rocket-1", BEFORE, BEFORE | new_values, on=ON) is counts


@pytest.mark.parametrize(("name", "counts"), [("price.input", True), ("context_window", False)])
def test_what_is_no_longer_said_counts_where_it_is_a_price(name, counts):
    now = {key: value for key, value in BEFORE.items() if key != name}

    assert moves("acme/rocket-1", BEFORE, now, on=ON) is counts


def test_it_is_accepted_up_to_its_share_and_names_some_of_the_rest():
    keys = [f"acme/rocket-{number}" for number in range(30)]

    check_share(Guard(), keys[:19], 40)
    check_share(Guard(), keys[:25], 100)
    with pytest.raises(
        TooMuchAtOnce, match="20 of the source's 40 offerings would change at once, such as acme/rocket-0,"
    ):
        check_share(Guard(), keys[:20], 40)


@pytest.mark.django_db
def test_who_else_states_what_does_not_change_it():
    """Law 4: the same words of one source are guarded alike, whoever leads the offering."""
    mine, other = source("mine"), source("other", source_type="official", speaks_for="acme")

    def moving(now: Claim) -> list[str]:
        difference = stored_claims.compare(mine, [now])
        return stored_claims.incoming(mine, difference, NOW).moving(on=ON)

    state(mine, claim(price_input=usd("3")))
    alone = moving(claim(price_input=usd("4")))
    state(other, claim(price_input=usd("2")))

    assert alone == moving(claim(price_input=usd("4"))) == ["acme/rocket-1"]
    assert _amount(StoredClaim.objects.get(source=mine)) == "3"  # nothing is written by asking


def _amount(row: StoredClaim) -> Any:
    return row.values["price.input"][0]["amount"]


@pytest.mark.parametrize(
    ("moving", "listed", "trips"), [(20, 79, True), (20, 80, False), (19, 20, False), (500, 1999, True), (0, 0, False)]
)
def test_a_run_is_not_accepted_when_too_much_moves_at_once(moving, listed, trips):
    assert Guard().trips(moving, listed) is trips
