"""The precedence rules: as a table, row per rule, then as properties."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.core.authority import SILENT_AFTER, UNCONFIRMED_AFTER, SourceFacts, SourceType, check_authority
from curation.core.merge import (  # fmt: skip
    Accepted,
    Decision,
    Listing,
    Merged,
    PinnedValue,
    Reason,
    SourceClaim,
    is_frozen,
    merge,
    pinned,
)
from curation.core.statements import PastMove
from registry.domain import fields, rates
from registry.domain.provenance import Quality
from tests.builders import source_facts, statement, usd
from tests.random_courses import count

TODAY = date(2026, 1, 5)
OLD, NEW = date(2025, 6, 1), date(2026, 1, 1)
FIELD = "context_window"


def says(
    slug: str,
    value: Any,
    *,
    since: date = NEW,
    estimate: bool = False,
    field: str = FIELD,
    has_moved: bool = False,
    before: Any = 7,
    **declared: Any,
) -> SourceClaim:
    """One source's statement on one field; where it was seen to move, it said `before` until then."""
    details: dict[str, Any] = {"estimates": frozenset({field}) if estimate else frozenset()}
    details["moves"] = {field: (PastMove(before, NEW),)} if has_moved else {}
    return statement(source_facts(slug, **declared), since=since, values={field: value}, **details)


def decided(claims: list[SourceClaim], **accepted: tuple[Any, str]) -> dict[str, Decision]:
    """What the merge comes to, after values and their sources that were accepted before."""
    return merge("acme", claims, on=TODAY, base=base(**accepted)).decided


def base(**accepted: tuple[Any, str]) -> dict[str, Accepted]:
    return {name: Accepted(value, source) for name, (value, source) in accepted.items()}


OFFICIAL: dict[str, Any] = {"source_type": SourceType.MARKETPLACE, "speaks_for": "acme"}


