from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.registry.builders import NOON, make_offering, make_revision
from tests.registry.reading_log import read, reading_log

pytestmark = pytest.mark.django_db


def test_regions_are_counted_and_shown_for_one_provider(get, published):
    make_offering("bedrock/a", {"regions": ["us-east-1"]})

    assert get("regions/").json()["regions"] == [{"region": "us-east-1", "offerings": 1}]
    assert get("regions/?provider=bedrock").json()["offerings"] == [{"id": "bedrock/a", "regions": ["us-east-1"]}]
    assert get("regions/?provider=bedrok").json()["errors"][0]["nearest"] == "bedrock"


def test_retirements_ahead_are_listed_with_their_successor(get, published):
    ends = timezone.now().date() + timedelta(days=20)
    make_offering("acme/old", {"retires_on": ends.isoformat(), "successor": "acme/new"})

    body = get("retirements/").json()
    assert [(row["offering"], row["days_left"], row["successor"]) for row in body["retirements"]] == [
        ("acme/old", 20, "acme/new")
    ]
    # None within 19 days, as far as anybody knows: for four of the five nobody states a day.
    body = get("retirements/?within=19").json()
    assert {name: body[name] for name in ("state", "within_days", "known", "offerings", "count", "retirements")} == {
        "state": "upcoming", "within_days": 19, "known": 1, "offerings": 5, "count": 0, "retirements": [],
    }  # fmt: skip


@pytest.fixture
def ending(published):
    """One of each state, and two at another provider: retired without a day, and one that returns far ahead."""
    today = timezone.now().date()
    make_offering("acme/soon", {"retires_on": (today + timedelta(days=20)).isoformat(), "status": "deprecated"})
    make_offering("acme/gone", {"retires_on": today.isoformat(), "status": "active"})
    make_offering("acme/someday", {"status": "deprecated"})
    make_offering("other/gone", {"status": "retired"}, model="acme/gone")
    make_offering("other/late", {"retires_on": (today + timedelta(days=400)).isoformat()}, model="acme/late")


@pytest.mark.parametrize(
    ("query", "offerings"),
    [
        ("", ["acme/soon"]),
        ("?within=1000", ["acme/soon", "other/late"]),
        ("?within=1000&provider=other,openai", ["other/late"]),
        ("?within=1000&author=acme", ["other/late"]),
        ("?state=past", ["acme/gone", "other/gone"]),
        ("?state=past&model=acme/gone", ["other/gone"]),
        ("?state=undated", ["acme/someday"]),
        ("?retires_on__gte=2027-01-01", ["other/late"]),
    ],
)
def test_retirements_are_chosen_by_state_days_and_the_filters_of_offerings(get, ending, query, offerings):
    assert [row["offering"] for row in get(f"retirements/{query}").json()["retirements"]] == offerings


def test_a_retirement_of_which_nobody_states_a_day_has_none(get, ending):
    (row,) = get("retirements/?state=undated").json()["retirements"]

    assert (row["retires_on"], row["days_left"], row["announced_on"], row["source"]) == (None, None, None, "openrouter")


def test_rows_whose_author_is_not_known_are_counted_as_such(get, ending):
    assert get("retirements/?within=1000&author=acme").json()["unknown_count"] == 1


@pytest.mark.parametrize("query", ["state=gone", "state=past&within=9", "provider=acne", "nope=1"])
def test_a_wrong_choice_of_retirements_is_refused(get, ending, query):
    assert get(f"retirements/?{query}").status_code == 400


def test_what_is_retired_today_can_be_left_out_of_every_list(get, ending):
    listed = {row["id"] for row in get("offerings/?retired=false&provider=acme,other").json()["results"]}

    assert listed == {"acme/soon", "acme/someday", "other/late"}
    assert {row["id"] for row in get("offerings/?retired=true").json()["results"]} == {"acme/gone", "other/gone"}
    assert get("stats/").json()["retired"] == 2


@pytest.mark.parametrize("within", ["0", "-1", "x", "99999", "1.5", "²"])
def test_a_number_of_days_that_is_none_is_refused(get, published, within):
    answer = get("retirements/", {"within": within})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "within"


def test_it_says_when_each_value_was_confirmed_and_another_reading_is_another_answer(get, published):
    with reading_log(read("openai", NOON)):
        first = get("offerings/openai/gpt-4o/freshness/")
    with reading_log(read("openai", NOON + timedelta(hours=1))):
        second = get("offerings/openai/gpt-4o/freshness/", if_none_match=first["ETag"])

    assert first.json()["fields"]["price.input"]["confirmed_at"] == "2026-11-20T12:00:00Z"
    assert second.status_code == 200
    assert second.json()["fields"]["price.input"]["confirmed_at"] == "2026-11-20T13:00:00Z"


def test_of_an_unknown_offering_nothing_was_confirmed(get, published):
    assert get("offerings/openai/none/freshness/").status_code == 404


def test_metrics_of_providers_can_be_had_for_all_or_one(get, published):
    assert {row["provider"] for row in get("stats/providers/").json()["providers"]} >= {"openai", "openrouter"}
    assert [row["provider"] for row in get("stats/providers/?provider=openai").json()["providers"]] == ["openai"]
    assert get("stats/providers/?provider=nobody").status_code == 404


def test_a_model_says_what_is_computed_of_it(get, published):
    make_revision(8)
    for offering in get("models/openai/gpt-4o/").json()["served_by"]:
        assert offering["id"].endswith("gpt-4o")
    body = get("models/openai/gpt-4o/").json()["computed"]

    assert body["quality_score"]["score"] is None
    assert body["series"]["family"] == "gpt"


def test_an_offering_says_where_it_is_in_its_life(get, published):
    make_offering("acme/old", {"deprecated_on": "2026-01-01", "successor": "acme/new"})

    body = get("offerings/acme/old/").json()
    assert body["lifecycle"]["stage"] == "deprecated"
    assert (body["successor"], body["deprecated_on"]) == ("acme/new", "2026-01-01")
