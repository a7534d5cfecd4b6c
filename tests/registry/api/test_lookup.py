from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db

KEYS = {"query", "offering", "model", "matched_by", "candidates", "others", "conditions", "source"}


@pytest.mark.parametrize(
    ("id", "offering", "matched_by"),
    [
        ("openai/gpt-4o", "openai/gpt-4o", "exact"),
        ("OpenAI/GPT-4o", "openai/gpt-4o", "exact"),
        ("gpt4o", "openai/gpt-4o", "alias"),
        ("nothing-like-it", None, "none"),
    ],
)
def test_it_resolves_one_id(get, published, id, offering, matched_by):
    body = get("lookup/", {"id": id}).json()

    assert set(body) == KEYS
    assert (body["query"], body["offering"], body["matched_by"]) == (id, offering, matched_by)


def test_it_resolves_several_ids_in_their_order(get, published):
    body = get("lookup/", {"id": ["gpt4o", "nothing-like-it", "gpt4o"]}).json()

    assert [row["offering"] for row in body["results"]] == ["openai/gpt-4o", None, "openai/gpt-4o"]


@pytest.mark.parametrize(
    "query",
    [{}, {"id": ""}, {"id": ["a"] * 101}, {"id": "a" * 401}, {"ids": "a"}, {"id": "a\0b"}],
)
def test_it_refuses_what_it_cannot_look_up(get, published, query):
    answer = get("lookup/", query)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] in ("id", "ids")


def test_it_takes_a_hundred_ids_in_one_query_of_the_database(get, published, django_assert_max_num_queries):
    get("lookup/", {"id": "gpt4o"})

    with django_assert_max_num_queries(2):
        assert len(get("lookup/", {"id": ["gpt4o"] * 100}).json()["results"]) == 100


def test_it_notes_a_hundred_misses_in_a_handful_of_queries(get, published, django_assert_max_num_queries):
    get("lookup/", {"id": "gpt4o"})

    with django_assert_max_num_queries(12):
        assert len(get("lookup/", {"id": [f"x{number}" for number in range(100)]}).json()["results"]) == 100
