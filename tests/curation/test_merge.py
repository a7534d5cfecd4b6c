"""The law of the merge: as a table, row per rule, then as properties."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation import price_lists
from curation.merge import (
    PIN_SOURCE,
    PinnedValue,
    Quality,
    Reason,
    SourceClaim,
    agreement,
    merge,
    merge_lists,
    sides,
)
from curation.trust import UNCONFIRMED_AFTER, SourceFacts, Standing, check_authority
from registry import fields, rates
from tests.builders import source_facts, statement, usd
from tests.random_courses import count

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


# -- what ages -------------------------------------------------------------------------------------

FRESH, SILENT = date(2026, 1, 4), date(2025, 12, 1)


def read_on(day: date | None, claim: SourceClaim) -> SourceClaim:
    return replace(claim, confirmed_on=day)


@pytest.mark.parametrize(
    ("claims", "value"),
    [
        pytest.param(
            [read_on(SILENT, says("a", 1, since=NEW)), read_on(FRESH, says("b", 2, since=OLD))],
            2,
            id="a source that nobody reads any more loses to an equal that is read",
        ),
        pytest.param(
            [
                read_on(SILENT, says("a", 1, standing=Standing.MARKETPLACE, since=OLD)),
                read_on(FRESH, says("b", 2, since=NEW)),
            ],
            2,
            id="it is an equal of the next lower standing",
        ),
        pytest.param(
            [
                read_on(SILENT, says("a", 1, standing=Standing.MARKETPLACE)),
                read_on(FRESH, says("b", 2, standing=Standing.COMMUNITY)),
            ],
            1,
            id="and no lower than that",
        ),
        pytest.param(
            [read_on(SILENT, says("a", 1, **OFFICIAL)), read_on(FRESH, says("b", 2))],
            1,
            id="the provider's own word does not age",
        ),
        pytest.param(
            [read_on(SILENT, says("a", 1, standing=Standing.COMMUNITY)), read_on(FRESH, says("b", 2, estimate=True))],
            1,
            id="nothing stated falls to an estimate",
        ),
        pytest.param(
            [read_on(FRESH, says("a", 1, since=date(2019, 1, 1), standing=Standing.MARKETPLACE)), says("b", 2)],
            1,
            id="having said the same for years is no age while it is confirmed",
        ),
        pytest.param(
            [read_on(None, says("a", 1, standing=Standing.MARKETPLACE)), read_on(FRESH, says("b", 2))],
            1,
            id="what is not known to be old is not",
        ),
        pytest.param(
            [replace(says("a", 1, standing=Standing.MARKETPLACE), as_of=date(2025, 7, 1)), says("b", 2)],
            2,
            id="a statement that is old by its source's own date loses weight",
        ),
    ],
)
def test_what_nobody_confirms_any_more_loses_weight(claims, value):
    assert merge("acme", claims, {}, on=TODAY)[FIELD].value == value


def test_it_loses_weight_after_fourteen_days_and_not_before():
    def winner(day: date) -> Any:
        claims = [read_on(day, says("a", 1, standing=Standing.MARKETPLACE, since=OLD)), says("b", 2, since=NEW)]
        return merge("acme", claims, {}, on=TODAY)[FIELD].value

    assert winner(TODAY - UNCONFIRMED_AFTER) == 1
    assert winner(TODAY - UNCONFIRMED_AFTER - timedelta(days=1)) == 2


# -- price lists -----------------------------------------------------------------------------------


def lists(slug: str, *, since: Any = NEW, standing: Standing = Standing.CATALOGUE, **prices: str) -> SourceClaim:
    """One source's price list: `input="3"`, `input_batch="1.5"`."""
    values = {f"price.{name.replace('_batch', '[tier=batch]')}": usd(amount) for name, amount in prices.items()}
    return statement(source_facts(slug, standing=standing), since=since, values=values)


def amounts(claims: list[SourceClaim], pins: Any = None) -> dict[str, str]:
    decided = merge("acme", claims, pins or {}, on=TODAY)
    return {name.removeprefix("price."): str(d.value[0].amount) for name, d in decided.items()}


OWN = lists("own", standing=Standing.OFFICIAL, input="3", output="15")


def test_a_special_price_of_another_list_is_not_published():
    other = lists("other", input="2", output="10", input_batch="1", cache_read="0.2")
    merged = merge_lists("acme", [OWN, other], {}, on=TODAY)

    assert amounts([OWN, other]) == {"input": "3", "output": "15"}
    assert merged.elsewhere == {"price.input[tier=batch]": ("other",), "price.cache_read": ("other",)}


def test_a_special_price_of_an_agreeing_list_is():
    other = lists("other", input="3", output="15", input_batch="1.5", cache_read="0.3")

    assert amounts([OWN, other]) == {"input": "3", "output": "15", "input[tier=batch]": "1.5", "cache_read": "0.3"}


def test_a_list_that_differs_in_output_alone_is_another_list():
    other = lists("other", input="3", output="12", input_batch="1.5")

    assert amounts([OWN, other]) == {"input": "3", "output": "15"}


def test_output_stands_beside_the_input_of_its_own_list():
    # By dates alone, the input would be of one list and the output of the other.
    one = lists("one", input="3", output="15", since={"price.input": OLD, "price.output": NEW})
    two = lists("two", input="2", output="10", since={"price.input": NEW, "price.output": OLD})

    assert amounts([one, two]) == {"input": "2", "output": "10"}


def test_a_source_of_special_prices_alone_contradicts_no_list():
    assert amounts([OWN, lists("extras", input_batch="1.5")])["input[tier=batch]"] == "1.5"


