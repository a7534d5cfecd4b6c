"""Token prices as one list: what is decided was stated whole, or is such a list with rates of the same list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.core import price_lists, token_list
from curation.core.authority import SourceType
from curation.core.merge import Merged, merge
from curation.core.price_lists import ORDINARY, TOKEN_PRICES, unit_of
from curation.core.statements import Accepted, Decision, Listing, PastMove, SourceClaim
from registry.domain import fields, rates
from registry.domain.provenance import Quality
from tests.builders import TODAY, source_facts, usd
from tests.random_courses import count

law = settings(max_examples=count(80))
DAY = timedelta(days=1)
RATES = (
    "price.input", "price.output", "price.cache_read", "price.input[tier=batch]", "price.output[tier=batch]",
    "price.output[above=200000]", "price.input[modality=audio]", "price.output[modality=audio]",
)  # fmt: skip
OTHERS = ("price.request", "price.request[tier=batch]")
PRICES = st.sampled_from(
    [
        usd("1"),
        usd("2"),
        usd("0"),
        rates.price("2", currency="EUR"),
        rates.line([rates.PricePoint(usd("1")[0].amount, valid_to=TODAY + 9 * DAY)]),
        rates.line([rates.PricePoint(usd("1")[0].amount, valid_to=TODAY - DAY)]),
        rates.line([rates.PricePoint(usd("2")[0].amount, valid_from=TODAY + DAY)]),
        None,
    ]
)  # fmt: skip
_days = st.sampled_from([date(2025, 6, 1), date(2026, 1, 1)])


@st.composite
def claims_of(draw: st.DrawFn, slug: str) -> SourceClaim:
    values = draw(st.fixed_dictionaries({}, optional=dict.fromkeys((*RATES, *OTHERS), PRICES)))
    some = st.sets(st.sampled_from(sorted(values)), max_size=2) if values else st.just(set())
    facts = source_facts(
        slug,
        source_type=draw(st.sampled_from([SourceType.CATALOGUE, SourceType.CATALOGUE, *SourceType])),
        authority=draw(st.sampled_from([("*",), ("*",), ("price.input", "price.output"), ("price.cache_read",)])),
        speaks_for=draw(st.sampled_from(["", "", "", "acme"])),
        origin=draw(st.sampled_from(["", "", "", "a", "b"])),
    )
    return SourceClaim(
        facts,
        values,
        estimates=frozenset(draw(some)),
        unreadable=dict.fromkeys(draw(some), TODAY - DAY),
        listing=draw(st.sampled_from([Listing.LISTED, Listing.LISTED, Listing.LISTED, Listing.MISSING, Listing.GONE])),
        moves={name: (PastMove(draw(PRICES), draw(_days)),) for name in draw(some)},
        dropped=frozenset(draw(some)),
        repeats_base=draw(st.booleans()),
    )


@st.composite
def statements(draw: st.DrawFn) -> list[SourceClaim]:
    return [draw(claims_of(slug)) for slug in sorted(draw(st.sets(st.sampled_from("abcd"), min_size=1)))]


_one_seat = st.tuples(st.fixed_dictionaries({}, optional=dict.fromkeys(RATES, PRICES)), st.sampled_from("abcdx"))
bases = _one_seat.map(lambda seat: {name: Accepted(value, seat[1]) for name, value in seat[0].items()})


def merged(claims: Sequence[SourceClaim], base: Mapping[str, Accepted]) -> Merged:
    return merge("acme", claims, on=TODAY, base=base)


def agrees(name: str, left: Any, right: Any) -> bool:
    return fields.agrees(name, left, right, on=TODAY)


def tokens(decided: Mapping[str, Decision]) -> dict[str, Decision]:
    return {name: decision for name, decision in decided.items() if unit_of(name) == TOKEN_PRICES}


@law
@given(statements(), bases)
def test_the_ordinary_prices_are_those_of_one_source(claims, base):
    """All that it states of them: never the input of one list beside the output of another."""
    decided = merged(claims, base).decided
    by_slug = {claim.source.slug: claim for claim in claims}
    leads = {decided[name].source for name in ORDINARY if name in decided}

    for slug in leads:
        for name, value in token_list.stated(by_slug[slug]).items():
            is_kept = name not in by_slug[slug].dropped
            assert not is_kept or agrees(name, decided[name].value, value)


@law
@given(statements(), bases)
def test_every_other_rate_is_of_a_source_that_does_not_contradict_the_ordinary_prices(claims, base):
    decided = merged(claims, base).decided
    by_slug = {claim.source.slug: claim for claim in claims}

    for name, rate in tokens(decided).items():
        values = by_slug[rate.source].values
        for ordinary in ORDINARY:
            if ordinary in values and ordinary in decided and ordinary not in by_slug[rate.source].dropped:
                assert agrees(ordinary, values[ordinary], decided[ordinary].value), (name, ordinary)


@law
@given(statements(), bases)
def test_the_rates_beside_the_accepted_list_do_not_contradict_it(claims, base):
    beside = merged(claims, base).accepted_list
    by_slug = {claim.source.slug: claim for claim in claims}

    for rate in (beside or {}).values():
        values = by_slug[rate.source].values
        for ordinary in ORDINARY:
            if ordinary in values and ordinary in base and ordinary not in by_slug[rate.source].dropped:
                assert agrees(ordinary, values[ordinary], base[ordinary].value)


@law
@given(statements(), bases)
def test_what_is_left_out_is_stated_only_in_other_lists(claims, base):
    outcome = merged(claims, base)
    ordinary = {name: decision.value for name, decision in outcome.decided.items() if price_lists.order(name) < 2}

    assert not outcome.elsewhere.keys() & outcome.decided.keys()
    for name, slugs in outcome.elsewhere.items():
        for claim in claims:
            if claim.source.slug in slugs and not claim.dropped:
                assert not price_lists.is_of_list(name, claim.values, ordinary, on=TODAY)


@law
@given(statements(), bases, st.randoms())
def test_the_order_of_claims_does_not_matter(claims, base, random):
    assert merged(random.sample(claims, len(claims)), base) == merged(claims, base)


@law
@given(statements(), bases)
def test_a_decided_list_stays_when_it_is_decided_again(claims, base):
    first = merged(claims, base).decided
    again = merged(claims, {name: Accepted(decision.value, decision.source) for name, decision in first.items()})

    assert {n: (d.value, d.source) for n, d in again.decided.items()} == {
        n: (d.value, d.source) for n, d in first.items()
    }


@law
@given(statements(), st.data())
def test_a_source_of_the_same_list_removes_no_rate(claims, data):
    before = merged(claims, {}).decided
    values = {name: decision.value for name, decision in before.items() if data.draw(st.booleans())}
    agreeing = SourceClaim(source_facts("new"), values)

    after = merged(
        [*claims, agreeing], {name: Accepted(decision.value, decision.source) for name, decision in before.items()}
    ).decided
    if all(claim.listing is Listing.GONE for claim in claims):
        return
    assert before.keys() <= after.keys()
    assert all(agrees(name, before[name].value, after[name].value) for name in before)


@law
@given(statements(), bases)
def test_what_is_contested_is_never_verified(claims, base):
    for decision in merged(claims, base).decided.values():
        assert decision.contested_by is None or decision.quality is not Quality.VERIFIED


@law
@given(statements(), bases)
def test_an_incumbent_that_leads_is_contested_by_nobody(claims, base):
    decided = merged(claims, base).decided

    for name in ORDINARY:
        if name in decided and any(price in base for price in ORDINARY):
            assert decided[name].contested_by is None


@law
@given(statements(), bases)
def test_what_is_announced_is_in_no_firm_price_unless_somebody_stands_for_it(claims, base):
    for name, decision in merged(claims, base).decided.items():
        if decision.firm is None:
            continue
        assert all(point.valid_from is None or point.valid_from <= TODAY for point in decision.firm)
        assert rates.is_same(rates.point_on(decision.firm, TODAY), rates.point_on(decision.value, TODAY))
        assert (decision.source, decision.value) in [(claim.source.slug, claim.values.get(name)) for claim in claims]


def test_a_list_that_is_estimated_in_part_ranks_as_an_estimate():
    """Its output is a guess: another that states both prices leads."""
    guessed = SourceClaim(
        source_facts("a"), {"price.input": usd("1"), "price.output": usd("2")}, estimates=frozenset({"price.output"})
    )
    firm = SourceClaim(
        source_facts("b", source_type=SourceType.COMMUNITY), {"price.input": usd("3"), "price.output": usd("4")}
    )

    assert {decision.source for decision in merged([guessed, firm], {}).decided.values()} == {"b"}


BATCH = ("price.input[tier=batch]", "price.output[tier=batch]")


def beside_the_list(slug: str, batch: str, **more: Any) -> SourceClaim:
    """1/2, and batch prices written `0.5/1`."""
    pair = zip(BATCH, batch.split("/"), strict=True)
    list_of_all = {"price.input": usd("1"), "price.output": usd("2")}
    return SourceClaim(source_facts(slug), list_of_all | {name: usd(amount) for name, amount in pair}, **more)


@pytest.mark.parametrize("name", BATCH)
def test_rates_of_one_condition_that_are_estimated_in_part_rank_as_an_estimate(name):
    """Whichever of them it is."""
    decided = merged(
        [
            beside_the_list("a", "0.5/1", estimates=frozenset({name})),
            beside_the_list("b", "0.6/1.2"),
        ],
        {},
    ).decided

    assert {decided[rate].source for rate in BATCH} == {"b"}


@pytest.mark.parametrize("name", BATCH)
def test_rates_of_one_condition_moved_when_the_last_of_them_did(name):
    """Whichever of them it is: the later move decides between equals."""
    decided = merged(
        [
            beside_the_list("a", "0.5/1"),
            beside_the_list("b", "0.6/1.2", moves={name: (PastMove(usd("0.7"), TODAY),)}),
        ],
        {},
    ).decided

    assert {decided[rate].source for rate in BATCH} == {"b"}


def test_lists_that_share_no_price_contest_nothing():
    decided = merged(
        [
            SourceClaim(source_facts("a"), {"price.input": usd("1")}),
            SourceClaim(source_facts("b"), {"price.output": usd("9")}),
        ],
        {},
    ).decided

    assert {name: (decision.source, decision.contested_by) for name, decision in decided.items()} == {
        "price.input": ("a", None),
        "price.output": ("b", None),
    }


def test_an_added_output_price_is_known_before_the_rates_that_hang_on_it():
    """Sound of a list with another output price is of another list, though the lead states its input alone."""
    lead = SourceClaim(source_facts("lead"), {"price.input": usd("1")})
    output = SourceClaim(source_facts("own", authority=("price.output",)), {"price.output": usd("2")})
    other = SourceClaim(source_facts("other"), {"price.output": usd("1"), "price.output[modality=audio]": usd("9")})
    base = {"price.input": Accepted(usd("1"), "lead"), "price.output": Accepted(usd("2"), "own")}

    decided = merged([lead, output, other], base)
    assert {name: decision.value for name, decision in decided.decided.items()} == {
        "price.input": usd("1"),
        "price.output": usd("2"),
    }
    assert decided.elsewhere == {"price.output[modality=audio]": ("other",)}


def test_that_there_is_no_price_is_a_statement_like_any_other():
    none = SourceClaim(source_facts("a"), {"price.input": None, "price.output": usd("1")})

    assert merged([none], {}).decided["price.input"].value is None
    official = SourceClaim(source_facts("own", speaks_for="acme"), {"price.input": usd("2")})
    assert merged([none, official], {}).decided["price.input"].value == usd("2")


def test_a_source_that_moved_half_a_list_said_the_other_half_before():
    base = {name: Accepted(usd(amount), "a") for name, amount in (("price.input", "1"), ("price.output", "2"))}
    a = SourceClaim(source_facts("a"), {name: price.value for name, price in base.items()})
    b = SourceClaim(
        source_facts("b"),
        {"price.input": usd("1"), "price.output": usd("3")},
        moves={"price.output": (PastMove(usd("2"), TODAY),)},
    )

    news = merged([a, b], base).news
    assert {name: price.value for name, price in news[TOKEN_PRICES].items()} == {
        "price.input": usd("1"),
        "price.output": usd("3"),
    }
    assert merged([a, replace(b, moves={})], base).news == {}
