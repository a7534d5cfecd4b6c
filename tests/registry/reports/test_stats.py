from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command

from registry.reports import stats
from tests.registry.builders import (
    NOON,
    make_model,
    make_offering,
    make_provider,
    make_revision,
    origin,
    price_state,
    priced,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue(db: None) -> None:
    make_revision(3)
    make_provider("openai", kind="direct")
    make_provider("idle", kind="cloud")
    make_model("nobody/serves-it")
    make_offering(
        "openai/gpt-4o",
        {"price.input": priced("2.5"), "supports_tools": True, "status": "active"},
        model="openai/gpt-4o",
        aliases=["gpt4o"],
        provenance={"price.input": origin("openai", quality="verified", disagree=["litellm"])},
    )
    make_offering(
        "openrouter/openai/gpt-4o",
        {"price.input": price_state("free"), "supports_tools": False},
        model="openai/gpt-4o",
        missing_since=NOON,
        provenance={"price.input": origin("pin", reason="pinned")},
    )
    make_offering("openrouter/odd")


def test_it_counts_what_is_published(catalogue):
    statistics = stats.collect()

    assert {name: statistics[name] for name in list(statistics)[:13]} == {
        "offerings": 3,
        "providers": 2,
        "models": 1,
        "aliases": 1,
        "without_model": 1,
        "missing": 1,
        "pinned": 1,
        "disputed": 1,
        "retired": 0,
        "priced": 2,
        "priced_share": 0.6667,
        "with_provenance": 2,
        "provenance_share": 0.6667,
    }
    assert (statistics["revision"], statistics["published_at"]) == (3, "2026-11-20T12:00:00Z")


def test_it_counts_by_every_word_known_and_unknown(catalogue):
    statistics = stats.collect()

    assert statistics["by_kind"]["direct"] == 1
    assert statistics["by_kind"]["unknown"] == 2
    assert statistics["providers_by_kind"] == {**dict.fromkeys(statistics["by_kind"], 0), "direct": 1, "unknown": 1}
    assert statistics["by_status"]["unknown"] == 2
    assert statistics["by_quality"] == {"verified": 1, "partial": 1, "estimated": 0, "unknown": 1}
    assert statistics["by_pricing"]["priced"] == 1
    assert statistics["by_pricing"]["free"] == 1
    assert statistics["by_pricing"]["unknown"] == 1
    assert statistics["by_source"]["unknown"] == 1
    assert statistics["by_capability"]["tools"] == {"yes": 1, "no": 1, "unknown": 1}
    assert statistics["by_capability"]["vision"] == {"yes": 0, "no": 0, "unknown": 3}
    for name in ("by_kind", "by_status", "by_quality", "by_pricing", "by_source"):
        assert sum(statistics[name].values()) == 3, name


def test_it_gives_no_share_of_nothing(db):
    statistics = stats.collect()

    assert (statistics["offerings"], statistics["priced_share"], statistics["revision"]) == (0, None, 0)
    assert statistics["published_at"] is None


@pytest.mark.parametrize("number", [1, 60])
def test_it_asks_a_handful_of_questions_whatever_the_number_of_rows(db, number, django_assert_num_queries):
    for index in range(number):
        make_offering(f"openai/m-{index}")

    with django_assert_num_queries(6):
        stats.collect()


def test_it_counts_once_a_revision(catalogue, django_assert_num_queries):
    first = stats.current()

    with django_assert_num_queries(2):
        assert stats.current() is first

    make_revision(4)
    assert stats.current()["revision"] == 4


def test_it_prints_one_object_or_lines(catalogue):
    as_json, as_text = StringIO(), StringIO()

    call_command("stats", "--json", stdout=as_json)
    call_command("stats", stdout=as_text)

    assert json.loads(as_json.getvalue()) == stats.collect()
    assert "offerings               3\n" in as_text.getvalue()
    assert "priced share            66.7%\n" in as_text.getvalue()
    assert "  tools                 yes 1  no 1  unknown 1\n" in as_text.getvalue()


def test_it_gives_the_same_over_http(catalogue, client):
    assert client.get("/api/v1/stats/").json() == stats.collect()


def test_retirements_ahead_say_of_how_many_offerings_a_day_is_known(db):
    for key in ("acme/one", "acme/two"):
        make_offering(key, {})
    make_offering("acme/old", {"retires_on": "2020-01-01"})

    out = StringIO()
    call_command("stats", "--retirements", "30", stdout=out)
    assert out.getvalue().strip() == (
        "0 retirements announced for the next 30 days; a day is known for 1 of 3 offerings"
    )
    out = StringIO()
    call_command("stats", "--retirements", "30", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"within_days": 30, "known": 1, "offerings": 3, "retirements": []}
