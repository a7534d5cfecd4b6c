"""What every source states about an offering, for everybody to read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from curation.models import Pin, StoredClaim
from tests.builders import NOW, OFFERING, claim, curator, source, state, usd
from tests.registry.api.test_schema import faults

pytestmark = pytest.mark.django_db
URL = f"/api/v1/offerings/{OFFERING}/claims/"


@pytest.fixture
def body(client: Client) -> Any:
    """Two catalogues: one states a price of 3, the other one of 4 and is heard about prices only."""
    state(source("list", preference=1, last_good_at=NOW), claim())
    state(source("other", authority=["price"]), claim(price_input=usd("4"), aliases=("rocket",)), at=NOW)
    return client.get(URL).json()


def field(body: Any, name: str) -> Any:
    return next(row for row in body["fields"] if row["field"] == name)


def test_it_shows_what_each_source_states_and_which_one_won(body):
    price = field(body, "price.input")

    assert (price["published"], price["source"], price["group"]) == (True, "list", "price")
    assert price["value"] == price["statements"][0]["value"]
    by_source = {
        statement["source"]: (statement["value"][0]["amount"], statement["winner"], statement["verdict"])
        for statement in price["statements"]
    }
    assert by_source == {"list": ("3", True, "won"), "other": ("4", False, "differs")}


def test_it_shows_who_is_not_heard(body):
    window = {
        statement["source"]: (statement["authority"], statement["verdict"])
        for statement in field(body, "context_window")["statements"]
    }

    assert window == {"list": (True, "won"), "other": (False, "not heard")}


def test_it_shows_each_claim_with_its_dates(body):
    by_source = {row["source"]: row for row in body["sources"]}

    assert by_source["list"]["confirmed"] == "2026-01-05T12:00:00Z"
    assert by_source["other"]["aliases"] == ["rocket"]
    assert by_source["other"]["source_type"] == "catalogue"
    assert by_source["other"]["missing_since"] is None


def test_it_shows_what_a_pin_holds_back(client):
    state(source(), claim())
    Pin.objects.create(
        offering_key=OFFERING,
        field="context_window",
        value=100_000,
        reason="measured",
        author=curator(),
        created_at=NOW,
        expires_at=NOW + timedelta(days=3650),
    )

    pinned = field(client.get(URL).json(), "context_window")

    assert (pinned["pin"]["value"], pinned["pin"]["expired"]) == (100_000, False)
    assert pinned["statements"][0]["value"] == 200_000


def test_a_source_that_lists_it_no_longer_confirms_nothing(client):
    state(source(last_good_at=NOW), claim())
    StoredClaim.objects.update(missing_since=NOW)

    (row,) = client.get(URL).json()["sources"]

    assert (row["confirmed"], row["missing_since"]) == (None, "2026-01-05T12:00:00Z")


def test_it_answers_as_its_schema_says(client, body):
    assert faults(client.get(URL), "/api/v1/offerings/{id}/claims/") == []


def test_claims_move_without_a_revision_so_nothing_is_cached(client, body):
    answer = client.get(URL)

    assert answer["Cache-Control"] == "no-cache"
    assert "ETag" not in answer


def test_it_takes_as_many_queries_for_many_sources_as_for_one(client, django_assert_num_queries):
    for number in range(12):
        state(source(f"source-{number}"), claim(price_input=usd(str(number + 1))))

    with django_assert_num_queries(6):
        assert len(client.get(URL).json()["sources"]) == 12


def test_it_takes_no_parameters(client, body):
    assert client.get(URL, {"source": "list"}).status_code == 400
