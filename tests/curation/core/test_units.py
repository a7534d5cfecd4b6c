"""What is decided whole, and how strictly. Plain values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from curation.core.diff import Kind
from curation.core.merge import Reason
from curation.core.parts import Part, farthest, fingerprint, refusals, source_of
from curation.core.policy import Judgement, Verdict
from curation.core.price_lists import TOKEN_PRICES, unit_of
from curation.core.units import LEAVES, UnitJudgement, by_unit, with_leaving
from tests.builders import OFFERING, change, decision, listed

INPUT, OUTPUT, BATCH = "price.input", "price.output", "price.input[tier=batch]"


def judged(field: str = INPUT, verdict: Verdict = Verdict.APPLY, policy: str = "", **more: Any) -> Judgement:
    """A price that doubles, or what else is said of it."""
    grace, reason = more.pop("grace_hours", None), more.pop("reason", "")
    details = {"field": field, "old": listed("2"), "new": listed("4"), "factor": Decimal(2)} | more
    return Judgement(change(**details), verdict, policy or verdict.value, grace_hours=grace, reason=reason)


def gone(field: str = BATCH, verdict: Verdict = Verdict.HOLD, **more: Any) -> Judgement:
    """A price that nobody states any more."""
    nobody = decision(None, source="", reason=Reason.NO_LONGER_STATED)
    details = {"kind": Kind.NO_LONGER_STATED, "new": None, "factor": None, "decision": nobody} | more
    return judged(field, verdict, "removed values", **details)


def unit(*judgements: Judgement) -> UnitJudgement:
    (only_unit,) = by_unit(judgements)
    return only_unit


# -- which fields belong together ------------------------------------------------------------------


@pytest.mark.parametrize(
    "field",
    [
        INPUT, OUTPUT, BATCH, "price.cache_read", "price.cache_write[ttl=1h]", "price.reasoning", "price.citation",
        "price.input[region=eu]", "price.output[modality=audio]", "price.input[above=200000]",
    ],
)  # fmt: skip
def test_all_token_prices_are_one_unit(field):
    assert unit_of(field) == TOKEN_PRICES


@pytest.mark.parametrize(
    "field", ["price.output[modality=image;unit=image]", "price.request", "context_window", "name", "benchmark.mmlu"]
)
def test_every_other_field_is_a_unit_by_itself(field):
    assert unit_of(field) == field


def test_judgements_are_grouped_by_offering_and_unit():
    other = judged(OUTPUT, offering="acme/rocket-2")
    units = by_unit([judged(OUTPUT), judged("name", kind=Kind.CHANGE), judged(INPUT), other])

    assert [(each.offering, each.unit, [p.field for p in each.parts]) for each in units] == [
        (OFFERING, TOKEN_PRICES, [INPUT, OUTPUT]),
        (OFFERING, "name", ["name"]),
        ("acme/rocket-2", TOKEN_PRICES, [OUTPUT]),
    ]


# -- the strictest part decides --------------------------------------------------------------------

A, H, R, Q = Verdict.APPLY, Verdict.HOLD, Verdict.REJECT, Verdict.QUARANTINE


@pytest.mark.parametrize(
    ("verdicts", "whole"), [((A, A), A), ((A, H), H), ((R, R), R), ((A, R), H), ((R, H), H), ((H, Q), Q), ((A, Q), Q)]
)
def test_a_unit_takes_the_strictest_verdict_and_is_rejected_only_whole(verdicts, whole):
    first, second = verdicts

    assert unit(judged(INPUT, first), judged(OUTPUT, second)).verdict is whole
    assert unit(judged(INPUT, second), judged(OUTPUT, first)).verdict is whole


def test_the_part_that_moves_farthest_decides_among_equally_strict_ones():
    token_prices = unit(
        judged(INPUT, H, "near", factor=Decimal("0.8")),
        judged(OUTPUT, H, "far", factor=Decimal("0.1"), kind=Kind.PRICE_TYPE_CHANGED),
        judged("price.cache_read", A, "let through", factor=Decimal(40)),
    )

    assert (token_prices.policy, token_prices.kind, token_prices.factor) == (
        "far",
        Kind.PRICE_TYPE_CHANGED,
        Decimal(40),
    )


def test_it_waits_for_a_person_as_soon_as_one_part_does():
    assert unit(judged(INPUT, H, grace_hours=24), judged(OUTPUT, A)).grace_hours == 24
    assert unit(judged(INPUT, H, grace_hours=24), judged(OUTPUT, H, grace_hours=72)).grace_hours == 72
    assert unit(judged(INPUT, H, grace_hours=24), judged(OUTPUT, H)).grace_hours is None


def test_a_price_that_becomes_free_decides_however_far_another_moves():
    token_prices = unit(
        judged(INPUT, H, "free", factor=None, kind=Kind.FREE),
        judged(OUTPUT, H, "far", factor=Decimal("0.1"), kind=Kind.CHANGE),
    )

    assert (token_prices.policy, token_prices.kind, token_prices.factor) == ("free", Kind.FREE, Decimal("0.1"))


def test_no_factor_tells_how_far_a_price_moves_that_becomes_free():
    free, third = Part(INPUT, "free", 1, 0), Part(OUTPUT, "change", 1, 3, factor=Decimal(3))

    assert farthest([free]) is None
    assert farthest([free, third]) == 3


# -- rates that leave with their list --------------------------------------------------------------


@pytest.mark.parametrize(("verdict", "by"), [(A, LEAVES), (H, "hold"), (R, "reject")])
def test_a_rate_that_its_moving_list_has_dropped_is_judged_as_the_list(verdict, by):
    _input, batch = with_leaving([judged(INPUT, verdict), gone(BATCH)])

    assert (batch.verdict, batch.policy) == (verdict, by)
    assert unit(_input, batch).verdict is verdict


@pytest.mark.parametrize(
    "beside",
    [
        judged("price.cache_read"), judged(INPUT, old=None, kind=Kind.FILL), gone(OUTPUT),
        judged(INPUT, offering="a/b"),
    ],
    ids=["another special price", "a first price", "the list is gone", "another offering"],
)  # fmt: skip
def test_it_is_judged_by_itself_where_its_list_has_not_moved(beside):
    batch = with_leaving([beside, gone(BATCH)])[1]

    assert (batch.verdict, batch.policy) == (Verdict.HOLD, "removed values")


def test_an_ordinary_price_never_leaves_unasked():
    assert with_leaving([judged(INPUT), gone(OUTPUT)])[1].verdict is Verdict.HOLD


# -- what is remembered and what was seen ----------------------------------------------------------


def part(field: str = INPUT, new: Any = 4, source: str = "list", kind: str = "change") -> Part:
    return Part(field, kind, 2, new, source)


def test_a_no_is_remembered_by_every_value_that_was_stated():
    dropped = part(BATCH, None, "", "no_longer_stated")

    assert refusals([part(), part(OUTPUT, 8), dropped]) == {(INPUT, "list", "4"), (OUTPUT, "list", "8")}
    assert refusals([dropped]) == {(BATCH, "", "null")}


@pytest.mark.parametrize(
    "other",
    [
        fingerprint([part(new=5)], "list", {}),
        fingerprint([part(), part(OUTPUT)], "list", {}),
        fingerprint([part()], "another", {}),
        fingerprint([part()], "list", {OUTPUT: 9}),
    ],
    ids=["value", "one more", "source", "pin"],
)
def test_a_fingerprint_is_of_values_source_and_pins(other):
    assert fingerprint([part()], "list", {}) != other


def test_a_fingerprint_is_not_of_order_spelling_or_who_agrees():
    a, b = part(new=[{"a": 1, "b": 2}]), part(OUTPUT)
    sure, unsure = (decision(listed("4"), agreeing=names) for names in (("a", "b"), ()))

    assert fingerprint([a, b], "list", {}) == fingerprint([b, part(new=[{"b": 2, "a": 1}])], "list", {})
    mine, theirs = unit(judged(decision=sure)), unit(judged(decision=unsure))
    assert mine.fingerprint == theirs.fingerprint


def test_the_source_is_whose_ordinary_prices_they_are():
    assert source_of([part("price.cache_read", source="adds"), part(OUTPUT, source="lead")]) == "lead"
    assert source_of([part(BATCH, None, "", "no_longer_stated"), part("price.cache_read", source="adds")]) == "adds"
    assert source_of([part(BATCH, None, "", "no_longer_stated")]) == ""


def test_a_part_is_the_same_after_it_was_kept():
    part = Part(INPUT, "change", listed("3"), listed("2"), "list", Decimal(2) / Decimal(3))

    again = Part.from_json(part.as_json())
    assert again.means(part)
    assert again.factor == Decimal("0.6666666667")