@pytest.mark.parametrize(
    ("claims", "value", "source", "reason", "quality"),
    [
        pytest.param(
            [
                says("a", 1, authority=("price",), source_type=SourceType.OFFICIAL),
                says("b", 2, source_type=SourceType.COMMUNITY),
            ],
            2,
            "b",
            Reason.ONLY_SOURCE,
            Quality.PARTIAL,
            id="only sources that are an authority for the field are heard",
        ),
        pytest.param(
            [says("a", 1, authority=("limit",))],
            1,
            "a",
            Reason.ONLY_SOURCE,
            Quality.PARTIAL,
            id="an authority for the group is one for the field",
        ),
        pytest.param(
            [says("a", 1, authority=("context_window",))],
            1,
            "a",
            Reason.ONLY_SOURCE,
            Quality.PARTIAL,
            id="an authority for the one field is heard",
        ),
        *(
            pytest.param(
                [says("a", 1, source_type=worse, since=NEW), says("b", 2, source_type=better, since=OLD)],
                2,
                "b",
                Reason.BEST_SOURCE_TYPE,
                Quality.VERIFIED if better is SourceType.OFFICIAL else Quality.PARTIAL,
                id=f"the best source type wins: {better} before {worse}",
            )
            for better, worse in zip(list(SourceType)[:-1], list(SourceType)[1:], strict=True)
        ),
        pytest.param(
            [says("a", 1, source_type=SourceType.MARKETPLACE), says("b", 2, **OFFICIAL)],
            2,
            "b",
            Reason.BEST_SOURCE_TYPE,
            Quality.VERIFIED,
            id="a source speaks officially for the provider whose own it is",
        ),
        pytest.param(
            [
                says("a", 1, source_type=SourceType.MARKETPLACE),
                says("b", 2, source_type=SourceType.MARKETPLACE, speaks_for="other"),
            ],
            1,
            "a",
            Reason.PREFERRED,
            Quality.PARTIAL,
            id="and for no other provider",
        ),
        pytest.param(
            [
                says("a", 1, source_type=SourceType.OFFICIAL, estimate=True),
                says("b", 2, source_type=SourceType.COMMUNITY, since=OLD),
            ],
            2,
            "b",
            Reason.BEST_SOURCE_TYPE,
            Quality.PARTIAL,
            id="a value which its source calls an estimate has the source type of an estimate",
        ),
        pytest.param(
            [says("a", 1, source_type=SourceType.OFFICIAL, estimate=True)],
            1,
            "a",
            Reason.ONLY_SOURCE,
            Quality.ESTIMATED,
            id="an estimate is published as one where nobody states a value",
        ),
        pytest.param(
            [says("a", 1, since=OLD), says("b", 2, since=NEW)],
            1,
            "a",
            Reason.PREFERRED,
            Quality.PARTIAL,
            id="the day of a first reading is evidence of nothing",
        ),
        pytest.param(
            [says("a", 1), says("b", 2, has_moved=True)],
            2,
            "b",
            Reason.LATEST_MOVE,
            Quality.PARTIAL,
            id="among equals the one that was seen to move last wins",
        ),
        pytest.param(
            [says("a", 1), says("b", 2), says("c", 2)],
            2,
            "b",
            Reason.MAJORITY,
            Quality.VERIFIED,
            id="before that, the value with more independent sources",
        ),
        pytest.param(
            [says("a", 1, has_moved=True), says("b", 2), says("c", 2)],
            2,
            "b",
            Reason.MAJORITY,
            Quality.VERIFIED,
            id="however late another moved",
        ),
        pytest.param(
            [says("a", 1), says("b", 2), says("c", 2, origin="b")],
            1,
            "a",
            Reason.PREFERRED,
            Quality.PARTIAL,
            id="copies of one origin count as one",
        ),
        pytest.param(
            [says("a", 1), says("b", 2, speaks_for="other"), says("c", 2, speaks_for="other")],
            1,
            "a",
            Reason.PREFERRED,
            Quality.PARTIAL,
            id="and so are the sources of one provider",
        ),
        pytest.param(
            [
                says("a", 1),
                says("b", 2, source_type=SourceType.CATALOGUE),
                says("c", 2, source_type=SourceType.COMMUNITY),
            ],
            1,
            "a",
            Reason.PREFERRED,
            Quality.PARTIAL,
            id="sources of a lower type do not decide among equals",
        ),
        pytest.param(
            [says("a", 1, preference=50), says("b", 2, preference=10)],
            2,
            "b",
            Reason.PREFERRED,
            Quality.PARTIAL,
            id="then declared preference",
        ),
        pytest.param(
            [says("b", 2), says("a", 1)], 1, "a", Reason.PREFERRED, Quality.PARTIAL, id="at last the name decides"
        ),
        pytest.param(
            [says("a", None, has_moved=True), says("b", 2)],
            None,
            "a",
            Reason.LATEST_MOVE,
            Quality.PARTIAL,
            id="that there is none is a statement like any other",
        ),
        pytest.param(
            [says("a", 1), says("b", 1)],
            1,
            "a",
            Reason.PREFERRED,
            Quality.VERIFIED,
            id="two independent sources verify",
        ),
        pytest.param(
            [says("a", 1), says("b", 1, source_type=SourceType.COMMUNITY)],
            1,
            "a",
            Reason.BEST_SOURCE_TYPE,
            Quality.VERIFIED,
            id="of whatever source type",
        ),
        pytest.param(
            [says("a", 1), says("b", 1, origin="a")],
            1,
            "a",
            Reason.ONLY_SOURCE,
            Quality.PARTIAL,
            id="a copy verifies nothing",
        ),
        pytest.param(
            [says("a", 1, origin="x"), says("b", 1, origin="x")],
            1,
            "a",
            Reason.PREFERRED,
            Quality.PARTIAL,
            id="two copies of one origin verify nothing",
        ),
        pytest.param(
            [says("a", 1), says("b", 1, estimate=True)],
            1,
            "a",
            Reason.BEST_SOURCE_TYPE,
            Quality.PARTIAL,
            id="an estimate verifies nothing",
        ),
        pytest.param(
            [says("a", 1), replace(says("b", 1), listing=Listing.MISSING)],
            1,
            "a",
            Reason.PREFERRED,
            Quality.PARTIAL,
            id="nor does who does not list the offering now",
        ),
        pytest.param(
            [says("a", 1), says("b", 2), says("c", 2), replace(says("d", 2), listing=Listing.GONE)],
            2,
            "b",
            Reason.MAJORITY,
            Quality.VERIFIED,
            id="who delisted it is not heard",
        ),
        pytest.param(
            [says("identity", 1, source_type=SourceType.ESTIMATE)],
            1,
            "identity",
            Reason.DERIVED,
            Quality.ESTIMATED,
            id="what the registry derives is called derived and estimated",
        ),
    ],
)
def test_it_keeps_the_precedence_rules(claims, value, source, reason, quality):
    decision = decided(claims)[FIELD]

    assert (decision.value, decision.source, decision.reason, decision.quality) == (value, source, reason, quality)


