from __future__ import annotations

import pytest

from tests.registry.builders import make_offering, make_provider, price_state, priced

pytestmark = pytest.mark.django_db

GPT = "openai/gpt-4o"
RELAYED = "openrouter/openai/gpt-4o"
LLAMA = "openrouter/meta-llama/llama-3.3-70b:free"
ODD = "openrouter/@preset/odd:1@2"
ALL = {GPT, RELAYED, LLAMA, ODD}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("provider=openai", {GPT}),
        ("provider=openai,openrouter", ALL),
        ("provider__n=openai", ALL - {GPT}),
        ("model=openai/gpt-4o", {GPT, RELAYED}),
        ("model__n=openai/gpt-4o", {LLAMA, ODD}),
        ("model__empty=true", {ODD}),
        ("author=meta-llama", {LLAMA}),
        ("id=openai/gpt-4o", {GPT}),
        ("id__ic=LLAMA", {LLAMA}),
        ("name__ic=openai:", {RELAYED}),
        ("status=active", {GPT}),
        ("status=active,preview", {GPT, LLAMA}),
        ("status=unknown", {RELAYED, ODD}),
        ("status__n=unknown", {GPT, LLAMA}),
        ("task=chat", {GPT}),
        ("quality=unknown", {ODD}),
        ("source=openrouter", {GPT, RELAYED, LLAMA}),
        ("pricing=priced", {GPT, RELAYED}),
        ("pricing=free", {LLAMA}),
        ("pricing=unknown", {ODD}),
        ("supports_tools=true", {GPT}),
        ("supports_batch=false", {GPT}),
        ("supports_batch=unknown", ALL - {GPT}),
        ("input_modality=image", {GPT}),
        ("input_modality=image,text", {GPT}),
        ("input_modality=image,audio", set()),
        ("input_price=0", {LLAMA}),
        ("input_price__lte=2.5", {GPT, RELAYED, LLAMA}),
        ("input_price__lt=2.5", {LLAMA}),
        ("input_price__gt=0", {GPT, RELAYED}),
        ("input_price__empty=true", {ODD}),
        ("output_price__empty=false", {GPT, RELAYED}),
        ("context_window__gte=100000", {GPT, RELAYED}),
        ("context_window=8192", {LLAMA}),
        ("released_on__gte=2024-05-13", {GPT}),
        ("released_on__gt=2024-05-13", set()),
        ("updated__gte=2026-11-20", ALL),
        ("updated__gt=2026-11-20", set()),
        ("updated__lte=2026-11-20", ALL),
        ("updated__lt=2026-11-20", set()),
        ("updated__gte=2026-11-20T12:00:00Z", ALL),
        ("updated__gt=2026-11-20T12:00:00Z", set()),
        ("updated__lt=2026-11-20T14:00:01%2B02:00", ALL),
        ("missing=true", set()),
        ("missing=false", ALL),
        ("pinned=true", {RELAYED}),
        ("disputed=true", {GPT}),
        ("search=gpt", {GPT, RELAYED}),
        ("search=GPT openrouter", {RELAYED}),
        ("search=azure/gpt-4o-alias", {GPT}),
        ("search=100%25", set()),
        ("provider=openrouter&supports_tools=unknown&pricing=free", {LLAMA}),
    ],
)
def test_it_filters(get, published, query, expected):
    answer = get(f"offerings/?{query}")

    assert answer.status_code == 200, answer.json()
    assert {row["id"] for row in answer.json()["results"]} == expected


def test_it_knows_a_provider_that_somebody_just_added(get, published):
    assert get("offerings/?provider=openai").json()["count"] == 1
    make_provider("fresh")

    assert get("offerings/?provider=fresh").json()["count"] == 0


@pytest.fixture
def four_prices(published):
    make_offering("p/two", {"price.input": priced("2")})
    make_offering("p/unknown", {"name": "a"})
    make_offering("p/free", {"price.input": price_state("free"), "name": "B"})
    make_offering("p/ten", {"price.input": priced("10"), "context_window": 5})


