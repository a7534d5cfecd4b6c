from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from curation.apply.reconcile import Outcome, reconcile
from curation.core.diff import Kind
from curation.core.policy import Judgement, Verdict
from curation.core.quality_gate import gate
from curation.models import Change, Policy
from curation.policies.installed import ensure_defaults
from curation.review import decisions
from registry.domain.provenance import Quality
from registry.models import Offering
from registry.quality import Context, FactSheet, check, fact_sheet
from tests.builders import (
    NOW,
    OFFERING,
    TODAY,
    change,
    claim,
    curator,
    decision,
    listed,
    part,
    source,
    state,
    usd,
)

TOMORROW = NOW + timedelta(days=1)


def applied(field: str, new: Any, old: Any = None, **more: Any) -> Judgement:
    """A change that the policies let pass."""
    kind = Kind.NEW if old is None else Kind.CHANGE
    proposed = change(field=field, old=old, new=new, kind=kind, factor=None, **more)
    return Judgement(proposed, Verdict.APPLY, "everything else")


def held(judgements: list[Judgement], published: Mapping[str, Any] | None = None, *others: FactSheet) -> dict[str, str]:
    """Fields that are held after the gate, and by what. Others are offerings of the model `acme/rocket`."""
    facts = {OFFERING: published} if published is not None else {}
    turned = gate(judgements, facts, {"acme/rocket": others}, on=TODAY)
    assert [j.change for j in turned] == [j.change for j in judgements]
    return {j.change.field: j.policy for j in turned if j.verdict is Verdict.HOLD}


def elsewhere(amount: str) -> list[FactSheet]:
    return [fact_sheet(f"{name}/rocket", {"price.input": listed(amount)}, on=TODAY) for name in ("one", "two")]


# -- the law ---------------------------------------------------------------------------------------


def test_an_error_of_an_offering_that_is_new_is_held_and_the_rest_is_published():
    model, price = applied("model", "acme/rocket"), applied("price.input", listed("3000000"))

    assert held([model, price, applied("context_window", 200_000)], None, *elsewhere("3")) == {
        "price.input": "rule: price-unit"
    }


def test_it_holds_of_a_new_offering_the_field_that_the_finding_names():
    news = [applied("price.input", listed("1")), applied("price.cache_read", listed("2"))]

    assert held(news) == {"price.cache_read": "rule: cache-read-above-input"}


@pytest.mark.parametrize(
    ("amount", "quality", "is_held"),
    [
        ("0.0000025", Quality.PARTIAL, True),
        ("500", Quality.PARTIAL, True),
        ("600", Quality.VERIFIED, False),
        ("0.0031", Quality.VERIFIED, False),
        ("0.004", Quality.PARTIAL, False),
        ("200", Quality.PARTIAL, False),
    ],
)
def test_a_first_token_price_out_of_all_range_waits_unless_it_is_verified(amount, quality, is_held):
    news = [applied("price.output", listed(amount), decision=decision(usd(amount), quality=quality))]

    assert held(news) == ({"price.output": "rule: price-out-of-range"} if is_held else {})


def test_it_holds_the_field_that_moves_whichever_the_finding_names():
    published = {"price.input": listed("3"), "price.cache_read": listed("0.3")}

    assert held([applied("price.input", listed("0.29"), listed("3"))], published) == {
        "price.input": "rule: cache-read-above-input"
    }


def test_a_warning_lets_pass_what_is_stated_for_the_first_time():
    news = [applied("context_window", 8192), applied("max_output_tokens", 16_384)]

    assert held(news) == {}
    assert held(news[1:], {"context_window": 8192}) == {}


def test_a_warning_holds_a_known_value_that_moves():
    published = {"context_window": 8192, "max_output_tokens": 4096}

    assert held([applied("max_output_tokens", 16_384, 4096)], published) == {
        "max_output_tokens": "rule: output-above-context"
    }


def test_what_was_suspicious_before_is_no_reason_to_hold_a_change():
    published = {"context_window": 8192, "max_output_tokens": 16_384, "price.input": listed("5000")}
    moving = [applied("max_output_tokens", 17_000, 16_384), applied("price.input", listed("5100"), listed("5000"))]

    assert held([*moving, applied("released_on", "2025-01-01")], published) == {}


def test_what_is_held_is_not_reckoned_with_by_the_rest():
    published = {"price.input": listed("30"), "price.cache_read": listed("3")}
    moving = [
        applied("price.input", listed("9000"), listed("30")),
        applied("price.cache_read", listed("40"), listed("3")),  # would do beside an input of 9,000
    ]

    assert held(moving, published) == {
        "price.input": "rule: price-jump",
        "price.cache_read": "rule: cache-read-above-input",
    }


def test_it_leaves_to_a_policy_what_a_policy_holds():
    judgement = Judgement(applied("price.input", listed("3000000")).change, Verdict.HOLD, "of the house")

    assert held([judgement]) == {"price.input": "of the house"}


def test_other_sources_count_about_the_very_same_offering():
    rivals = {OFFERING: elsewhere("0.6")}
    judgements = [applied("price.input", listed("190"))]

    assert gate(judgements, {}, {}, on=TODAY, rivals=rivals)[0].policy == "rule: price-unit"
    assert gate(judgements, {}, {}, on=TODAY)[0].verdict is Verdict.APPLY