@pytest.mark.parametrize(
    ("claims", "value", "source", "reason"),
    [
        pytest.param([says("a", 1), says("b", 2)], 1, "a", Reason.INCUMBENT, id="the incumbent stays among equals"),
        pytest.param(
            [says("a", 1), says("b", 2, has_moved=True, preference=1)], 1, "a", Reason.INCUMBENT, id="whoever moved"
        ),
        pytest.param([says("a", 3), says("b", 1)], 3, "a", Reason.INCUMBENT, id="its new word is a change"),
        pytest.param([says("a", 1), says("b", 2), says("c", 2)], 2, "b", Reason.MAJORITY, id="two equals outnumber it"),
        pytest.param(
            [says("a", 1), says("b", 2), says("c", 2), says("d", 1)], 1, "a", Reason.INCUMBENT, id="two do not two"
        ),
        pytest.param([says("a", 1), says("b", 2), says("c", 2, origin="b")], 1, "a", Reason.INCUMBENT, id="nor a copy"),
        pytest.param(
            [says("a", 1), says("b", 2), says("c", 2, source_type=SourceType.COMMUNITY)],
            1,
            "a",
            Reason.INCUMBENT,
            id="nor sources of a lower type",
        ),
        pytest.param(
            [says("a", 1), says("b", 2, **OFFICIAL)],
            2,
            "b",
            Reason.BEST_SOURCE_TYPE,
            id="a better source takes the seat",
        ),
        pytest.param(
            [says("a", 1, estimate=True), says("b", 2)], 2, "b", Reason.BEST_SOURCE_TYPE, id="an estimate holds no seat"
        ),
        pytest.param([says("b", 2), says("c", 3)], 2, "b", Reason.PREFERRED, id="an empty seat is filled anew"),
        pytest.param(
            [replace(says("a", 1), listing=Listing.MISSING), says("b", 2)],
            1,
            "a",
            Reason.INCUMBENT,
            id="who is missing keeps the seat",
        ),
        pytest.param(
            [replace(says("a", 1), listing=Listing.MISSING), says("b", 2), says("c", 2)],
            2,
            "b",
            Reason.MAJORITY,
            id="not counted, against two",
        ),
        pytest.param(
            [replace(says("a", 1), listing=Listing.GONE), says("b", 2)],
            2,
            "b",
            Reason.ONLY_SOURCE,
            id="who is gone, none",
        ),
        pytest.param(
            [replace(says("a", 1), dropped=frozenset({FIELD})), says("b", 1)],
            1,
            "b",
            Reason.INCUMBENT,
            id="who dropped the field leaves the seat to one that says the same",
        ),
        pytest.param(
            [replace(says("a", 1), dropped=frozenset({FIELD})), says("b", 2)],
            1,
            "a",
            Reason.INCUMBENT,
            id="and to nobody else",
        ),
    ],
)
def test_it_measures_an_incumbent_with_its_equals(claims, value, source, reason):
    decision = decided(claims, context_window=(1, "a"))[FIELD]

    assert (decision.value, decision.source, decision.reason) == (value, source, reason)


def test_it_calls_news_what_an_equal_says_since_it_left_the_accepted_value():
    left = says("b", 2, has_moved=True, before=1)
    merged = merge("acme", [says("a", 1), left], on=TODAY, base=base(context_window=(1, "a")))

    assert merged.decided[FIELD].value == 1
    assert {unit: {name: (d.value, d.source) for name, d in news.items()} for unit, news in merged.news.items()} == {
        FIELD: {FIELD: (2, "b")}
    }


@pytest.mark.parametrize(
    "left",
    [
        says("b", 2),
        says("b", 2, has_moved=True, before=7),
        replace(says("b", 2, has_moved=True, before=1), listing=Listing.MISSING),
        says("b", 2, has_moved=True, before=1, estimate=True),
        says("b", 1, has_moved=True, before=1),
    ],
    ids=["never moved", "said another value before", "not listed", "an estimate", "says it again"],
)
def test_what_is_no_news(left):
    assert merge("acme", [says("a", 1), left], on=TODAY, base=base(context_window=(1, "a"))).news == {}


