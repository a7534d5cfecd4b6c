"""The law of the merge: as a table, row per rule, then as properties."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.merge import PIN_SOURCE, PinnedValue, Quality, Reason, SourceClaim, merge, sides
from curation.trust import SourceFacts, Standing, check_authority
from registry import fields, rates
from tests.builders import source_facts, statement, usd

TODAY = date(2026, 1, 5)
OLD, NEW = date(2025, 6, 1), date(2026, 1, 1)
FIELD = "context_window"


def says(
    slug: str, value: Any, *, since: date = NEW, estimate: bool = False, field: str = FIELD, **declared: Any
) -> SourceClaim:
    """One source's statement on one field."""
    estimates = frozenset({field}) if estimate else frozenset()
    return statement(source_facts(slug, **declared), since=since, values={field: value}, estimates=estimates)


def pinned(value: Any, **more: Any) -> dict[str, PinnedValue]:
    return {FIELD: PinnedValue(value, author="ada", pinned_on=NEW, **more)}


OFFICIAL: dict[str, Any] = {"standing": Standing.MARKETPLACE, "speaks_for": "acme"}


@pytest.mark.parametrize(
    ("claims", "pins", "value", "source", "reason", "quality"),
    [
        pytest.param(
            [says("acme-api", 1, standing=Standing.OFFICIAL)],
            pinned(9),
            9,
            "pin",
            Reason.PINNED,
            Quality.PARTIAL,
            id="a pin wins, always",
        ),
        pytest.param(
            [], pinned(9), 9, "pin", Reason.PINNED, Quality.PARTIAL, id="a pin wins where nobody states anything"
        ),
        pytest.param(
            [says("a", 1)], pinned(None), None, "pin", Reason.PINNED, Quality.PARTIAL, id="a pin of none is a pin"
        ),
        pytest.param(
            [],
            pinned(9, has_evidence=True),
            9,
            "pin",
            Reason.PINNED,
            Quality.VERIFIED,
            id="a pin with evidence is verified",
        ),
        pytest.param(
            [says("acme-api", 9, **OFFICIAL)],
            pinned(9),
            9,
            "pin",
            Reason.PINNED,
            Quality.VERIFIED,
            id="a pin that the official source confirms is verified",
        ),
        pytest.param(
            [says("a", 1, authority=("price",), standing=Standing.OFFICIAL), says("b", 2, standing=Standing.COMMUNITY)],
            {},
            2,
            "b",
            Reason.ONLY_SOURCE,
            Quality.PARTIAL,
            id="only sources that are an authority for the field are heard",
        ),
        pytest.param(
            [says("a", 1, authority=("limit",))],
            {},
            1,
            "a",
            Reason.ONLY_SOURCE,
            Quality.PARTIAL,
            id="an authority for the group is one for the field",
        ),
        pytest.param(
            [says("a", 1, authority=("context_window",))],
            {},
            1,
            "a",
            Reason.ONLY_SOURCE,
            Quality.PARTIAL,
            id="an authority for the one field is heard",
        ),
        *(
            pytest.param(
                [says("a", 1, standing=worse, since=NEW), says("b", 2, standing=better, since=OLD)],
                {},
                2,
                "b",
                Reason.BEST_STANDING,
                Quality.VERIFIED if better is Standing.OFFICIAL else Quality.PARTIAL,
                id=f"the best standing wins: {better} before {worse}",
            )
            for better, worse in zip(list(Standing)[:-1], list(Standing)[1:], strict=True)
        ),
        pytest.param(
            [says("a", 1, standing=Standing.MARKETPLACE), says("b", 2, **OFFICIAL)],
            {},
            2,
            "b",
            Reason.BEST_STANDING,
            Quality.VERIFIED,
            id="a source speaks officially for the provider whose own it is",
        ),
        pytest.param(
            [
                says("a", 1, standing=Standing.MARKETPLACE, since=NEW),
                says("b", 2, standing=Standing.MARKETPLACE, speaks_for="other", since=OLD),
            ],
            {},
            1,
            "a",
            Reason.FRESHEST,
            Quality.PARTIAL,
            id="and for no other provider",
        ),
        pytest.param(
            [
                says("a", 1, standing=Standing.OFFICIAL, estimate=True),
                says("b", 2, standing=Standing.COMMUNITY, since=OLD),
            ],
            {},
            2,
            "b",
            Reason.BEST_STANDING,
            Quality.PARTIAL,
            id="a value which its source calls an estimate has the standing of an estimate",
        ),
        pytest.param(
            [says("a", 1, standing=Standing.OFFICIAL, estimate=True)],
            {},
            1,
            "a",
            Reason.ONLY_SOURCE,
            Quality.ESTIMATED,
            id="an estimate is published as one where nobody states a value",
        ),
        pytest.param(
            [says("a", 1, since=OLD), says("b", 2, since=NEW)],
            {},
            2,
            "b",
            Reason.FRESHEST,
            Quality.PARTIAL,
            id="among equals the freshest statement wins",
        ),
        pytest.param(
            [says("a", 1), says("b", 2), says("c", 2)],
            {},
            2,
            "b",
            Reason.MOST_VOICES,
            Quality.VERIFIED,
            id="then the value with more independent voices",
        ),
        pytest.param(
            [says("a", 1), says("b", 2), says("c", 2, origin="b")],
            {},
            1,
            "a",
            Reason.PREFERRED,
            Quality.PARTIAL,
            id="copies of one origin are one voice",
        ),
        pytest.param(
            [says("a", 1), says("b", 2, standing=Standing.CATALOGUE), says("c", 2, standing=Standing.COMMUNITY)],
            {},
            2,
            "b",
            Reason.MOST_VOICES,
            Quality.VERIFIED,
            id="voices of lower standing count as voices",
        ),
        pytest.param(
            [says("a", 1, preference=50), says("b", 2, preference=10)],
            {},
            2,
            "b",
            Reason.PREFERRED,
            Quality.PARTIAL,
            id="then declared preference",
        ),
        pytest.param(
            [says("b", 2), says("a", 1)], {}, 1, "a", Reason.PREFERRED, Quality.PARTIAL, id="at last the name decides"
        ),
        pytest.param(
            [says("a", None), says("b", 2, since=OLD)],
            {},
            None,
            "a",
            Reason.FRESHEST,
            Quality.PARTIAL,
            id="that there is none is a statement like any other",
        ),
        pytest.param(
            [says("a", 1), says("b", 1)],
            {},
            1,
            "a",
            Reason.PREFERRED,
            Quality.VERIFIED,
            id="two independent sources verify",
        ),
        pytest.param(
            [says("a", 1), says("b", 1, origin="a")],
            {},
            1,
            "a",
            Reason.PREFERRED,
            Quality.PARTIAL,
            id="a copy verifies nothing",
        ),
        pytest.param(
            [says("a", 1, origin="x"), says("b", 1, origin="x")],
            {},
            1,
            "a",
            Reason.PREFERRED,
            Quality.PARTIAL,
            id="two copies of one origin verify nothing",
        ),
        pytest.param(
            [says("a", 1), says("b", 1, estimate=True)],
            {},
            1,
            "a",
            Reason.BEST_STANDING,
            Quality.PARTIAL,
            id="an estimate verifies nothing",
        ),
        pytest.param(
            [says("identity", 1, standing=Standing.ESTIMATE)],
            {},
            1,
            "identity",
            Reason.DERIVED,
            Quality.ESTIMATED,
            id="what the registry derives is called derived and estimated",
        ),
    ],
)
def test_it_keeps_the_law(claims, pins, value, source, reason, quality):
    decided = merge("acme", claims, pins, on=TODAY)[FIELD]

    assert (decided.value, decided.source, decided.reason, decided.quality) == (value, source, reason, quality)