@pytest.mark.parametrize(
    ("ordering", "expected"),
    [
        ("input_price", ["free", "two", "ten", "unknown"]),
        ("-input_price", ["ten", "two", "free", "unknown"]),
        ("name", ["free", "unknown", "ten", "two"]),
        ("-context_window,-id", ["ten", "unknown", "two", "free"]),
    ],
)
def test_it_sorts_what_is_unknown_last_both_ways(get, four_prices, ordering, expected):
    body = get("offerings/", {"ordering": ordering, "provider": "p"}).json()["results"]

    assert [row["native_id"] for row in body] == expected


@pytest.mark.parametrize(
    ("query", "parameter", "nearest"),
    [
        ("provder=openai", "provder", "provider"),
        ("input_price__lt3=1", "input_price__lt3", "input_price__lt"),
        ("format=xml", "format", None),
        ("limit=10", "limit", None),
        ("provider=opnai", "provider", "openai"),
        ("model=openai/gpt-4", "model", "openai/gpt-4o"),
        ("author=metallama", "author", "meta-llama"),
        ("source=opnrouter", "source", "openrouter"),
        ("status=actve", "status", "active"),
        ("supports_tools=yes", "supports_tools", None),
        ("supports_tools=True", "supports_tools", "true"),
        ("missing=unknown", "missing", None),
        ("context_window__gte=many", "context_window__gte", None),
        ("context_window__gte=-1", "context_window__gte", None),
        ("context_window__gte=1e3", "context_window__gte", None),
        ("context_window__gte=99999999999999999999", "context_window__gte", None),
        ("input_price__lte=NaN", "input_price__lte", None),
        ("input_price__lte=1e400", "input_price__lte", None),
        ("input_price__lte=-1", "input_price__lte", None),
        ("updated__gte=yesterday", "updated__gte", None),
        ("updated__gte=2026-02-30", "updated__gte", None),
        ("updated__gte=0001-01-01T00:00%2B14:00", "updated__gte", None),
        ("released_on=2026-13-01", "released_on", None),
        ("input_modality=%25", "input_modality", None),
        ("ordering=nope", "ordering", None),
        ("ordering=input_prices", "ordering", "input_price"),
        ("ordering=,", "ordering", None),
        ("fields=nam", "fields", "name"),
        ("fields=,", "fields", None),
        ("search=", "search", None),
        ("search=" + "a" * 201, "search", None),
        ("search=" + "a " * 11, "search", None),
        ("provider=", "provider", None),
        ("provider=openai&provider=openrouter", "provider", None),
        ("page=1&page=2", "page", None),
        ("page=0", "page", None),
        ("page=-1", "page", None),
        ("page=x", "page", None),
        ("page=%D9%A1", "page", None),
        ("page_size=0", "page_size", None),
        ("page_size=1001", "page_size", "1000"),
        ("page_size=" + "9" * 5000, "page_size", None),
        ("name__ic=a%00b", "name__ic", None),
        ("id=" + ",".join(map(str, range(101))), "id", None),
    ],
)
def test_it_refuses_what_it_does_not_understand(get, published, query, parameter, nearest):
    answer = get(f"offerings/?{query}")

    assert answer.status_code == 400, answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    error = answer.json()["errors"][0]
    assert error["parameter"] == parameter
    if nearest:
        assert error["nearest"] == nearest
        assert nearest in answer.json()["detail"]


def test_it_names_every_wrong_parameter_at_once(get, published):
    errors = get("offerings/?status=x&task=y&page_siz=1").json()["errors"]
    assert [error["parameter"] for error in errors] == ["page_siz"]

    errors = get("offerings/?status=x&task=y").json()["errors"]
    assert [error["parameter"] for error in errors] == ["status", "task"]