def test_a_better_standing_does_not_help_a_special_price_of_another_list():
    one = lists("one", input="3", cache_read="0.3")
    relay = lists("relay", standing=Standing.MARKETPLACE, input="3.3", cache_read="0.33")

    assert amounts([one, relay]) == {"input": "3.3", "cache_read": "0.33"}
    assert amounts([replace(OWN), one, relay]) == {"input": "3", "output": "15", "cache_read": "0.3"}


def test_prices_without_tokens_stand_for_themselves():
    own = statement(source_facts("own", standing=Standing.OFFICIAL), values={"price.input": usd("3")})
    other = statement(
        source_facts("other"), values={"price.input": usd("2"), "price.search": usd("0.01"), "price.request": usd("1")}
    )

    assert amounts([own, other]) == {"input": "3", "search": "0.01", "request": "1"}


def test_prices_of_sound_are_a_list_of_their_own():
    own = statement(source_facts("own", standing=Standing.OFFICIAL), values={"price.input": usd("3")})
    values = {
        "price.input": usd("2"),
        "price.input[modality=audio]": usd("9"),
        "price.cache_read[modality=audio]": usd("1"),
    }
    other = statement(source_facts("other"), values=values)

    assert amounts([own, other]) == {"input": "3", "input[modality=audio]": "9", "cache_read[modality=audio]": "1"}


def test_a_pin_holds_for_its_field_and_moves_no_list():
    pins = {"price.input": PinnedValue(usd("9")), "price.cache_read": PinnedValue(usd("7"))}
    other = lists("other", input="2", input_batch="1", cache_read="0.2")
    agreeing = lists("agreeing", input="3", input_batch="1.5")

    assert amounts([OWN, other, agreeing], pins) == {
        "input": "9",
        "output": "15",
        "input[tier=batch]": "1.5",
        "cache_read": "7",
    }


def test_it_counts_voices_and_not_sources():
    claims = [says("a", 1, standing=Standing.OFFICIAL), says("b", 1), says("c", 2), says("d", 1, origin="b")]

    decided = merge("acme", claims, {}, on=TODAY)[FIELD]
    assert (decided.agree, decided.of) == (2, 3)
    assert agreement(FIELD, 2, claims, on=TODAY) == (1, 3)


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
law = settings(max_examples=count(200))


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


# -- properties of price lists ---------------------------------------------------------------------

_prices = st.sampled_from([usd("1"), usd("2"), usd("0"), None])
_lists = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        (
            "price.input", "price.output", "price.cache_read", "price.input[tier=batch]", "price.output[above=200000]",
            "price.input[modality=audio]", "price.request", "price.request[tier=batch]",
        ),
        _prices,
    ),
)  # fmt: skip
_list_pins = st.dictionaries(
    st.sampled_from(["price.input", "price.output", "price.cache_read"]), st.builds(PinnedValue, _prices), max_size=2
)


@st.composite
def price_statements(draw: Any) -> list[SourceClaim]:
    claims = []
    for slug in sorted(draw(st.sets(st.sampled_from("abcd"), min_size=1, max_size=4))):
        values = draw(_lists)
        facts = source_facts(slug, standing=draw(st.sampled_from(list(Standing))), authority=draw(_AUTHORITIES))
        claims.append(SourceClaim(facts, values, {name: draw(_days) for name in values}))
    return claims


def of_one_list(name: str, claim: SourceClaim, decided: dict[str, Any]) -> bool:
    ordinary = {n: d.value for n, d in decided.items() if price_lists.order(n) < 2}
    return price_lists.belongs(name, claim.values, ordinary, on=TODAY)


@law
@given(price_statements())
def test_every_price_is_of_the_one_list_or_of_one_that_agrees_with_it(claims):
    decided = merge("acme", claims, {}, on=TODAY)
    by_slug = {claim.source.slug: claim for claim in claims}

    for name, decision in decided.items():
        assert of_one_list(name, by_slug[decision.source], decided), name


@law
@given(price_statements())
def test_what_is_left_out_is_stated_only_in_other_lists(claims):
    merged = merge_lists("acme", claims, {}, on=TODAY)

    assert not merged.elsewhere.keys() & merged.decided.keys()
    for name, slugs in merged.elsewhere.items():
        for claim in claims:
            if claim.source.slug in slugs:
                assert not of_one_list(name, claim, merged.decided)


@law
@given(price_statements(), st.randoms())
def test_the_order_of_claims_does_not_matter(claims, random):
    shuffled = random.sample(claims, len(claims))

    assert merge_lists("acme", shuffled, {}, on=TODAY) == merge_lists("acme", claims, {}, on=TODAY)


@law
@given(price_statements(), _list_pins)
def test_a_pinned_price_is_the_pin_and_the_others_are_as_without_it(claims, pinned):
    plain, with_pins = merge("acme", claims, {}, on=TODAY), merge("acme", claims, pinned, on=TODAY)

    assert {name: with_pins[name].value for name in pinned} == {name: pin.value for name, pin in pinned.items()}
    assert {n: d for n, d in with_pins.items() if n not in pinned} == {
        n: d for n, d in plain.items() if n not in pinned
    }


@law
@given(price_statements(), st.sampled_from(list(Standing)), st.data())
def test_a_source_that_agrees_removes_no_price(claims, standing, data):
    before = merge("acme", claims, {}, on=TODAY)
    said = {name: decision.value for name, decision in before.items() if data.draw(st.booleans())}
    agreeing = SourceClaim(source_facts("new", standing=standing), said, dict.fromkeys(said, NEW))

    after = merge("acme", [*claims, agreeing], {}, on=TODAY)
    assert before.keys() <= after.keys()
    assert all(fields.agrees(name, before[name].value, after[name].value, on=TODAY) for name in before)
