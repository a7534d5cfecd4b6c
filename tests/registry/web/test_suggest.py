"""Suggestions for what somebody types: the best id first, and never nothing where something similar exists."""

from __future__ import annotations

from typing import Any

import pytest

from tests.registry.builders import make_offering, make_revision

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue(db: None) -> None:
    make_revision(7)
    make_offering("openai/gpt-4o", {"name": "GPT-4o"}, model="openai/gpt-4o", aliases=["omni"])
    make_offering("azure/gpt-4o", {}, model="openai/gpt-4o")
    make_offering("openai/gpt-4o-mini", {"name": "GPT-4o mini"}, model="openai/gpt-4o-mini")
    make_offering("meta/llama-3.3", {"name": "Llama 3.3 70B"}, model="meta-llama/llama-3.3-70b")


def hits(client: Any, text: str) -> list[tuple[str, str]]:
    response = client.get("/suggest", {"q": text})
    assert response.status_code == 200
    for hit in response.json()["hits"]:
        assert client.get(hit["url"]).status_code == 200
    return [(hit["kind"], hit["id"]) for hit in response.json()["hits"]]


def test_a_whole_id_is_the_first_hit(client, catalogue):
    for kind, id in (("model", "openai/gpt-4o"), ("model", "openai/gpt-4o-mini"), ("offering", "azure/gpt-4o")):
        assert hits(client, id)[0] == (kind, id)


def test_models_come_before_their_offerings_and_a_beginning_before_a_part(client, catalogue):
    found = hits(client, "gpt-4o")

    assert found[0] == ("model", "openai/gpt-4o")
    assert found.index(("model", "openai/gpt-4o")) < found.index(("model", "openai/gpt-4o-mini"))
    assert found.index(("offering", "openai/gpt-4o")) < found.index(("offering", "openai/gpt-4o-mini"))


@pytest.mark.parametrize("text", ["llama 70b", "LLAMA", "3.3"])
def test_words_of_a_name_find_it(client, catalogue, text):
    assert ("model", "meta-llama/llama-3.3-70b") in hits(client, text)


def test_another_name_finds_its_offering_and_a_provider_its_page(client, catalogue):
    assert hits(client, "omni") == [("offering", "openai/gpt-4o")]
    assert ("provider", "azure") in hits(client, "azure")


def test_what_is_misspelt_is_answered_with_what_is_similar(client, catalogue):
    assert ("model", "openai/gpt-4o") in hits(client, "gtp-4o")


@pytest.mark.parametrize("text", ["", " ", "\0", "x" * 5000, "<b>", "%"])
def test_any_text_gets_an_answer(client, catalogue, text):
    assert client.get("/suggest", {"q": text}).status_code == 200


def test_it_asks_the_database_for_the_revision_alone(client, catalogue, django_assert_max_num_queries):
    hits(client, "gpt")
    with django_assert_max_num_queries(3):
        client.get("/suggest", {"q": "gpt"})
