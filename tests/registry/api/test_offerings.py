from __future__ import annotations

import pytest

from registry.catalogue.public_keys import offering_keys
from tests.registry.builders import make_offering, make_revision, priced

pytestmark = pytest.mark.django_db


def test_it_lists_offerings_by_id(get, published):
    answer = get("offerings/")

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert answer["X-Registry-Revision"] == "7"
    assert answer.json()["count"] == 4
    assert [row["id"] for row in answer.json()["results"]] == [
        "openai/gpt-4o",
        "openrouter/@preset/odd:1@2",
        "openrouter/meta-llama/llama-3.3-70b:free",
        "openrouter/openai/gpt-4o",
    ]


def test_it_tells_unknown_from_free_from_priced(get, published):
    prices = {row["id"]: row["prices"] for row in get("offerings/").json()["results"]}

    assert prices["openai/gpt-4o"]["input"] == {
        "amount": "2.5",
        "state": "priced",
        "currency": "USD",
        "unit": "1M tokens",
    }
    free = prices["openrouter/meta-llama/llama-3.3-70b:free"]
    assert (free["input"]["amount"], free["input"]["state"]) == ("0", "free")
    assert (free["output"]["amount"], free["output"]["state"]) == (None, "dynamic")
    assert prices["openrouter/@preset/odd:1@2"]["input"] == {
        "amount": None,
        "state": "unknown",
        "currency": None,
        "unit": "1M tokens",
    }


def test_it_keeps_every_digit_of_a_price(get, published):
    prices = get("offerings/openrouter/openai/gpt-4o/").json()["prices"]

    assert prices["input"]["amount"] == "2.50000000000000000001"


def test_it_shows_what_nobody_stated_as_null(get, published):
    body = get("offerings/openrouter/@preset/odd:1@2/").json()

    always = {"id", "provider", "native_id", "pricing", "prices", "quality", "created", "updated"}
    empty: dict[str, object] = {
        "aliases": [],
        "pinned": [],
        "disputed": [],
        "rates": [],
        "announced": [],
        "benchmarks": {},
    }
    assert body["pricing"] == "unknown"
    assert set(body["capabilities"].values()) == {None}
    for key in set(offering_keys.DETAIL) - always - {"capabilities", "lifecycle", "provenance"}:
        assert body[key] == empty.get(key), key


@pytest.mark.parametrize(
    "id",
    [
        "openai/gpt-4o",
        "openrouter/openai/gpt-4o",
        "openrouter/meta-llama/llama-3.3-70b:free",
        "openrouter/@preset/odd:1@2",
    ],
)
@pytest.mark.parametrize("slash", ["", "/"])
def test_it_finds_a_detail_by_an_id_with_slashes_and_signs(get, published, id, slash):
    answer = get(f"offerings/{id}{slash}")

    assert answer.status_code == 200
    assert answer.json()["id"] == id


def test_it_gives_the_detail_with_rates_benchmarks_and_provenance(get, published):
    body = get("offerings/openai/gpt-4o/").json()

    assert [rate["rate"] for rate in body["rates"]] == ["input", "input[tier=batch]", "output"]
    batch = body["rates"][1]
    assert (batch["tier"], batch["amount"], batch["in_force"]) == ("batch", "1.25", True)
    assert body["benchmarks"] == {"mmlu": "88.7"}
    assert body["provenance"]["price.input"]["source"] == "openai"
    assert body["capabilities"]["tools"] is True
    assert body["capabilities"]["batch"] is False
    assert body["capabilities"]["vision"] is None
    assert body["aliases"] == ["azure/gpt-4o-alias", "gpt4o"]
    assert body["disputed"] == ["price.input"]


def test_it_names_the_fields_that_a_curator_pinned(get, published):
    assert get("offerings/openrouter/openai/gpt-4o").json()["pinned"] == ["context_window"]


def test_it_gives_the_chosen_keys_and_always_the_id(get, published):
    body = get("offerings/", {"fields": "prices,name"}).json()["results"][0]

    assert list(body) == ["id", "name", "prices"]


def test_it_gives_keys_of_the_detail_in_the_list_when_asked(get, published):
    body = get("offerings/", {"fields": "provenance,benchmarks"}).json()["results"][0]

    assert body["benchmarks"] == {"mmlu": "88.7"}
    assert "price.input" in body["provenance"]


def test_it_reads_only_the_columns_of_the_chosen_keys(get, published, django_assert_num_queries):
    with django_assert_num_queries(3) as queries:
        get("offerings/", {"fields": "id,provider"})

    assert not any("provenance" in query["sql"] for query in queries.captured_queries)


@pytest.mark.parametrize("number", [10, 200])
def test_it_lists_in_three_queries_whatever_the_number_of_rows(get, db, django_assert_num_queries, number):
    make_revision()
    for index in range(number):
        facts = {"price.input": priced("1")}
        make_offering(f"openai/m-{index}", facts, model=f"openai/m-{index}", aliases=[f"a-{index}"])
    query = {"page_size": 1000, "provider": "openai", "ordering": "-input_price", "search": "m"}
    get("offerings/", {"provider": "openai"})  # learns which providers there are

    with django_assert_num_queries(3):
        body = get("offerings/", query).json()

    assert len(body["results"]) == number


def test_it_answers_an_alias_with_404_and_the_offering_meant(get, published):
    answer = get("offerings/gpt4o/")

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["candidates"][0] == {"id": "openai/gpt-4o", "kind": "offering"}
    assert answer.json()["lookup_url"].endswith("/api/v1/lookup/?id=gpt4o")


def test_it_suggests_ids_for_a_slip(get, published):
    answer = get("offerings/openai/gtp-4o")

    assert answer.status_code == 404
    assert "openai/gpt-4o" in [row["id"] for row in answer.json()["candidates"]]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_refuses_to_be_written_to(client, published, method):
    for path in ("offerings/", "offerings/openai/gpt-4o/", "lookup/", "catalogue/", "stats/"):
        answer = getattr(client, method)(f"/api/v1/{path}", {}, content_type="application/json")

        assert answer.status_code == 405
        assert answer["Content-Type"] == "application/problem+json"
        assert "GET" in answer["Allow"]
