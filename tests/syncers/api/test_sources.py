"""The sources as everybody may see them: their authority and state."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from syncers.models import Run
from tests.builders import claim, source, state
from tests.registry.api.test_schema import faults

pytestmark = pytest.mark.django_db
URL = "/api/v1/sources/"


def test_it_shows_what_a_source_is_and_how_it_is(client):
    now = timezone.now()
    openrouter = source(
        "openrouter", source_type="marketplace", speaks_for="openrouter", authority=["price"], last_good_at=now
    )
    state(openrouter, claim())
    Run.objects.create(
        source=openrouter, status="ok", batch=uuid4(), started_at=now, seen=7, rejected=1, error="at /srv/x"
    )

    answer = client.get(f"{URL}openrouter/")

    body = answer.json()
    assert (body["slug"], body["source_type"], body["speaks_for"]) == ("openrouter", "marketplace", "openrouter")
    assert (body["authority"], body["state"], body["claims"]) == (["price"], "ok", 1)
    assert body["last_run"]["seen"] == 7
    assert body["expected"][0] < body["expected"][1]
    assert "srv" not in str(body)
    assert faults(answer, "/api/v1/sources/{slug}/") == []


def test_it_tells_the_licence_where_one_is_declared(client):
    source("lmarena")
    source("openrouter")

    licences = {entry["slug"]: entry["licence"] for entry in client.get(URL).json()["results"]}

    assert licences["lmarena"]
    assert licences["openrouter"] is None


def test_a_source_whose_declaration_is_gone_is_shown_without_it(client):
    source("gone-long-ago", last_good_at=timezone.now() - timedelta(days=900))

    (entry,) = client.get(URL).json()["results"]

    assert (entry["state"], entry["expected"], entry["last_run"]) == ("stale", None, None)


def test_a_misspelt_source_is_not_found_with_what_was_probably_meant(client):
    source("openrouter")

    answer = client.get(f"{URL}openruoter")

    assert answer.status_code == 404
    assert "Did you mean 'openrouter'?" in answer.json()["detail"]


def test_it_takes_as_many_queries_for_many_as_for_one(client, django_assert_num_queries):
    for number in range(12):
        state(source(f"source-{number}"), claim())

    with django_assert_num_queries(3):
        assert client.get(URL).json()["count"] == 12
