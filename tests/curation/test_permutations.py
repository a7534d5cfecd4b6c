"""`scripts/permutations.py`: reading payloads in many orders, and counting what comes out."""

from __future__ import annotations

from typing import Any

import pytest

from curation.core.authority import SourceType
from curation.models import Source, StoredClaim
from registry.models import Offering
from scripts import permutations
from scripts.permutations import Payload, Results
from syncers.kinds import source as base
from tests.builders import NOW, claim, usd

KEYS = [f"acme/rocket-{number}" for number in range(6)]


class First(base.Source):
    slug, label, source_type, expected = "first", "First", SourceType.CATALOGUE, (1, 9)
    url = "https://first.example"


class Second(base.Source):
    slug, label, source_type, expected = "second", "Second", SourceType.CATALOGUE, (1, 9)
    url = "https://second.example"


def payload(declared: type[base.Source], **prices: str) -> Payload:
    """What a source lists: `r0="5"` is the input price of the first offering."""
    claims = [claim(KEYS[int(name[1:])], price_input=usd(amount)) for name, amount in prices.items()]
    return Payload(declared, declared.slug, tuple(claims))


def row(key: str, amount: str) -> list[Any]:
    """A row of the catalogue as the oracle gives it."""
    return [key, None, {"price.input": amount}, {}, "", []]


def test_the_sample_is_of_what_two_sources_state_and_the_same_for_a_seed():
    two = [payload(First, r0="5", r1="5", r2="5", r3="5"), payload(Second, r1="5", r2="5", r3="5", r4="5")]

    assert permutations.sample(two, 9, seed=1) == KEYS[1:4]
    assert permutations.sample(two, 2, seed=1) == permutations.sample(two, 2, seed=1)
    assert len(permutations.sample(two, 2, seed=1)) == 2


def test_the_orders_are_permutations_and_begin_with_the_given_one():
    orders = permutations.orders(20, 5, seed=1)

    assert (len(orders), orders[0]) == (20, [0, 1, 2, 3, 4])
    assert all(sorted(order) == orders[0] for order in orders)
    assert len({tuple(order) for order in orders}) > 10


def test_results_that_differ_are_counted_and_the_offerings_named():
    results = Results()
    for amount in ("5", "5", "4"):
        results.add([row("acme/a", "1"), row("acme/b", amount)], [["acme/b", amount]])

    assert (len(results.both), len(results.values), len(results.queues)) == (2, 2, 2)
    assert results.differing == {"acme/b": 1}
    assert results.text().startswith("3 orders: 2 distinct results")


@pytest.mark.django_db
def test_sources_that_agree_come_out_alike_in_every_order_and_nothing_is_kept():
    two = [payload(First, r0="5", r1="4"), payload(Second, r0="5", r1="4", r2="3")]
    by_way = permutations.compare(two, at=NOW, count=4, seed=1)

    assert {way: sum(results.both.values()) for way, results in by_way.items()} == {
        "one by one": 4,
        "as one batch": 4,
        "both ways": 8,
    }
    assert len(by_way["both ways"].values) == 1
    assert not by_way["both ways"].differing
    assert not Offering.objects.exists()
    assert not StoredClaim.objects.exists()
    assert not Source.objects.filter(slug__in=("first", "second")).exists()


@pytest.mark.django_db
def test_what_is_read_the_day_before_is_there_when_the_orders_begin():
    before = [payload(First, r0="5")]
    by_way = permutations.compare([payload(First, r0="50")], at=NOW, count=1, seed=1, before=before)
    without = permutations.compare([payload(First, r0="50")], at=NOW, count=1, seed=1)

    assert by_way["both ways"].first != without["both ways"].first