def test_it_decides_nothing_that_nobody_states():
    assert merge("acme", [], {}, on=TODAY) == {}
    assert merge("acme", [says("a", 1, authority=("price",))], {}, on=TODAY) == {}


def test_it_names_who_agrees_and_who_does_not():
    claims = [
        says("a", 1, standing=Standing.OFFICIAL),
        says("b", 1),
        says("c", 2),
        says("d", 1, origin="b"),
        says("unheard", 3, authority=("price",)),
    ]

    decided = merge("acme", claims, {}, on=TODAY)[FIELD]
    assert (decided.agreeing, decided.disagreeing) == (("b", "d"), ("c",))


def test_it_shows_what_sources_say_behind_a_pin():
    decided = merge("acme", [says("a", 9), says("b", 2)], pinned(9), on=TODAY)[FIELD]

    assert (decided.agreeing, decided.disagreeing) == (("a",), ("b",))


def test_it_counts_a_statement_taken_from_elsewhere_with_its_origin():
    copied = replace(says("b", 1), origin="a")

    assert merge("acme", [says("a", 1), copied], {}, on=TODAY)[FIELD].quality is Quality.PARTIAL


@pytest.mark.parametrize(
    ("since", "as_of", "stated_on"),
    [
        (NEW, None, NEW),
        (NEW, OLD, OLD),
        (OLD, NEW, OLD),
        (None, OLD, OLD),
        (None, None, None),
    ],
)
def test_it_never_makes_a_statement_newer_than_it_was_first_seen(since, as_of, stated_on):
    claim = SourceClaim(source_facts(), {FIELD: 1}, {FIELD: since} if since else {}, as_of)

    assert merge("acme", [claim], {}, on=TODAY)[FIELD].stated_on == stated_on