def test_what_its_provider_delisted_is_frozen():
    gone = replace(says("own", 1, **OFFICIAL), listing=Listing.GONE)
    merged = merge("acme", [gone, says("b", 2)], on=TODAY, base=base(context_window=(1, "own")))

    assert (merged.is_frozen, merged.decided) == (True, {})
    assert not merge("acme", [gone, says("own-too", 2, **OFFICIAL)], on=TODAY).is_frozen


def test_it_decides_nothing_that_nobody_states():
    assert decided([]) == {}
    assert decided([says("a", 1, authority=("price",))]) == {}


def test_it_names_who_agrees_and_who_does_not():
    claims = [
        says("a", 1, source_type=SourceType.OFFICIAL),
        says("b", 1),
        says("c", 2),
        says("d", 1, origin="b"),
        says("unheard", 3, authority=("price",)),
    ]

    decision = decided(claims)[FIELD]
    assert (decision.agreeing, decision.disagreeing) == (("b", "d"), ("c",))


@pytest.mark.parametrize(
    ("claims", "pin", "quality", "sides_of_it"),
    [
        ([says("acme-api", 1, source_type=SourceType.OFFICIAL)], PinnedValue(9), Quality.PARTIAL, ((), ("acme-api",))),
        ([], PinnedValue(9), Quality.PARTIAL, ((), ())),
        ([says("a", 1)], PinnedValue(None), Quality.PARTIAL, ((), ("a",))),
        ([], PinnedValue(9, has_evidence=True), Quality.VERIFIED, ((), ())),
        ([says("acme-api", 9, **OFFICIAL)], PinnedValue(9), Quality.VERIFIED, (("acme-api",), ())),
        ([says("a", 9), says("b", 9)], PinnedValue(9), Quality.PARTIAL, (("a", "b"), ())),
        ([says("a", 9, authority=("price",)), says("b", 2)], PinnedValue(9), Quality.PARTIAL, ((), ("b",))),
    ],
    ids=["contradicted", "alone", "of none", "with evidence", "confirmed by the provider", "by two", "by no authority"],
)
def test_it_shows_what_sources_say_behind_a_pin(claims, pin, quality, sides_of_it):
    decision = pinned(FIELD, pin, "acme", claims, on=TODAY)

    assert (decision.value, decision.source, decision.reason, decision.quality) == (
        pin.value,
        "pin",
        Reason.PINNED,
        quality,
    )
    assert (decision.agreeing, decision.disagreeing) == sides_of_it


def test_the_account_of_a_pin_is_that_of_the_day():
    """What a source states from a later day on does not agree yet."""
    start = TODAY + timedelta(days=9)
    later = rates.line([replace(usd("3")[0], valid_to=start), replace(usd("9")[0], valid_from=start)])
    claim = statement(source_facts("a"), values={"price.input": later}, as_of=OLD)
    pin = PinnedValue(usd("9"), pinned_on=OLD)

    for on, agreeing in ((TODAY, ()), (start, ("a",))):
        decision = pinned("price.input", pin, "acme", [claim], on=on)
        assert (decision.agreeing, decision.stated_on) == (agreeing, OLD)


def test_behind_a_pin_copies_of_one_origin_are_counted_once():
    claims = [says("a", 9), says("b", 9, origin="a"), says("c", 2)]
    decision = pinned(FIELD, PinnedValue(9), "acme", claims, on=TODAY)

    assert (decision.agreeing, decision.agree, decision.of) == (("a", "b"), 1, 2)


def test_it_counts_a_statement_taken_from_elsewhere_with_its_origin():
    copied = replace(says("b", 1), origin="a")

    assert decided([says("a", 1), copied])[FIELD].quality is Quality.PARTIAL


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

    assert decided([claim])[FIELD].stated_on == stated_on


def test_it_compares_prices_as_they_are_on_the_day():
    until_march = rates.line([rates.PricePoint(usd("3")[0].amount, valid_to=date(2026, 3, 1))])
    claims = [says("a", usd("3"), field="price.input"), says("b", until_march, field="price.input")]

    assert merge("acme", claims, on=TODAY).decided["price.input"].quality is Quality.VERIFIED
    assert merge("acme", claims, on=date(2026, 3, 1)).decided["price.input"].quality is Quality.PARTIAL


