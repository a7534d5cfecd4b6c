"""First statements of prices, measured against what others state."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from curation.core.authority import SourceType
from curation.core.diff import Kind, diff
from curation.core.first_statements import CONTESTED, FAR, UNCONFIRMED, apart, measured
from curation.core.merge import merge
from curation.core.policy import Judgement, Verdict
from curation.core.statements import Decision, SourceClaim
from curation.core.units import by_unit
from registry.domain import fields, rates
from tests.builders import OFFERING, TODAY, change, decision, listed, source_facts, statement

AUDIO, BATCH = "price.input[modality=audio]", "price.input[tier=batch]"


def first(
    *, kind: Kind = Kind.NEW, verdict: Verdict = Verdict.APPLY, field: str = "price.input", **account: object
) -> Judgement:
    first_price = change(field=field, kind=kind, old=None, new=listed("3"), decision=decision(listed("3"), **account))
    return Judgement(first_price, verdict, "new offerings")


def held(judgement: Judgement, source_type: SourceType = SourceType.CATALOGUE) -> str:
    """The policy that holds it; "" where none does."""
    (judged,) = measured([judgement], [source_type])
    return judged.policy if judged.verdict is Verdict.HOLD else ""


@pytest.mark.parametrize(
    ("factor", "policy"), [(None, ""), ("1", ""), ("1.49", ""), ("1.5", CONTESTED), ("Infinity", CONTESTED)]
)
def test_equals_that_differ_by_half_publish_nothing(factor, policy):
    assert held(first(contested_by=factor and Decimal(factor))) == policy
    assert held(first(contested_by=factor and Decimal(factor), kind=Kind.FILL)) == policy


@pytest.mark.parametrize(
    ("far", "agree", "source_type", "policy"),
    [
        ("1.49", 1, SourceType.CATALOGUE, ""),
        ("1.5", 1, SourceType.CATALOGUE, FAR),
        ("9.99", 2, SourceType.CATALOGUE, ""),
        ("10", 2, SourceType.CATALOGUE, FAR),
        ("2.99", 1, SourceType.OFFICIAL, ""),
        ("3", 1, SourceType.OFFICIAL, FAR),
        ("3", 2, SourceType.OFFICIAL, ""),
        ("10", 2, SourceType.OFFICIAL, FAR),
        ("Infinity", 5, SourceType.OFFICIAL, FAR),
    ],
)
def test_a_lone_statement_that_is_far_from_others_waits(far, agree, source_type, policy):
    assert held(first(far_from=Decimal(far), agree=agree), source_type) == policy


@pytest.mark.parametrize(
    "judgement",
    [
        first(kind=Kind.CHANGE, contested_by=Decimal(9), far_from=Decimal(99)),
        first(verdict=Verdict.REJECT, contested_by=Decimal(9)),
    ],
    ids=["a change", "rejected"],
)
def test_what_is_no_first_statement_or_is_not_to_be_applied_is_left_alone(judgement):
    assert measured([judgement], [SourceType.CATALOGUE]) == [judgement]


def test_a_limit_is_not_measured():
    limit = first(field="context_window", contested_by=Decimal(9))

    assert measured([limit], [None]) == [limit]


def test_a_start_that_is_not_confirmed_waits_whatever_a_policy_says():
    assert held(first(kind=Kind.CHANGE, is_unconfirmed=True)) == UNCONFIRMED


# -- special rates beside a list -------------------------------------------------------------------


def units(*judgements: Judgement) -> list[tuple[set[str], Verdict]]:
    (whole,) = by_unit(judgements)
    return [({j.change.field for j in unit.judgements}, unit.verdict) for unit in apart(whole)]


def rate(field: str, policy: str = "") -> Judgement:
    judged = first(field=field)
    return replace(judged, verdict=Verdict.HOLD, policy=policy) if policy else judged


def test_a_contested_rate_does_not_hold_the_list():
    assert units(rate("price.input"), rate(AUDIO, CONTESTED)) == [
        ({"price.input"}, Verdict.APPLY),
        ({AUDIO}, Verdict.HOLD),
    ]


def test_a_rate_far_from_others_holds_its_whole_condition():
    batch = rate("price.output[tier=batch]")

    assert units(rate("price.input"), rate(BATCH, FAR), batch, rate(AUDIO)) == [
        ({"price.input", AUDIO}, Verdict.APPLY),
        ({BATCH, "price.output[tier=batch]"}, Verdict.HOLD),
    ]


def test_a_rate_held_by_a_rule_holds_the_list():
    assert units(rate("price.input"), rate(AUDIO, "rule: price-absurd")) == [({"price.input", AUDIO}, Verdict.HOLD)]


def test_contested_ordinary_prices_hold_all():
    assert units(rate("price.input", CONTESTED), rate(AUDIO)) == [({"price.input", AUDIO}, Verdict.HOLD)]


# -- from claims on --------------------------------------------------------------------------------


def says(slug: str, source_type: SourceType = SourceType.CATALOGUE, **amounts: str) -> SourceClaim:
    values = {f"price.{name}": fields.field(f"price.{name}").clean(_price(amount)) for name, amount in amounts.items()}
    return statement(source_facts(slug, source_type=source_type), values=values)


def _price(amount: str) -> rates.PriceLine:
    number, _, currency = amount.partition(" ")
    return rates.price(number, currency=currency or "USD")


def decided(*claims: SourceClaim) -> dict[str, Decision]:
    return merge("acme", claims, on=TODAY).decided


@pytest.mark.parametrize(
    ("claims", "policy"),
    [
        ([says("a", input="5", output="25"), says("b", input="4", output="20")], ""),
        ([says("a", input="5", output="25"), says("b", input="5", output="10")], CONTESTED),
        ([says("a", input="5"), says("b", input="0")], CONTESTED),
        ([says("a", input="5"), says("b", input="5 EUR")], CONTESTED),
        ([says("a", input="5"), says("b", input="2"), says("c", input="5")], ""),
        ([says("a", input="500"), says("b", SourceType.COMMUNITY, input="5")], FAR),
        ([says("a", input="0"), says("b", SourceType.COMMUNITY, input="5")], FAR),
    ],
    ids=["near", "output apart", "free", "currency", "a majority", "far from a lower one", "free against a lower one"],
)
def test_first_lists_are_measured_by_what_is_claimed(claims, policy):
    judgements = [
        Judgement(each, Verdict.APPLY, "new offerings") for each in diff(OFFERING, None, decided(*claims), on=TODAY)
    ]
    after = measured(judgements, [SourceType.CATALOGUE] * len(judgements))

    assert {each.policy for each in after if each.verdict is Verdict.HOLD} == ({policy} if policy else set())