def test_it_compares_prices_as_they_are_on_the_day():
    until_march = rates.line([rates.PricePoint(usd("3")[0].amount, valid_to=date(2026, 3, 1))])
    claims = [says("a", usd("3"), field="price.input"), says("b", until_march, field="price.input")]

    assert merge("acme", claims, {}, on=TODAY)["price.input"].quality is Quality.VERIFIED
    assert merge("acme", claims, {}, on=date(2026, 3, 1))["price.input"].quality is Quality.PARTIAL


def test_it_tells_the_sides_of_a_value_that_is_published_against_its_sources():
    claims = [says("a", 2), says("b", 1), says("unheard", 1, authority=("price",))]

    assert sides(FIELD, 1, claims, on=TODAY) == (("b",), ("a",))


@pytest.mark.parametrize("word", ["prices", "context", "", "limits"])
def test_it_refuses_an_authority_over_what_does_not_exist(word):
    with pytest.raises(ValueError, match="unknown field"):
        check_authority((word,))


# -- properties ------------------------------------------------------------------------------------

NAMES = ("context_window", "max_output_tokens", "name", "supports_tools", "price.input")
_VALUES = {
    "context_window": st.sampled_from([None, 1000, 2000]),
    "max_output_tokens": st.sampled_from([None, 10, 20]),
    "name": st.sampled_from(["Rocket", "Rocket 1"]),
    "supports_tools": st.sampled_from([None, True, False]),
    "price.input": st.sampled_from([None, usd("3"), usd("3.5"), usd("0"), rates.stated(rates.Amounts.DYNAMIC)]),
}
_AUTHORITIES = st.sampled_from([("*",), ("price",), ("limit", "name"), ("context_window",), ()])
_days = st.sampled_from([date.min, OLD, NEW])
_said = st.fixed_dictionaries({}, optional=_VALUES)


@st.composite
def sources(draw: Any, slug: str) -> SourceFacts:
    return SourceFacts(
        slug,
        draw(st.sampled_from(list(Standing))),
        draw(_AUTHORITIES),
        draw(st.sampled_from(["", "acme", "other"])),
        draw(st.sampled_from(["", "a", "b"])),
        draw(st.sampled_from([10, 100])),
    )


@st.composite
def statements(draw: Any) -> list[SourceClaim]:
    claims = []
    for slug in draw(st.sets(st.sampled_from("abcde"), max_size=5)):
        values = draw(_said)
        since = {name: draw(_days) for name in values}
        estimates = frozenset(name for name in values if draw(st.booleans()))
        as_of = draw(st.none() | _days)
        claims.append(SourceClaim(draw(sources(slug)), values, since, as_of, estimates))
    return claims