@pytest.mark.parametrize("word", ["prices", "context", "", "limits"])
def test_it_refuses_an_authority_over_what_does_not_exist(word):
    with pytest.raises(ValueError, match="unknown field"):
        check_authority((word,))


# -- what ages -------------------------------------------------------------------------------------

FRESH, SILENT = date(2026, 1, 4), date(2025, 12, 1)


def read_on(day: date | None, claim: SourceClaim, failures: int = SILENT_AFTER) -> SourceClaim:
    """A statement of a source that was read well on that day last, and failed so often since."""
    return replace(claim, confirmed_on=day, source=replace(claim.source, failed_readings=failures))


@pytest.mark.parametrize(
    ("claims", "value"),
    [
        pytest.param(
            [read_on(SILENT, says("a", 1)), read_on(FRESH, says("b", 2))],
            2,
            id="a source that cannot be read any more loses to an equal that is read",
        ),
        pytest.param(
            [read_on(SILENT, says("a", 1), SILENT_AFTER - 1), read_on(FRESH, says("b", 2))],
            1,
            id="not before enough readings have failed",
        ),
        pytest.param(
            [read_on(SILENT, says("a", 1, source_type=SourceType.MARKETPLACE)), read_on(FRESH, says("b", 2))],
            2,
            id="it ranks below an equal of the next lower source type",
        ),
        pytest.param(
            [
                read_on(SILENT, says("a", 1, source_type=SourceType.MARKETPLACE)),
                read_on(FRESH, says("b", 2, source_type=SourceType.COMMUNITY)),
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
            [
                read_on(SILENT, says("a", 1, source_type=SourceType.COMMUNITY)),
                read_on(FRESH, says("b", 2, estimate=True)),
            ],
            1,
            id="nothing stated falls to an estimate",
        ),
        pytest.param(
            [read_on(FRESH, says("a", 1, since=date(2019, 1, 1), source_type=SourceType.MARKETPLACE)), says("b", 2)],
            1,
            id="having said the same for years is no age while it is confirmed",
        ),
        pytest.param(
            [read_on(None, says("a", 1, source_type=SourceType.MARKETPLACE)), read_on(FRESH, says("b", 2))],
            1,
            id="what is not known to be old is not",
        ),
        pytest.param(
            [
                replace(says("a", 1, source_type=SourceType.MARKETPLACE), as_of=date(2025, 7, 1)),
                says("b", 2, has_moved=True),
            ],
            2,
            id="a statement that is old by its source's own date loses weight",
        ),
    ],
)
def test_what_nobody_confirms_any_more_loses_weight(claims, value):
    assert decided(claims)[FIELD].value == value


def test_it_loses_weight_after_fourteen_days_and_not_before():
    def winner(day: date) -> Any:
        claims = [read_on(day, says("a", 1, source_type=SourceType.MARKETPLACE)), says("b", 2, has_moved=True)]
        return decided(claims)[FIELD].value

    assert winner(TODAY - UNCONFIRMED_AFTER) == 1
    assert winner(TODAY - UNCONFIRMED_AFTER - timedelta(days=1)) == 2


# -- price lists -----------------------------------------------------------------------------------


def lists(
    slug: str,
    *,
    source_type: SourceType = SourceType.CATALOGUE,
    speaks_for: str = "",
    dropped: tuple[str, ...] = (),
    **amounts: str,
) -> SourceClaim:
    """One source's price list: `input="3"`, `input_batch="1.5"`."""
    values = {_rate(name): usd(amount) for name, amount in amounts.items()}
    facts = source_facts(slug, source_type=source_type, speaks_for=speaks_for)
    return statement(facts, values=values, dropped=frozenset(map(_rate, dropped)))


def _rate(name: str) -> str:
    return f"price.{name.replace('_batch', '[tier=batch]')}"


def amounts(claims: list[SourceClaim], **accepted: tuple[str, str]) -> dict[str, str]:
    """The amounts that are decided; `accepted`: rate → amount and source."""
    held = {_rate(name): Accepted(usd(amount), source) for name, (amount, source) in accepted.items()}
    decisions = merge("acme", claims, on=TODAY, base=held).decided
    return {name.removeprefix("price."): str(d.value[0].amount) for name, d in decisions.items()}


OWN = lists("own", source_type=SourceType.OFFICIAL, input="3", output="15")


def test_a_special_price_of_another_list_is_not_published():
    other = lists("other", input="2", output="10", input_batch="1", cache_read="0.2")
    merged = merge("acme", [OWN, other], on=TODAY)

    assert amounts([OWN, other]) == {"input": "3", "output": "15"}
    assert merged.elsewhere == {"price.input[tier=batch]": ("other",), "price.cache_read": ("other",)}


def test_a_special_price_of_an_agreeing_list_is():
    other = lists("other", input="3", output="15", input_batch="1.5", cache_read="0.3")

    assert amounts([OWN, other]) == {"input": "3", "output": "15", "input[tier=batch]": "1.5", "cache_read": "0.3"}
    assert merge("acme", [OWN, other], on=TODAY).decided["price.cache_read"].reason is Reason.SAME_LIST


def test_a_list_that_differs_in_output_alone_is_another_list():
    other = lists("other", input="3", output="12", input_batch="1.5")

    assert amounts([OWN, other]) == {"input": "3", "output": "15"}


def test_output_stands_beside_the_input_of_its_own_list():
    # Decided price by price, the input would be of one list and the output of the other.
    first_list = lists("one", input="3", output="15")
    second_list = lists("two", input="2", output="15")
    third_list = lists("three", input="3", output="12")

    assert amounts([first_list, second_list, third_list], input=("2", "two"), output=("15", "two")) == {
        "input": "2",
        "output": "15",
    }
    assert amounts([second_list, third_list]) in ({"input": "2", "output": "15"}, {"input": "3", "output": "12"})


def test_a_source_of_special_prices_alone_contradicts_no_list():
    assert amounts([OWN, lists("extras", input_batch="1.5")])["input[tier=batch]"] == "1.5"


def test_a_better_source_type_does_not_help_a_special_price_of_another_list():
    catalogue = lists("one", input="3", cache_read="0.3")
    relay = lists("relay", source_type=SourceType.MARKETPLACE, input="3.3", cache_read="0.33")

    assert amounts([catalogue, relay]) == {"input": "3.3", "cache_read": "0.33"}
    assert amounts([OWN, catalogue, relay]) == {"input": "3", "output": "15", "cache_read": "0.3"}


def test_prices_without_tokens_stand_for_themselves():
    own = statement(source_facts("own", source_type=SourceType.OFFICIAL), values={"price.input": usd("3")})
    other = statement(
        source_facts("other"), values={"price.input": usd("2"), "price.search": usd("0.01"), "price.request": usd("1")}
    )

    assert amounts([own, other]) == {"input": "3", "search": "0.01", "request": "1"}


def test_prices_of_sound_belong_to_the_list_of_text():
    own = statement(source_facts("own", source_type=SourceType.OFFICIAL), values={"price.input": usd("3")})
    sound = {"price.input[modality=audio]": usd("9"), "price.cache_read[modality=audio]": usd("1")}
    alike = statement(source_facts("other"), values={"price.input": usd("3"), **sound})
    apart = statement(source_facts("other"), values={"price.input": usd("2"), **sound})

    assert amounts([own, alike]) == {"input": "3", "input[modality=audio]": "9", "cache_read[modality=audio]": "1"}
    assert amounts([own, apart]) == {"input": "3"}


def test_input_and_output_of_one_condition_are_of_one_source():
    first_list = lists("one", input="3", output="15", input_batch="1.5")
    second_list = lists("two", input="3", output="15", input_batch="1", output_batch="5")

    assert amounts([first_list, second_list]) == {"input": "3", "output": "15", "input[tier=batch]": "1.5"}
    agreeing = lists("two", input="3", output="15", input_batch="1.5", output_batch="7.5")
    assert amounts([first_list, agreeing])["output[tier=batch]"] == "7.5"


def test_a_rate_leaves_with_the_list_that_it_belonged_to():
    own = lists("own", source_type=SourceType.OFFICIAL, input="2", output="10")
    other = lists("other", input="3", output="15", input_batch="1.5")
    accepted = {"input": ("3", "own"), "output": ("15", "own"), "input_batch": ("1.5", "other")}

    merged = merge(
        "acme", [own, other], on=TODAY, base={_rate(n): Accepted(usd(a), s) for n, (a, s) in accepted.items()}
    )
    assert amounts([own, other], **accepted) == {"input": "2", "output": "10"}
    assert merged.accepted_list is not None
    assert set(merged.accepted_list) == {"price.input[tier=batch]"}  # it stays while the new list waits


def test_a_part_of_a_list_that_its_source_dropped_stays_while_the_rest_does():
    dropping = lists("a", input="3", output="15", input_batch="1.5", dropped=("input_batch",))
    accepted = {"input": ("3", "a"), "output": ("15", "a"), "input_batch": ("1.5", "a")}

    assert amounts([dropping], **accepted)["input[tier=batch]"] == "1.5"


def test_a_part_of_a_list_that_its_source_dropped_goes_where_the_rest_moves():
    dropping = lists("a", input="2", output="10", input_batch="1.5", dropped=("input_batch",))
    accepted = {"input": ("3", "a"), "output": ("15", "a"), "input_batch": ("1.5", "a")}

    assert amounts([dropping], **accepted) == {"input": "2", "output": "10"}


def test_an_ordinary_price_that_its_source_dropped_is_no_part_of_its_next_list():
    dropping = lists("a", input="2", output="15", dropped=("output",))

    assert amounts([dropping], input=("3", "a"), output=("15", "a")) == {"input": "2"}
    same = lists("a", input="3", output="15", dropped=("output",))
    assert amounts([same], input=("3", "a"), output=("15", "a")) == {"input": "3", "output": "15"}


def test_it_counts_independent_sources():
    claims = [says("a", 1, source_type=SourceType.OFFICIAL), says("b", 1), says("c", 2), says("d", 1, origin="b")]

    decision = decided(claims)[FIELD]
    assert (decision.agree, decision.of) == (2, 3)


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
        draw(st.sampled_from(list(SourceType))),
        draw(_AUTHORITIES),
        draw(st.sampled_from(["", "acme", "other"])),
        draw(st.sampled_from(["", "a", "b", "c"])),
        draw(st.sampled_from([10, 100])),
        draw(st.sampled_from([0, SILENT_AFTER])),
    )


