"""Lists that filter say of how many rows it is not known whether they match, and where those are."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.registry.builders import make_offering, make_provider, priced

pytestmark = pytest.mark.django_db

GPT = "openai/gpt-4o"
RELAYED = "openrouter/openai/gpt-4o"
LLAMA = "openrouter/meta-llama/llama-3.3-70b:free"
ODD = "openrouter/@preset/odd:1@2"
ALL = {GPT, RELAYED, LLAMA, ODD}


def ids(answer: Any) -> set[str]:
    return {row["id"] for row in answer.json()["results"]}


@pytest.mark.parametrize(
    ("query", "matching", "unsure"),
    [
        ("supports_tools=true", {GPT}, ALL - {GPT}),
        ("supports_tools=false", set(), ALL - {GPT}),
        ("supports_tools=unknown", ALL - {GPT}, set()),
        ("context_window__gte=100000", {GPT, RELAYED}, {ODD}),
        ("context_window__lt=100000", {LLAMA}, {ODD}),
        ("input_price__lte=1", {LLAMA}, {ODD}),
        ("input_price__empty=true", {ODD}, set()),
        ("pricing=free", {LLAMA}, {ODD}),
        ("pricing=free,unknown", {LLAMA, ODD}, set()),
        ("status=active", {GPT}, {RELAYED, ODD}),
        ("status__n=active", ALL - {GPT}, set()),
        ("status=active,unknown", {GPT, RELAYED, ODD}, set()),
        ("task=chat", {GPT}, ALL - {GPT}),
        ("model=openai/gpt-4o", {GPT, RELAYED}, {ODD}),
        ("author=meta-llama", {LLAMA}, {ODD}),
        ("license=mit", set(), ALL),
        ("license=unknown", set(), ALL),
        ("input_modality=image", {GPT}, ALL - {GPT}),
        ("input_modality=image,audio", set(), ALL - {GPT}),
        ("released_on__gte=2024-01-01", {GPT}, ALL - {GPT}),
        ("name__ic=gpt", {GPT, RELAYED}, {LLAMA, ODD}),
        # several: what a known value excludes is no candidate, whatever else is unknown of it
        ("supports_tools=true&context_window__gte=100000", {GPT}, {RELAYED, ODD}),
        ("supports_tools=true&context_window__lt=100000", set(), {LLAMA, ODD}),
        ("supports_tools=true&provider=openrouter", set(), ALL - {GPT}),
        ("status=preview&input_price=0&search=llama", {LLAMA}, set()),
        ("supports_tools=unknown&context_window__gte=100000", {RELAYED}, {ODD}),
        # nothing of these is ever unknown
        ("provider=openai", {GPT}, set()),
        ("id__ic=gpt", {GPT, RELAYED}, set()),
        ("missing=true", set(), set()),
        ("missing_since__gte=2020-01-01", set(), set()),
        ("search=gpt", {GPT, RELAYED}, set()),
        ("variant=free", set(), set()),
        ("", ALL, set()),
    ],
)
def test_a_filter_never_loses_the_unknown_silently(get, published, query, matching, unsure):
    answer = get(f"offerings/?{query}")

    assert ids(answer) == matching
    body = answer.json()
    assert (body["count"], body["unknown_count"]) == (len(matching), len(unsure))
    if not unsure:
        assert body["unknown"] is None
        return
    assert body["unknown"] == f"http://testserver/api/v1/offerings/?{query.replace(':', '%3A')}&unknown=only".replace(
        "=openai/", "=openai%2F"
    ).replace("image,audio", "image%2Caudio")
    other = get(body["unknown"].removeprefix("http://testserver/api/v1/"))
    assert ids(other) == unsure
    assert (other.json()["count"], other.json()["unknown_count"], other.json()["unknown"]) == (
        len(unsure), len(unsure), None,
    )  # fmt: skip


def test_every_row_is_a_match_or_excluded_by_a_known_value_or_counted_as_unknown(get, published):
    expected = {
        "supports_tools": "true", "context_window__gte": "100000", "input_price__lte": "2", "status": "preview",
        "input_modality": "text", "released_on__lte": "2026-01-01", "pricing": "priced", "task": "chat",
    }  # fmt: skip

    for several in (*combinations(expected, 1), *combinations(expected, 2), *combinations(expected, 3)):
        each = [get("offerings/", {name: expected[name]}) for name in several]
        unsure = [ids(get("offerings/", {name: expected[name], "unknown": "only"})) for name in several]
        possible = set.intersection(*(ids(matching) | lost for matching, lost in zip(each, unsure, strict=True)))
        matching = set.intersection(*map(ids, each))

        query = {name: expected[name] for name in several}
        together = get("offerings/", query)
        assert ids(together) == matching
        assert together.json()["unknown_count"] == len(possible - matching), several
        assert ids(get("offerings/", query | {"unknown": "only"})) == possible - matching


def test_the_link_keeps_order_size_and_keys_and_leaves_the_page_out(get, published):
    answer = get("offerings/?supports_tools=false&page_size=2&ordering=-id&fields=id&unknown=only&page=2")
    assert [row["id"] for row in answer.json()["results"]] == [ODD]

    first = get("offerings/?supports_batch=false&ordering=-id&page_size=1&fields=id&page=1").json()
    assert first["unknown"].partition("?")[2] == "supports_batch=false&ordering=-id&page_size=1&fields=id&unknown=only"


@pytest.mark.parametrize("query", ["unknown=only", "provider=openai&unknown=only", "unknown=only&revision=7"])
def test_where_no_filter_looks_at_what_may_be_unknown_there_is_none(get, published, query):
    body = get(f"offerings/?{query}").json()

    assert (body["count"], body["unknown_count"], body["unknown"]) == (0, 0, None)
    assert get(f"offerings/?{query}&unknown=yes").status_code == 400


def test_it_costs_one_query_and_only_where_something_may_be_unknown(get, published):
    def queries(query: str) -> int:
        get(f"offerings/?{query}")  # words that occur are looked up once and then known
        with CaptureQueriesContext(connection) as queries:
            assert get(f"offerings/?{query}").status_code == 200
        return len(queries)

    usual = queries("provider=openrouter")
    assert queries("provider=openrouter&context_window__gte=1") == usual + 1
    assert queries("provider=openrouter&context_window__gte=1&input_price__gte=0&name__ic=o") == usual + 1
    assert queries("provider=openrouter&context_window__gte=1&supports_tools=true&unknown=only") == usual


def test_providers_whose_kind_nobody_knows_are_counted(get, published):
    make_provider("acme", kind="direct")
    make_provider("nova", kind="")
    make_offering("acme/one", {"price.input": priced("1")})

    body = get("providers/?kind=direct").json()
    assert (body["count"], body["unknown_count"]) == (1, 3)
    assert ids(get("providers/?kind=direct&unknown=only")) == {"nova", "openai", "openrouter"}
    assert get("models/?author=nobody").json().get("unknown_count", 0) == 0