def test_offerings_that_come_together_are_compared_with_each_other():
    prices = {"acme/rocket-1": "3", "one/rocket-1": "3", "two/rocket-1": "2.8", "bad/rocket-1": "1900"}
    judgements = [
        applied(field, data, offering=key)
        for key, amount in prices.items()
        for field, data in (("model", "acme/rocket"), ("price.input", listed(amount)))
    ]

    turned = [j.change.offering for j in gate(judgements, {}, {}, on=TODAY) if j.verdict is Verdict.HOLD]

    assert turned == ["bad/rocket-1"]


amounts = st.sampled_from(["0.00001", "0.3", "3", "30", "300", "3000", "3000000"]).map(listed)
limits = st.sampled_from([512, 8192, 200_000, 99_999_999])
states = st.fixed_dictionaries(
    {},
    optional={
        "price.input": amounts,
        "price.output": amounts,
        "price.cache_read": amounts,
        "price.input[tier=batch]": amounts,
        "context_window": limits,
        "max_output_tokens": limits,
        "benchmark.mmlu": st.sampled_from(["88.7", "887"]),
    },
)


@given(st.none() | states, states, st.sampled_from(["3", "0.3", "3000"]))
def test_no_error_gets_into_the_catalogue_that_was_not_there(published, wanted, usual):
    others = elsewhere(usual)
    before = {"model": "acme/rocket"} | (published or {})
    judgements = [applied(name, new, before.get(name)) for name, new in wanted.items() if new != before.get(name)]
    turned = gate(judgements, {OFFERING: before}, {"acme/rocket": others}, on=TODAY)

    after = before | {j.change.field: j.change.new for j in turned if j.verdict is Verdict.APPLY}
    context = Context(TODAY, others, fact_sheet(OFFERING, before, on=TODAY))

    old_findings = {f.identity for f in check(fact_sheet(OFFERING, before, on=TODAY), Context(TODAY, others))}
    fresh = [
        f
        for f in check(fact_sheet(OFFERING, after, on=TODAY), context)
        if f.is_error and f.identity not in old_findings
    ]
    assert fresh == []
    assert gate(turned, {OFFERING: before}, {"acme/rocket": others}, on=TODAY) == turned


# -- in the shell ----------------------------------------------------------------------------------


def again(at: Any = TOMORROW) -> Outcome:
    return reconcile([OFFERING], actor="ada", reason="again", batch=uuid4(), at=at)


def published() -> dict[str, Any]:
    return dict(Offering.objects.get(key=OFFERING).facts)


@pytest.fixture
def three_sellers(db) -> None:
    """The model at three other providers, at 3 USD."""
    state(source("others"), *(claim(f"{name}/rocket-1", model="acme/rocket") for name in ("one", "two", "three")))


@pytest.mark.usefixtures("three_sellers")
def test_a_new_offering_with_a_price_of_another_unit_is_published_without_it():
    outcome = state(source(), claim(model="acme/rocket", price_input=usd("1500")))

    (waiting,) = Change.objects.awaiting_review()
    assert (waiting.policy, part(waiting, "price.input").new) == ("rule: price-unit", listed("1500"))
    assert "price.input" not in published()
    assert published()["context_window"] == 200_000
    assert outcome.held == 1


@pytest.mark.usefixtures("three_sellers")
def test_what_is_held_is_held_once_and_nothing_is_written_for_it_again():
    state(source(), claim(model="acme/rocket", price_input=usd("1500")))
    again()  # from the next day on it is a value that is missing, and no longer one of a new offering

    with CaptureQueriesContext(connection) as captured:
        outcome = again(TOMORROW + timedelta(days=1))

    assert [q["sql"] for q in captured if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []
    assert (outcome.applied, outcome.held, outcome.rows) == (0, 0, 0)
    assert Change.objects.count() == 1


@pytest.mark.usefixtures("three_sellers")
def test_a_held_price_can_be_approved_and_stays():
    state(source(), claim(model="acme/rocket", price_input=usd("1500")))
    (waiting,) = Change.objects.awaiting_review()

    decisions.approve({waiting.pk: waiting.fingerprint}, actor=curator(), at=TOMORROW)

    assert published()["price.input"] == listed("1500")
    assert again(TOMORROW + timedelta(days=1)).held == 0


@pytest.mark.usefixtures("three_sellers")
def test_a_no_to_a_held_price_is_remembered():
    state(source(), claim(model="acme/rocket", price_input=usd("1500")))
    (waiting,) = Change.objects.awaiting_review()
    decisions.reject({waiting.pk: waiting.fingerprint}, actor=curator(), reason="per 1K", at=TOMORROW)

    outcome = again()

    assert (outcome.held, outcome.remembered, "price.input" in published()) == (0, 1, False)


@pytest.mark.usefixtures("three_sellers")
def test_a_price_that_comes_right_is_published_and_asks_no_more():
    state(source(), claim(model="acme/rocket", price_input=usd("1500")))
    state(source(), claim(model="acme/rocket", price_input=usd("3.1")), at=TOMORROW)

    assert published()["price.input"] == listed("3.1")
    assert not Change.objects.awaiting_review().exists()


@pytest.mark.usefixtures("three_sellers")
def test_it_holds_errors_though_the_policies_let_everything_pass():
    ensure_defaults()
    Policy.objects.exclude(name="everything else").update(enabled=False)
    state(source(), claim(model="acme/rocket"))
    state(source(), claim(model="acme/rocket", price_input=usd("0.003")), at=TOMORROW)

    assert published().get("price.input") in (None, listed("3"))
    assert Change.objects.awaiting_review().filter(policy="rule: price-unit").count() == 1