@st.composite
def statements(draw: Any) -> list[SourceClaim]:
    return [draw(claims_of(slug)) for slug in draw(st.sets(st.sampled_from("abcde"), max_size=5))]


@st.composite
def claims_of(draw: Any, slug: str) -> SourceClaim:
    """Whatever a source may state: estimates, fields it could not be read about, fields it dropped, earlier values."""
    values = draw(_said)
    some = st.sets(st.sampled_from(sorted(values)), max_size=2) if values else st.just(set())
    return SourceClaim(
        draw(sources(slug)),
        values,
        {name: draw(_days) for name in values},
        draw(st.none() | _days),
        frozenset(draw(some)),
        draw(st.sampled_from(["", "", "a", "b"])),
        draw(st.none() | st.sampled_from([OLD, NEW])),
        dict.fromkeys(draw(some), OLD),
        draw(st.sampled_from([Listing.LISTED, Listing.LISTED, Listing.MISSING, Listing.GONE])),
        {name: (PastMove(draw(_VALUES[name]), draw(st.sampled_from([OLD, NEW]))),) for name in draw(some)},
        frozenset(draw(some)),
        draw(st.booleans()),
    )


_slugs = st.sampled_from([*"abcdef", ""])
bases = st.fixed_dictionaries(
    {}, optional={name: st.builds(Accepted, values, _slugs) for name, values in _VALUES.items()}
)
law = settings(max_examples=count(100))


