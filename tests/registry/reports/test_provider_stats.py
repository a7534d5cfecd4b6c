from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from registry.reports import provider_stats
from tests.registry.builders import NOON, make_model, make_offering, make_revision, make_score, origin, priced
from tests.registry.reading_log import read, reading_log

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def measured(provider: str = "openai") -> dict:
    return next(row for row in provider_stats.collect(NOON) if row["provider"] == provider)


def offering(key: str, source: str = "openai", *, amount: str = "2.5", **more) -> None:
    make_offering(
        key, {"price.input": priced(amount)}, provenance={"price.input": origin(source, quality="verified", **more)}
    )


def test_prices_are_compared_with_the_provider_s_own_list():
    make_revision()
    offering("openai/a", agree=["litellm"])
    offering("openai/b", disagree=["litellm"])
    offering("openai/c", "litellm", disagree=["openai"])
    offering("openai/d", "litellm")
    with reading_log(read("openai", NOON, "openai"), read("litellm", NOON)):
        metrics = measured()

    assert metrics["prices_as_own_list"] == 0.6667  # a and b of a, b and c; nobody asked the list about d
    assert metrics["met"]["prices_as_own_list"] is False
    assert metrics["others_as_own_list"] == 0.3333  # about a alone
    assert metrics["conflicts"] == 2


def test_without_a_list_of_its_own_agreement_is_unknown_and_not_met():
    make_revision()
    offering("openai/a", "litellm", agree=["models-dev"])
    with reading_log(read("litellm", NOON)):
        metrics = measured()

    assert (metrics["prices_as_own_list"], metrics["met"]["prices_as_own_list"]) == (None, None)


def test_it_counts_offerings_that_break_no_rule():
    make_revision()
    offering("openai/a")
    offering("openai/b", amount="9000")
    with reading_log():
        metrics = measured()

    assert (metrics["rule_compliance"], metrics["met"]["rule_compliance"]) == (0.5, False)


def test_it_counts_copies_and_verified_values():
    make_revision()
    offering("openai/gpt-4o")
    offering("openai/GPT-4O")
    with reading_log():
        metrics = measured()

    assert (metrics["duplicate_rate"], metrics["met"]["duplicate_rate"]) == (0.5, False)
    assert metrics["verified_share"] == 1.0


@pytest.mark.parametrize(("days", "met"), [(2, True), (30, False)])
def test_the_oldest_price_is_as_old_as_its_last_confirmation(days, met):
    make_revision()
    offering("openai/a")
    offering("openai/b", "litellm")
    with reading_log(read("openai", NOON), read("litellm", NOON - days * DAY)):
        metrics = measured()

    assert (metrics["oldest_price_days"], metrics["met"]["oldest_price_days"]) == (days, met)
    assert metrics["prices_never_confirmed"] == 0


def test_a_price_that_its_source_dropped_is_confirmed_by_nobody():
    make_revision()
    offering("openai/a")
    with reading_log(read("openai", NOON), gone=[("openai/a", "openai", "")]):
        metrics = measured()

    assert (metrics["prices_never_confirmed"], metrics["oldest_price_days"]) == (1, None)


def test_benchmarks_that_were_not_read_lately_are_marked_stale():
    make_revision()
    make_offering("openai/a", model="openai/a")
    make_score(make_model("openai/a"), "mmlu", "88")
    with reading_log(read("curated", NOON - 40 * DAY)):
        report = provider_stats.report(NOON)

    assert report["benchmarks"] == [
        {"source": "curated", "scores": 1, "confirmed_at": "2026-10-11T12:00:00Z", "age_days": 40, "stale": True}
    ]
    assert report["providers"][0]["oldest_benchmark_days"] == 40
    assert report["providers"][0]["met"]["oldest_benchmark_days"] is False


@pytest.mark.parametrize("number", [1, 40])
def test_it_asks_as_much_for_many_as_for_one(number, django_assert_max_num_queries):
    make_revision()
    for index in range(number):
        offering(f"p{index}/a")

    with django_assert_max_num_queries(12):
        provider_stats.report(NOON)


def test_it_measures_once_while_nothing_moves(django_assert_num_queries):
    make_revision()
    offering("openai/a")
    with reading_log(read("openai", NOON)):
        first = provider_stats.current(NOON)
        with django_assert_num_queries(1):
            assert provider_stats.current(NOON) is first
    with reading_log(read("openai", NOON + DAY)):
        assert provider_stats.current(NOON) is not first


def test_the_command_prints_what_is_met_missed_and_unknown():
    make_revision()
    offering("openai/a", disagree=["litellm"])
    with reading_log(read("openai", NOON, "openai")):
        as_text, as_json = StringIO(), StringIO()
        call_command("stats", "--providers", stdout=as_text)
        call_command("stats", "--providers", "--json", stdout=as_json)

    said_ = as_text.getvalue()
    assert "openai  1 offerings, 1 conflicts" in said_
    assert "prices as own list         100.0%  met: at least 0.95" in said_
    assert "oldest benchmark days     unknown  unknown: below 30" in said_
    assert json.loads(as_json.getvalue())["providers"][0]["provider"] == "openai"
