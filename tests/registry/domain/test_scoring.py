from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.scoring import FEWEST, SAME, WEIGHTS, Measurement, effective_price, per_dollar, quality_score


def measured(benchmark: str, score: str, scale: str = "percent", publisher: str = "epoch") -> Measurement:
    return Measurement(benchmark, Decimal(score), scale, publisher)


THREE = [measured("gpqa", "80"), measured("swe_bench", "60"), measured("mmlu", "90")]


def test_it_is_the_weighted_mean_of_three_or_more_benchmarks():
    body = quality_score(THREE)

    # gpqa and swe_bench count twice: (2×80 + 2×60 + 90) / 5
    assert body.score == Decimal("74")
    assert [(part.benchmark, part.weight) for part in body.parts] == [
        ("gpqa", Decimal(2)),
        ("mmlu", Decimal(1)),
        ("swe_bench", Decimal(2)),
    ]


def test_with_fewer_it_is_unknown_and_still_says_what_is_known():
    body = quality_score(THREE[:2])

    assert body.score is None
    assert body.as_json()["score"] is None
    assert [part["benchmark"] for part in body.as_json()["benchmarks"]] == ["gpqa", "swe_bench"]


@pytest.mark.parametrize(
    "measurement",
    [
        measured("mmlu", "1300", "rating"),
        measured("mmlu", "101"),
        measured("mmlu", "2", "share"),
        measured("lmarena_text", "90"),
        measured("mmlu", "90", "dollars"),
    ],
)
def test_it_takes_no_score_that_is_not_from_0_to_100_or_not_on_the_list(measurement):
    assert quality_score([*THREE[:2], measurement]).score is None


def test_a_share_counts_as_a_percentage_and_one_benchmark_under_two_names_once():
    body = quality_score(
        [*THREE[1:], measured("epoch_gpqa_diamond", "0.8", "share"), measured("gpqa", "70", "", "curated")]
    )

    gpqa = body.parts[0]
    assert (gpqa.score, gpqa.publishers, gpqa.statements) == (Decimal(75), ("curated", "epoch"), 2)
    assert len(body.parts) == FEWEST


def test_it_says_that_it_is_computed_and_how():
    body = quality_score(THREE).as_json()

    assert (body["quality"], body["score"]) == ("computed", "74")
    assert body["method"].startswith("docs/facts.md#")


scores = st.builds(
    Measurement,
    st.sampled_from([*WEIGHTS, *SAME, "lmarena_text"]),
    st.decimals(0, 100, places=3),
    st.sampled_from(["percent", "share", "rating", ""]),
    st.sampled_from(["epoch", "aider", "curated"]),
)


@given(st.lists(scores, max_size=30), st.randoms())
def test_the_order_of_the_statements_does_not_matter(given_, random):
    shuffled = list(given_)
    random.shuffle(shuffled)

    assert quality_score(shuffled) == quality_score(given_)


@given(st.lists(scores, max_size=30))
def test_a_score_lies_between_its_lowest_and_its_highest_part_and_needs_three(given_):
    body = quality_score(given_)

    if body.score is None:
        assert len(body.parts) < FEWEST
    else:
        assert len(body.parts) >= FEWEST
        assert min(p.score for p in body.parts) <= body.score <= max(p.score for p in body.parts)


@given(st.lists(scores, min_size=1, max_size=10), st.sampled_from(sorted(WEIGHTS)), st.decimals(0, 100, places=1))
def test_a_better_result_never_makes_a_worse_score(given_, name, better):
    before = quality_score([*given_, measured(name, "0")]).score
    after = quality_score([*given_, measured(name, str(better))]).score

    assert (before is None) == (after is None)
    assert before is None or after is None or after >= before


# -- for the money --------------------------------------------------------------------------------


def test_the_effective_price_is_three_parts_of_input_and_one_of_output():
    assert effective_price(Decimal(1), Decimal(5)) == Decimal(2)
    assert effective_price(None, Decimal(5)) is None
    assert effective_price(Decimal(1), None) is None


@pytest.mark.parametrize(
    ("score", "price", "expected"),
    [("74", "2", Decimal(37)), ("74", "0", "free"), ("74", None, None), (None, "2", None), (None, "0", None)],
)
def test_points_per_dollar_are_unknown_where_score_or_price_is_and_free_is_said(score, price, expected):
    assert per_dollar(Decimal(score) if score else None, Decimal(price) if price else None) == expected


@given(st.decimals(0, 100, places=2), st.decimals("1e-30", "1e6"))
def test_any_price_gives_a_number(score, price):
    assert isinstance(per_dollar(score, price), Decimal) or not price