def heard(name: str, claims: list[SourceClaim], held: dict[str, Accepted]) -> list[SourceClaim]:
    """The claims that state a field with authority. Who dropped it is heard in its own seat only."""
    sitting = held[name].source if name in held else None
    return [
        claim
        for claim in claims
        if name in claim.values and claim.source.is_authority_for(name) and claim.listing is not Listing.GONE
        if name not in claim.dropped or claim.source.slug == sitting
    ]


def merged(claims: list[SourceClaim], held: dict[str, Accepted] | None = None) -> Merged:
    return merge("acme", claims, on=TODAY, base=held or {})


@law
@given(statements().flatmap(lambda claims: st.tuples(st.just(claims), st.permutations(claims))), bases)
def test_it_does_not_depend_on_the_order_of_sources(orders, held):
    claims, permuted = orders

    assert merged(claims, held) == merged(permuted, held)


@law
@given(statements(), bases)
def test_it_comes_to_the_same_values_from_the_winners_alone(claims, held):
    decided = merged(claims, held).decided
    won = {name: d.source for name, d in decided.items()}
    winners = [
        replace(claim, values={n: v for n, v in claim.values.items() if won.get(n) == claim.source.slug})
        for claim in claims
    ]
    if is_frozen("acme", [claim for claim in winners if claim.values]):
        return

    again = merged(winners, held).decided
    assert {n: (d.value, d.source) for n, d in again.items()} == {n: (d.value, d.source) for n, d in decided.items()}