pins = st.fixed_dictionaries(
    {}, optional={name: st.builds(PinnedValue, values, st.booleans()) for name, values in _VALUES.items()}
)
law = settings(max_examples=200)


@law
@given(statements(), pins)
def test_it_comes_to_the_same_twice(claims, pins):
    assert merge("acme", claims, pins, on=TODAY) == merge("acme", claims, pins, on=TODAY)


@law
@given(statements(), pins)
def test_it_comes_to_the_same_values_from_the_winners_alone(claims, pins):
    decided = merge("acme", claims, pins, on=TODAY)
    won = {name: d.source for name, d in decided.items()}
    winners = [
        replace(claim, values={n: v for n, v in claim.values.items() if won.get(n) == claim.source.slug})
        for claim in claims
    ]

    again = merge("acme", winners, pins, on=TODAY)
    assert {n: (d.value, d.source) for n, d in again.items()} == {n: (d.value, d.source) for n, d in decided.items()}


@law
@given(statements().flatmap(lambda claims: st.tuples(st.just(claims), st.permutations(claims))), pins)
def test_it_does_not_depend_on_the_order_of_sources(orders, pins):
    one, other = orders

    assert merge("acme", one, pins, on=TODAY) == merge("acme", other, pins, on=TODAY)


@law
@given(statements(), pins)
def test_a_pin_always_wins(claims, pins):
    decided = merge("acme", claims, pins, on=TODAY)

    for name, pin in pins.items():
        assert (decided[name].value, decided[name].source, decided[name].reason) == (
            pin.value,
            PIN_SOURCE,
            Reason.PINNED,
        )


@law
@given(statements(), pins)
def test_it_gives_no_decision_without_a_reason_and_a_source(claims, pins):
    for name, decided in merge("acme", claims, pins, on=TODAY).items():
        assert isinstance(decided.reason, Reason)
        assert decided.reason is not Reason.WITHDRAWN
        assert isinstance(decided.quality, Quality)
        assert decided.source in {claim.source.slug for claim in claims if name in claim.values} | {PIN_SOURCE}


@law
@given(statements(), pins)
def test_it_never_decides_a_value_that_no_claim_or_pin_states(claims, pins):
    for name, decided in merge("acme", claims, pins, on=TODAY).items():
        stated = [c.values[name] for c in claims if c.source.slug == decided.source and name in c.values]
        assert decided.value in (stated or [pins[name].value])


@law
@given(statements())
def test_a_source_without_authority_never_wins(claims):
    facts = {claim.source.slug: claim.source for claim in claims}

    for name, decided in merge("acme", claims, {}, on=TODAY).items():
        assert facts[decided.source].is_authority_for(name)


@law
@given(statements())
def test_an_estimate_never_beats_what_is_stated(claims):
    for name, decided in merge("acme", claims, {}, on=TODAY).items():
        heard = [c for c in claims if name in c.values and c.source.is_authority_for(name)]
        firm = [
            c.source.slug
            for c in heard
            if name not in c.estimates and c.source.standing_towards("acme") is not Standing.ESTIMATE
        ]
        assert decided.source in firm or not firm
        assert (decided.quality is Quality.ESTIMATED) == (not firm)


@law
@given(statements())
def test_nothing_is_verified_by_copies_of_one_origin(claims):
    copies = [replace(claim, source=replace(claim.source, origin="x", speaks_for="")) for claim in claims]
    copies = [c for c in copies if c.source.standing is not Standing.OFFICIAL]

    decided = merge("acme", copies, {}, on=TODAY)
    assert not [name for name, d in decided.items() if d.quality is Quality.VERIFIED]


@law
@given(statements())
def test_it_counts_each_heard_source_on_exactly_one_side(claims):
    for name, decided in merge("acme", claims, {}, on=TODAY).items():
        heard = {c.source.slug for c in claims if name in c.values and c.source.is_authority_for(name)}
        assert sorted([decided.source, *decided.agreeing, *decided.disagreeing]) == sorted(heard)


def test_it_knows_the_fields_of_these_properties():
    assert {fields.field(name).group.value for name in NAMES} == {"limit", "identity", "capability", "price"}
