from __future__ import annotations

from datetime import date

import pytest

from registry.models import Benchmark, Model
from tests.registry.builders import make_model, make_provider, make_score

pytestmark = pytest.mark.django_db


def test_it_lists_models_with_how_many_serve_them(get, published):
    make_model("nobody/serves-this")

    body = get("models/", {"ordering": "-offerings"}).json()["results"]

    assert [(row["id"], row["offerings"]) for row in body] == [
        ("openai/gpt-4o", 2),
        ("meta-llama/llama-3.3-70b", 1),
        ("nobody/serves-this", 0),
    ]
    assert body[0]["name"] is None


def test_it_shows_everybody_who_serves_a_model_with_prices(get, published):
    make_score(Model.objects.get(slug="openai/gpt-4o"), "mmlu", "88.700000")

    body = get("models/openai/gpt-4o").json()

    amounts = {row["id"]: row["prices"]["output"]["amount"] for row in body["served_by"]}
    assert amounts == {"openai/gpt-4o": "10", "openrouter/openai/gpt-4o": "0.1"}
    assert body["benchmarks"][0]["score"] == "88.7"


def test_it_shows_a_score_with_its_publisher_variant_day_and_link(get, published):
    model = Model.objects.get(slug="openai/gpt-4o")
    Benchmark.objects.create(
        model=model,
        name="lmarena_text",
        variant="high",
        score="1470.3",
        scale="rating",
        source="lmarena",
        named="gpt-4o-high",
        measured_on=date(2026, 8, 1),
        evidence="https://board.example",
    )

    assert get("models/openai/gpt-4o").json()["benchmarks"] == [
        {
            "name": "lmarena_text",
            "variant": "high",
            "score": "1470.3",
            "scale": "rating",
            "source": "lmarena",
            "named": "gpt-4o-high",
            "measured_on": "2026-08-01",
            "evidence": "https://board.example",
        }
    ]


def test_it_spares_the_queries_of_keys_that_nobody_chose(get, published, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert get("models/openai/gpt-4o", {"fields": "name"}).json() == {
            "id": "openai/gpt-4o",
            "name": None,
        }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("author=openai", ["openai/gpt-4o"]),
        ("author__n=openai", ["meta-llama/llama-3.3-70b"]),
        ("offerings__gte=2", ["openai/gpt-4o"]),
        ("search=llama 70b", ["meta-llama/llama-3.3-70b"]),
        ("created__gte=2026-11-21", []),
    ],
)
def test_it_filters_models(get, published, query, expected):
    assert [row["id"] for row in get(f"models/?{query}").json()["results"]] == expected


def test_it_suggests_models_and_providers_for_a_slip(get, published):
    model, provider = get("models/openai/gpt-40"), get("providers/opnai")

    assert (model.status_code, provider.status_code) == (404, 404)
    assert "openai/gpt-4o" in [row["id"] for row in model.json()["candidates"]]
    assert provider.json()["candidates"] == [{"id": "openai", "kind": "provider"}]


def test_it_lists_providers_with_how_many_they_serve(get, published):
    make_provider("ended", kind="cloud", ended_on="2025-01-01", successor_id="openai")

    body = get("providers/").json()["results"]

    assert [(row["id"], row["offerings"]) for row in body] == [
        ("ended", 0),
        ("openai", 1),
        ("openrouter", 3),
    ]
    assert (body[0]["kind"], body[0]["ended_on"]) == ("cloud", "2025-01-01")
    assert body[0]["successor"] == "openai"
    assert body[1]["kind"] is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kind=unknown", ["openai", "openrouter"]),
        ("kind=cloud", []),
        ("offerings__lt=2", ["openai"]),
        ("ended=false", ["openai", "openrouter"]),
        ("ordering=-offerings", ["openrouter", "openai"]),
        ("search=router", ["openrouter"]),
    ],
)
def test_it_filters_providers(get, published, query, expected):
    assert [row["id"] for row in get(f"providers/?{query}").json()["results"]] == expected