@law
@given(statements(), bases)
def test_it_stays_with_what_it_came_to_when_nothing_moves(claims, held):
    """Its own outcome as the base of the next decision is decided again, value by value and source by source."""
    first = merged(claims, held)
    again = merged(claims, {name: Accepted(d.value, d.source) for name, d in first.decided.items()})

    assert {n: (d.value, d.source) for n, d in again.decided.items()} == {
        n: (d.value, d.source) for n, d in first.decided.items()
    }
    assert again.accepted_list is None


@law
@given(statements(), bases)
def test_it_gives_no_decision_without_a_reason_and_a_source(claims, held):
    for name, decided in merged(claims, held).decided.items():
        assert decided.reason not in (Reason.NO_LONGER_STATED, Reason.PINNED)
        assert isinstance(decided.quality, Quality)
        assert decided.source in {claim.source.slug for claim in claims if name in claim.values}


@law
@given(statements(), bases)
def test_it_never_decides_a_value_that_no_claim_states(claims, held):
    for name, decided in merged(claims, held).decided.items():
        assert decided.value in [c.values[name] for c in claims if c.source.slug == decided.source and name in c.values]


@law
@given(statements(), bases)
def test_who_has_no_authority_or_delisted_the_offering_never_wins(claims, held):
    by_slug = {claim.source.slug: claim for claim in claims}

    for name, decided in merged(claims, held).decided.items():
        assert by_slug[decided.source].source.is_authority_for(name)
        assert by_slug[decided.source].listing is not Listing.GONE


@law
@given(statements(), bases)
def test_an_estimate_never_beats_what_is_stated(claims, held):
    for name, decided in merged(claims, held).decided.items():
        stating = heard(name, claims, held)
        originals = {c.counted_as for c in stating if not c.is_copy}
        firm = [
            c.source.slug
            for c in stating
            if c.source_type(name, "acme") is not SourceType.ESTIMATE
            if not (c.is_copy and c.counted_as in originals)  # it repeats what is there
        ]
        assert decided.source in firm or not firm
        assert (decided.quality is Quality.ESTIMATED) == (not firm)


@law
@given(statements())
def test_nothing_is_verified_by_copies_of_one_origin(claims):
    copies = [replace(claim, source=replace(claim.source, origin="x", speaks_for=""), origin="") for claim in claims]
    copies = [c for c in copies if c.source.source_type is not SourceType.OFFICIAL]

    assert not [name for name, d in merged(copies).decided.items() if d.quality is Quality.VERIFIED]


@law
@given(statements(), bases)
def test_what_is_verified_is_stated_today_by_the_provider_or_by_two(claims, held):
    for name, decided in merged(claims, held).decided.items():
        same = [
            c
            for c in claims
            if name in c.values
            and c.source.is_authority_for(name)
            and c.heard(name, "acme", TODAY).counts
            and fields.agrees(name, decided.value, c.values[name], on=TODAY)
        ]
        official = [c for c in same if c.source_type(name, "acme") is SourceType.OFFICIAL]
        if decided.quality is Quality.VERIFIED:
            assert official or len({c.counted_as for c in same}) >= 2


@law
@given(statements(), bases)
def test_it_counts_each_heard_source_on_exactly_one_side(claims, held):
    for name, decided in merged(claims, held).decided.items():
        slugs = sorted(claim.source.slug for claim in heard(name, claims, held))
        assert sorted([decided.source, *decided.agreeing, *decided.disagreeing]) == slugs


def test_it_knows_the_fields_of_these_properties():
    assert {fields.field(name).group.value for name in NAMES} == {"limit", "identity", "capability", "price"}
