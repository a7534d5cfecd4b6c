"""What changed, when, and who said so: the history of one offering, the feed of all changes, the revisions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.models import LedgerEntry
from tests.builders import NOW, OFFERING, listed
from tests.random_courses import count
from tests.registry.catalogue.test_publish import put, to

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def published(module_database: None) -> None:
    """Three revisions of one offering, and one of another whose id begins with the same words."""
    put(to("name", "Rocket"), to("price.input", listed("3")), to("benchmark.mmlu", "88.7"))
    put(to("context_window", 9), to("model", "acme/rocket-1"), key="relay/acme/rocket-1")
    put(to("price.input", listed("2"), old=listed("3"), source="acme"), at=NOW + DAY)
    put(to("price.input", [{"state": "free", "currency": "USD"}], old=listed("2")), at=NOW + 2 * DAY, actor="bob")


# -- one offering -----------------------------------------------------------------------------------------------------


def test_it_tells_what_changed_newest_first(get, published):
    body = get(f"offerings/{OFFERING}/history/").json()

    assert (body["id"], body["count"]) == (OFFERING, 5)
    assert [(row["revision"], row["field"]) for row in body["results"]] == [
        (4, "price.input"), (3, "price.input"), (1, "benchmark.mmlu"), (1, "price.input"), (1, "name"),
    ]  # fmt: skip
    newest = body["results"][0]
    assert {name: newest[name] for name in ("at", "group", "source", "actor", "quality", "policy", "note")} == {
        "at": "2026-01-07T12:00:00Z", "group": "price", "source": "list", "actor": "curator", "quality": "partial",
        "policy": "new", "note": None,
    }  # fmt: skip
    point = {"state": "priced", "currency": "USD", "valid_from": None, "valid_to": None}
    assert newest["old"] == [{"amount": "2", **point}]
    assert newest["new"] == [{"amount": "0", **point, "state": "free"}]


def test_its_prices_have_valid_and_recorded_time(get, published):
    (line,) = get(f"offerings/{OFFERING}/history/").json()["prices"].values()

    assert [(p["amount"], p["state"], p["source"], p["known_from"]["revision"]) for p in line] == [
        ("3", "priced", "list", 1), ("2", "priced", "acme", 3), ("0", "free", "list", 4),
    ]  # fmt: skip
    assert line[0]["known_to"] == line[1]["known_from"] == {"revision": 3, "at": "2026-01-06T12:00:00Z"}
    assert (line[2]["known_to"], line[0]["unit"]) == (None, "1M tokens")


@pytest.mark.parametrize(
    ("query", "fields", "prices"),
    [
        ("field=name", ["name"], 0),
        ("field=price.input", ["price.input"] * 3, 1),
        ("field=price.output", [], 0),
        ("group=price", ["price.input"] * 3, 1),
        ("group=benchmark", ["benchmark.mmlu"], 0),
        ("group=identity", ["name"], 0),
        ("group=limit", [], 0),
    ],
)
def test_it_can_be_asked_about_one_field_or_group(get, published, query, fields, prices):
    body = get(f"offerings/{OFFERING}/history?{query}").json()

    assert [row["field"] for row in body["results"]] == fields
    assert len(body["prices"]) == prices


@pytest.mark.parametrize(
    "query", ["field=nope", "group=nope", "field=name&group=price", "since=1", "page=x", "field=price.nope"]
)
def test_it_refuses_what_it_does_not_know(get, published, query):
    assert get(f"offerings/{OFFERING}/history?{query}").status_code == 400


def test_it_has_pages_and_a_tag(get, published):
    first = get(f"offerings/{OFFERING}/history?page_size=2")
    second = get(first.json()["next"].partition("/api/v1/")[2]).json()

    assert [row["revision"] for row in second["results"]] == [1, 1]
    assert get(f"offerings/{OFFERING}/history?page_size=2", if_none_match=first["ETag"]).status_code == 304


def test_it_takes_as_many_queries_for_a_long_history_as_for_a_short_one(get, published, django_assert_max_num_queries):
    for number in range(20):
        put(to("context_window", number + 1, old=number or None))

    with django_assert_max_num_queries(7):
        assert get(f"offerings/{OFFERING}/history").json()["count"] == 25


def test_an_id_may_end_in_the_word_itself(get, published):
    put(to("name", "Chronicle"), key="relay/big/history")

    assert get("offerings/relay/big/history").json()["name"] == "Chronicle"
    assert get("offerings/relay/big/history/").json()["name"] == "Chronicle"
    assert get("offerings/relay/big/history/history/").json()["id"] == "relay/big/history"


def test_the_word_is_a_suffix_where_both_could_be_meant(get, published):
    put(to("name", "Big"), key="relay/big")
    put(to("name", "Chronicle"), key="relay/big/history")

    assert get("offerings/relay/big/history/").json()["id"] == "relay/big"
    assert "results" in get("offerings/relay/big/history/").json()
    body = get("offerings/?id=relay/big/history&fields=name,provenance").json()["results"]
    assert [row["name"] for row in body] == ["Chronicle"]


@pytest.mark.parametrize("suffix", ["history", "claims"])
def test_what_is_not_published_is_not_found(get, published, suffix):
    answer = get(f"offerings/acme/rocket/{suffix}/")

    assert answer.status_code == 404
    assert "'acme/rocket'" in answer.json()["detail"]


# -- all changes ------------------------------------------------------------------------------------------------------


def places(answer: Any) -> list[int]:
    assert answer.status_code == 200, answer.json()
    return [row["id"] for row in answer.json()["results"]]


def test_the_feed_gives_what_came_after_a_revision(get, published):
    body = get("changes/?since=2").json()

    assert [(row["revision"], row["offering"]) for row in body["results"]] == [(3, OFFERING), (4, OFFERING)]
    assert (body["revision"], body["more"]) == (4, False)


@pytest.mark.parametrize(
    ("query", "revisions"),
    [
        ("provider=relay", [2, 2]),
        ("provider=acme&field=price.input", [1, 3, 4]),
        ("model=acme/rocket-1", [2, 2]),
        ("source=acme", [3]),
        ("field=name", [1]),
        ("since=3&provider=relay", []),
    ],
)
def test_the_feed_can_be_narrowed(get, published, query, revisions):
    assert [row["revision"] for row in get(f"changes/?{query}").json()["results"]] == revisions


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("since=5", "since"),
        ("since=-1", "since"),
        ("after=x", "after"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("provider=acne", "provider"),
        ("model=acme/nope", "model"),
        ("field=nope", "field"),
        ("source=nope", "source"),
        ("page=2", "page"),
    ],
)
def test_the_feed_refuses_what_cannot_be_meant(get, published, query, parameter):
    assert [error["parameter"] for error in get(f"changes/?{query}").json()["errors"]] == [parameter]


def follow(get: Any, url: str) -> tuple[list[int], str]:
    """All that a client gets until there is no more, and where it will ask next."""
    numbers: list[int] = []
    while True:
        answer = get(url)
        numbers += places(answer)
        url = answer.json()["next"].partition("/api/v1/")[2]
        if not answer.json()["more"]:
            return numbers, url


@settings(max_examples=count(15))
@given(steps=st.lists(st.integers(1, 4), min_size=1, max_size=6), limit=st.integers(1, 5))
def test_a_poller_gets_every_change_once(client, published, steps, limit):
    def get(path: str) -> Any:
        return client.get(f"/api/v1/{path}")

    with transaction.atomic():
        numbers: list[int] = []
        _, url = follow(get, f"changes/?limit={limit}")
        before = set(LedgerEntry.objects.values_list("id", flat=True))
        for number, size in enumerate(steps):
            put(*(to(f"benchmark.s{number}b{n}", "1") for n in range(size)))
            new, url = follow(get, url)
            numbers += new
        assert numbers == sorted(set(LedgerEntry.objects.values_list("id", flat=True)) - before)
        assert follow(get, url)[0] == []
        transaction.set_rollback(True)


def test_a_narrowed_poller_moves_on_though_nothing_was_for_it(get, published):
    first = get("changes/?source=acme").json()
    put(to("name", "R", old="Rocket"))
    second = get(first["next"].partition("/api/v1/")[2]).json()
    put(to("context_window", 5), at=NOW + 3 * DAY)
    put(to("quantization", "fp8", source="acme"), at=NOW + 4 * DAY)

    assert second["results"] == []
    assert [row["field"] for row in get(second["next"].partition("/api/v1/")[2]).json()["results"]] == ["quantization"]


def test_polling_costs_nothing_while_nothing_is_published(get, published):
    first = get("changes/?since=4")

    assert get("changes/?since=4", if_none_match=first["ETag"]).status_code == 304
    put(to("context_window", 5))
    assert len(places(get("changes/?since=4", if_none_match=first["ETag"]))) == 1


def test_the_feed_takes_as_many_queries_for_many_as_for_few(get, published, django_assert_max_num_queries):
    for number in range(30):
        put(to("name", "R"), key=f"acme/r{number}")

    with django_assert_max_num_queries(4):
        assert len(places(get("changes/?limit=1000"))) == 37


# -- revisions --------------------------------------------------------------------------------------------------------


def test_it_lists_revisions_newest_first(get, published):
    body = get("revisions/?page_size=2").json()

    assert body["count"] == 4
    assert body["results"][0] == {
        "number": 4, "at": "2026-01-07T12:00:00Z", "actor": "curator", "reason": "why", "entries": 1,
    }  # fmt: skip
    assert [row["number"] for row in body["results"]] == [4, 3]


def test_people_are_named_where_the_operator_says_so(get, published, settings):
    settings.API_SHOWS_PEOPLE = True

    actors = {row["actor"] for row in get("changes/?since=0").json()["results"]}

    assert "bob" in actors
