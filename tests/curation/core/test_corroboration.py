"""Who backs a correction, and who contradicts whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from curation.core.authority import SourceType
from curation.core.corroboration import backing, contested
from curation.core.merge import PinnedValue, SourceClaim, merge, pinned
from curation.core.statements import Listing
from tests.builders import TODAY, source_facts, statement, usd

FIELD = "price.input"


def says(slug: str, price: str, *, estimate: bool = False, **declared: Any) -> SourceClaim:
    estimates = frozenset({FIELD}) if estimate else frozenset()
    return statement(source_facts(slug, **declared), values={FIELD: usd(price)}, estimates=estimates)


def official(price: str) -> SourceClaim:
    return says("acme-api", price, source_type=SourceType.OFFICIAL, speaks_for="acme")


def backing_of(*claims: SourceClaim, published: str = "3") -> int:
    """Independent sources behind what the merge decides, against a published price."""
    decision = merge("acme", claims, on=TODAY).decided[FIELD]
    return backing(FIELD, usd(published), decision, claims, provider="acme", on=TODAY)


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        pytest.param([says("b", "6")], 1, id="one source counts as one"),
        pytest.param([says("b", "6"), says("c", "6")], 2, id="two independent sources are two"),
        pytest.param([says("b", "6"), says("c", "6", origin="b")], 1, id="a copy is none"),
        pytest.param([says("b", "6"), says("c", "6", estimate=True)], 1, id="an estimate is none"),
        pytest.param([says("b", "6"), says("c", "6", authority=("limit",))], 1, id="nor is who is no authority"),
        pytest.param(
            [says("b", "6"), replace(says("c", "6", failed_readings=3), confirmed_on=date(2025, 1, 1))],
            1,
            id="nor is what nobody confirms any more",
        ),
        pytest.param(
            [says("b", "6"), replace(says("c", "6"), confirmed_on=date(2025, 1, 1))],
            2,
            id="who was not tried is not silent",
        ),
        pytest.param(
            [says("b", "6"), replace(says("c", "6"), listing=Listing.MISSING)], 1, id="who does not list it is none"
        ),
        pytest.param(
            [says("b", "6"), replace(says("c", "6"), unreadable={FIELD: TODAY})], 1, id="nor who could not be read"
        ),
        pytest.param(
            [says("b", "6"), replace(says("c", "6"), dropped=frozenset({FIELD}))], 1, id="nor who states it no more"
        ),
        pytest.param([official("6"), says("a", "3")], 1, id="the provider's own word counts as one"),
        pytest.param(
            [official("6"), says("acme-prices", "6", speaks_for="acme")], 1, id="and so are all of its sources"
        ),
        pytest.param([official("6"), says("b", "6")], 2, id="with a second independent source it is two"),
        pytest.param(
            [says("b", "6"), says("c", "6"), says("a", "3", source_type=SourceType.COMMUNITY)],
            2,
            id="one mirror may still say the old",
        ),
        pytest.param(
            [
                says("b", "6", source_type=SourceType.MARKETPLACE),
                says("c", "6"),
                says("a", "3"),
                says("d", "3"),
            ],
            0,
            id="two may not",
        ),
        pytest.param(
            [
                says("b", "6", source_type=SourceType.MARKETPLACE),
                says("c", "6"),
                says("a", "3"),
                says("d", "3", origin="a"),
            ],
            2,
            id="a mirror and its copy are one",
        ),
    ],
)
def test_it_counts_who_backs_a_correction(claims, expected):
    assert backing_of(*claims) == expected


def test_nobody_outvotes_the_provider():
    claims = [says("b", "6"), says("c", "6"), official("3")]
    decision = merge("acme", claims[:2], on=TODAY).decided[FIELD]

    assert backing(FIELD, usd("3"), decision, claims, provider="acme", on=TODAY) == 0


def test_a_pin_needs_no_corroboration():
    decision = pinned(FIELD, PinnedValue(usd("6")), "acme", [official("6")], on=TODAY)

    assert backing(FIELD, usd("3"), decision, [official("6")], provider="acme", on=TODAY) == 0


def sides(*claims: SourceClaim) -> dict[str, list[tuple[str, ...]]]:
    decided = merge("acme", claims, on=TODAY).decided
    return {
        name: [side.sources for side in sides_of_field]
        for name, sides_of_field in contested("acme", claims, decided, on=TODAY).items()
    }


def test_it_tells_the_sides_the_larger_first():
    assert sides(says("a", "3"), says("b", "6"), says("c", "6")) == {FIELD: [("b", "c"), ("a",)]}


@pytest.mark.parametrize(
    "claims",
    [
        [says("a", "3"), says("b", "3")],
        [says("a", "3"), says("b", "6", origin="a")],
        [says("a", "3"), says("b", "6", estimate=True)],
        [says("a", "3"), replace(says("b", "6", failed_readings=3), confirmed_on=date(2025, 1, 1))],
        [says("a", "3"), replace(says("b", "6"), listing=Listing.MISSING)],
        [statement(source_facts("a"), values={"name": "A"}), statement(source_facts("b"), values={"name": "B"})],
    ],
    ids=["agreed", "a copy that lags", "an estimate", "not confirmed any more", "not listed", "wording"],
)
def test_what_is_no_contradiction(claims):
    assert sides(*claims) == {}


def test_what_is_pinned_is_decided():
    claims = [says("a", "3"), says("b", "6")]
    decided = {FIELD: pinned(FIELD, PinnedValue(usd("3")), "acme", claims, on=TODAY)}

    assert contested("acme", claims, decided, on=TODAY) == {}


def test_a_special_price_of_another_list_contradicts_nothing_by_itself():
    def prices(slug: str, plain: str, batch: str, source_type: SourceType) -> SourceClaim:
        values = {FIELD: usd(plain), "price.input[tier=batch]": usd(batch)}
        return statement(source_facts(slug, source_type=source_type), values=values)

    assert sides(
        prices("a", "3", "1.5", SourceType.MARKETPLACE),
        prices("b", "6", "3", SourceType.CATALOGUE),
        prices("c", "3", "1.2", SourceType.COMMUNITY),
    ) == {FIELD: [("a", "c"), ("b",)], "price.input[tier=batch]": [("a",), ("c",)]}
