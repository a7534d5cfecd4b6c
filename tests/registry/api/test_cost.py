from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from registry.models import FallbackUse
from tests import builders
from tests.builders import usd
from tests.registry.api.test_schema import errors, schema
from tests.registry.builders import make_offering, priced

pytestmark = pytest.mark.django_db

Post = Callable[..., Any]
USAGE = {"input_tokens": 1_000_000, "output_tokens": 100_000}
ASKED = {"id": "openai/gpt-4o", "usage": USAGE, "at": "2026-11-20T12:00:00Z"}


@pytest.fixture
def post(client: Client) -> Post:
    client.raise_request_exception = False

    def ask(body: Any, path: str = "cost/") -> Any:
        raw = body if isinstance(body, str | bytes) else json.dumps(body)
        return client.post(f"/api/v1/{path}", raw, content_type="application/json")

    return ask


def test_it_prices_a_call_line_by_line(post, published):
    answer = post(ASKED)
    body = answer.json()

    assert answer.status_code == 200
    assert (body["found"], body["offering"], body["revision"]) == (True, "openai/gpt-4o", 7)
    assert (body["total"], body["currency"], body["complete"]) == ("3.5", "USD", True)
    assert body["lines"][1] == {
        "meter": "output", "quantity": "100000", "unit": "tokens", "rate": "output", "amount": "10",
        "per": "1M tokens", "currency": "USD", "cost": "1", "rule": "standard",
    }  # fmt: skip
    assert answer["X-Registry-Revision"] == "7"
    assert answer["Cache-Control"] == "no-store"


def test_it_names_what_is_unpriced(post, published):
    body = post({**ASKED, "tier": "batch"}).json()

    assert (body["total"], body["complete"]) == ("1.25", False)
    assert [(part["meter"], part["why"]) for part in body["unpriced"]] == [("output", "tier_not_priced")]


def test_free_is_zero_and_unknown_is_null(post, published):
    free = post({"id": "openrouter/meta-llama/llama-3.3-70b:free", "usage": {"input_tokens": 5}}).json()
    unknown = post({"id": "openrouter/@preset/odd:1@2", "usage": {"input_tokens": 5}}).json()

    assert (free["total"], free["complete"]) == ("0", True)
    assert (unknown["total"], unknown["complete"], unknown["currency"]) == (None, False, None)


def test_what_is_not_found_has_no_price(post, published):
    body = post({"id": "openai/gpt-5-nothing", "usage": USAGE, "fallback": True}).json()

    assert (body["found"], body["estimate"], body["total"], body["lines"]) == (False, False, None, [])


def test_a_fallback_is_labelled(post, published, settings):
    settings.COST_FALLBACK_PER_1M = Decimal(20)

    body = post({"id": "no-such-model", "usage": USAGE, "fallback": True}).json()

    assert (body["found"], body["estimate"], body["total"]) == (False, True, "22")
    assert "COST_FALLBACK_PER_1M" in body["lines"][0]["rule"]


def test_it_compares_offerings_cheapest_first(post, published):
    body = post({**ASKED, "compare": True}).json()

    assert [(row["offering"], row["total"]) for row in body["compared"]] == [
        ("openrouter/openai/gpt-4o", "2.51000000000000000001"),
        ("openai/gpt-4o", "3.5"),
    ]


def test_it_compares_over_a_filter(post, published):
    body = post({"usage": USAGE, "compare": {"filter": {"pricing": "priced,free"}, "limit": 2}}).json()

    assert (body["revision"], body["matching"]) == (7, 3)
    assert [row["offering"] for row in body["compared"]] == [
        "openrouter/openai/gpt-4o", "openai/gpt-4o",
    ]  # fmt: skip


def test_it_compares_ids(post, published):
    body = post({"usage": USAGE, "compare": {"ids": ["nothing-like-it", "openai/gpt-4o"]}}).json()

    assert [(row["id"], row["total"]) for row in body["compared"]] == [
        ("openai/gpt-4o", "3.5"),
        ("nothing-like-it", None),
    ]


@pytest.mark.parametrize("filters", [{"provider": "openai"}, {"pricing": "priced,free,unknown,dynamic"}])
def test_a_comparison_takes_as_many_queries_for_one_offering_as_for_all(
    post, published, filters, django_assert_num_queries
):
    post({"usage": USAGE, "compare": {"filter": filters}})

    with django_assert_num_queries(3):
        post({"usage": USAGE, "compare": {"filter": filters}})


def test_it_prices_a_mix_per_million_tokens(post, published):
    answer = post({"id": "openai/gpt-4o", "mix": True}).json()
    body = answer["effective"]

    assert body == {"mix": "3:1", "cached": "0", "per_1m_tokens": "4.375", "currency": "USD", "leaves_out": []}
    assert post({"id": "openai/gpt-4o", "mix": "1:0"}).json()["effective"]["per_1m_tokens"] == "2.5"
    assert post({"id": "nobody", "mix": "1:0"}).json()["effective"]["per_1m_tokens"] is None


def test_it_lists_what_the_fallback_answered(post, published, settings, django_assert_num_queries):
    settings.COST_FALLBACK_PER_1M = Decimal(20)
    unknown = [{"id": f"nobody-{number % 3}", "usage": USAGE} for number in range(300)]
    post(ASKED)
    with CaptureQueriesContext(connection) as single:
        post({"items": [ASKED, {"id": "nobody-at-all", "usage": USAGE}], "fallback": True})
    FallbackUse.objects.all().delete()

    with django_assert_num_queries(len(single)):
        post({"items": [ASKED, *unknown], "fallback": True})

    rows = FallbackUse.objects.order_by("text").values_list("text", "times", "tokens", "estimated", "origin")
    assert list(rows) == [(f"nobody-{number}", 100, Decimal(110_000_000), Decimal(2200), "api") for number in range(3)]


def test_without_a_fallback_nothing_is_listed(post, published):
    post({"id": "nobody", "usage": USAGE, "fallback": True})

    assert not FallbackUse.objects.exists()


def test_ten_thousand_usages_take_as_many_queries_as_one(post, published, django_assert_num_queries):
    post(ASKED)
    with django_assert_num_queries(1):
        post(ASKED)

    with django_assert_num_queries(1):
        body = post({"items": [ASKED, {"id": "nobody", "usage": USAGE}] * 5000}).json()

    assert len(body["results"]) == 10_000
    assert [row["total"] for row in body["results"][:2]] == ["3.5", None]


@pytest.mark.parametrize(
    "body",
    [
        ASKED,
        {**ASKED, "compare": True},
        {"items": [ASKED, {"id": "x", "usage": USAGE}]},
        {"id": "openai/gpt-4o", "mix": "3:1", "cached": 0.25},
        {"usage": USAGE, "compare": {"filter": {}}},
    ],
)
def test_it_answers_as_its_schema_says(post, published, body):
    answer = post(body).json()

    shape = "CostAnswers" if "results" in answer else "CostComparison" if "matching" in answer else "CostCompared"
    assert errors({"$ref": "#/components/schemas/CostResult"}, answer) == []
    assert set(answer) <= set(schema()["components"]["schemas"][shape]["properties"])


WRONG: dict[str, tuple[Any, str]] = {
    "a list": ([], "body"),
    "null": (None, "body"),
    "no id": ({"usage": USAGE}, "id"),
    "an id that is no text": ({"id": 5, "usage": USAGE}, "id"),
    "a long id": ({"id": "x" * 401, "usage": USAGE}, "id"),
    "an id with NUL": ({"id": "a\0b", "usage": USAGE}, "id"),
    "no usage": ({"id": "x"}, "usage"),
    "an empty usage": ({"id": "x", "usage": {}}, "usage"),
    "a misspelt meter": ({"id": "x", "usage": {"input_token": 1}}, "usage.input_token"),
    "a misspelt key": ({**ASKED, "teir": "batch"}, "teir"),
    "a negative number": ({"id": "x", "usage": {"input_tokens": -1}}, "usage.input_tokens"),
    "half a token": ({"id": "x", "usage": {"input_tokens": 0.5}}, "usage.input_tokens"),
    "a huge number": ({"id": "x", "usage": {"input_tokens": 10**40}}, "usage.input_tokens"),
    "true": ({"id": "x", "usage": {"input_tokens": True}}, "usage.input_tokens"),
    "a text": ({"id": "x", "usage": {"input_tokens": "1e9"}}, "usage.input_tokens"),
    "an infinite text": ({"id": "x", "usage": {"input_audio_seconds": "Infinity"}}, "usage.input_audio_seconds"),
    "parts larger than their whole": (
        {"id": "x", "usage": {"input_tokens": 1, "cache_read_tokens": 2}}, "usage.input_tokens",
    ),
    "an unknown rate": ({"id": "x", "usage": {"others": {"bogus[": 1}}}, "usage.others"),
    "others that are a list": ({"id": "x", "usage": {"others": []}}, "usage.others"),
    "a moment that is none": ({**ASKED, "at": "yesterday"}, "at"),
    "a moment out of range": ({**ASKED, "at": "0001-01-01T00:00+23:00"}, "at"),
    "a tier that is no text": ({**ASKED, "tier": ["batch"]}, "tier"),
    "a revision to come": ({**ASKED, "revision": 99}, "revision"),
    "a negative revision": ({**ASKED, "revision": -1}, "revision"),
    "revision and known_at": ({**ASKED, "revision": 7, "known_at": "2026-01-01"}, "known_at"),
    "compare that is no flag": ({**ASKED, "compare": "yes"}, "compare"),
    "compare of a batch": ({"items": [ASKED], "compare": True}, "compare"),
    "a comparison over nothing": ({"usage": USAGE, "compare": {}}, "compare"),
    "a comparison over both": ({"usage": USAGE, "compare": {"ids": ["x"], "filter": {}}}, "compare"),
    "a comparison with an id": ({**ASKED, "compare": {"filter": {}}}, "id"),
    "a comparison with a fallback": ({"usage": USAGE, "compare": {"filter": {}}, "fallback": True}, "fallback"),
    "a filter that is none": ({"usage": USAGE, "compare": {"filter": []}}, "compare.filter"),
    "an unknown filter": ({"usage": USAGE, "compare": {"filter": {"colour": "red"}}}, "compare.filter.colour"),
    "a page of a filter": ({"usage": USAGE, "compare": {"filter": {"page": 2}}}, "compare.filter.page"),
    "a filter by nobody": ({"usage": USAGE, "compare": {"filter": {"provider": "opnai"}}}, "compare.filter.provider"),
    "a filter by an object": ({"usage": USAGE, "compare": {"filter": {"provider": {}}}}, "compare.filter.provider"),
    "no ids": ({"usage": USAGE, "compare": {"ids": []}}, "compare.ids"),
    "an id that is none": ({"usage": USAGE, "compare": {"ids": ["x", 5]}}, "compare.ids[1]"),
    "no limit": ({"usage": USAGE, "compare": {"filter": {}, "limit": 0}}, "compare.limit"),
    "a comparison without a usage": ({"compare": {"filter": {}}}, "usage"),
    "a mix that is none": ({"id": "x", "mix": "3"}, "mix"),
    "a mix that is a number": ({"id": "x", "mix": 3}, "mix"),
    "a mix and a usage": ({"id": "x", "mix": "3:1", "usage": USAGE}, "mix"),
    "a share above one": ({"id": "x", "mix": "3:1", "cached": 2}, "cached"),
    "a share of nothing": ({"id": "x", "usage": USAGE, "cached": 0.5}, "cached"),
    "parameters with forbidden signs": ({**ASKED, "detail": "a;b"}, "detail"),
    "no items": ({"items": []}, "items"),
    "items that are none": ({"items": {}}, "items"),
    "too many items": ({"items": [1] * 10_001}, "items"),
    "less of a second than is counted": (
        {"id": "x", "usage": {"input_audio_seconds": 1e-13}}, "usage.input_audio_seconds",
    ),
    "more digits than are counted": (
        '{"id": "x", "usage": {"input_audio_seconds": 1.00000000000000000001}}', "usage.input_audio_seconds",
    ),
    "less of a session than is counted": (
        {"id": "x", "usage": {"others": {"capacity": 1e-13}}}, "usage.others.capacity",
    ),
    "half a page": ({"id": "x", "usage": {"others": {"page": 0.5}}}, "usage.others.page"),
    "more digits of a share": ({"id": "x", "mix": "3:1", "cached": 0.251}, "cached"),
    "a week": ({**ASKED, "at": "2026-W01"}, "at"),
    "a day without hyphens": ({**ASKED, "at": "20260101"}, "at"),
    "a week as what was known": ({**ASKED, "known_at": "2026-W01"}, "known_at"),
    "a tier that nobody has": ({**ASKED, "tier": "bach"}, "tier"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "place"), WRONG.values(), ids=WRONG)
def test_it_names_the_place_of_an_error(post, published, body, place):
    answer = post(body)

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["parameter"] == place


BAD_ITEMS: dict[str, tuple[Any, str, str | None]] = {
    "an item that is none": (5, "items[1]", None),
    "a wrong number": ({"id": "x", "usage": {"output_tokens": -1}}, "items[1].usage.output_tokens", "x"),
    "zero usage": ({"id": "x", "usage": {"input_tokens": 0, "output_tokens": 0}}, "items[1].usage", "x"),
    "a foreign key": ({"id": "x", "usage": {"prompt_tokens": 1}}, "items[1].usage.prompt_tokens", "x"),
    "an unknown tier": ({**ASKED, "tier": "bach"}, "items[1].tier", "openai/gpt-4o"),
    "no id": ({"id": "a\0b", "usage": USAGE}, "items[1].id", None),
}


@pytest.mark.parametrize(("item", "place", "id"), BAD_ITEMS.values(), ids=BAD_ITEMS)
def test_a_bad_item_costs_the_others_nothing(post, published, item, place, id):
    answer = post({"items": [ASKED, item, ASKED], "currency": "USD"})
    body = answer.json()

    assert answer.status_code == 200
    assert body["refused"] == 1
    assert [row.get("total") for row in body["results"]] == ["3.5", None, "3.5"]
    assert set(body["results"][1]) == {"id", "problem"}
    assert body["results"][1]["id"] == id
    problem = body["results"][1]["problem"]
    assert (problem["status"], problem["errors"][0]["parameter"]) == (400, place)
    assert errors({"$ref": "#/components/schemas/CostResult"}, body) == []


def test_a_batch_of_nothing_but_bad_items_is_answered(post, published):
    body = post({"items": [{"id": "x", "usage": {"promt_tokens": 1}}] * 10_000}).json()

    assert (body["revision"], body["refused"], len(body["results"])) == (7, 10_000, 10_000)
    assert body["results"][99]["problem"]["errors"][0]["nearest"] == "input_tokens"
    assert body["results"][9_999]["problem"]["errors"][0]["nearest"] is None
    assert post({"items": [5], "revision": 99}).status_code == 400


@pytest.mark.parametrize(
    "raw",
    [
        '{"id": "x", "usage": {"input_tokens": 5, "input_tokens": 5000000}}',
        '{"id": "x", "id": "y", "usage": {"input_tokens": 5}}',
        '{"items": [], "items": [{"id": "x", "usage": {"input_tokens": 5}}]}',
        '{"id": "x", "usage": {"others": {"page": 1, "page": 1}}}',
    ],
)
def test_a_key_that_stands_there_twice_is_refused(post, published, raw):
    answer = post(raw)

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert "occurs twice" in answer.json()["detail"]


@pytest.mark.parametrize("tier", ["default", "auto", "on_demand", "ON_DEMAND", "standard"])
def test_it_takes_the_words_of_providers_for_the_standard_tier(post, published, tier):
    assert post({**ASKED, "tier": tier}).json()["total"] == "3.5"


def test_it_refuses_a_tier_that_nobody_has_and_names_those_there_are(post, published):
    error = post({**ASKED, "tier": "bach"}).json()["errors"][0]

    assert "standard, batch, fast, flex, priority" in error["detail"]
    assert error["nearest"] == "batch"


def test_a_tier_that_is_published_can_be_asked_for_whatever_its_name(post):
    prices: dict[str, Any] = {"price.input": usd("2"), "price.input[tier=scale]": usd("5")}
    builders.offering(**prices)
    question = {"id": builders.OFFERING, "usage": {"input_tokens": 1_000_000}, "tier": "Scale", "at": "2026-11-20"}

    assert post(question).json()["total"] == "5"
    assert "scale" in post({**question, "tier": "scales"}).json()["errors"][0]["detail"]


REGIONAL = {
    "price.input": priced("2"), "price.input[above=200000]": priced("4"), "price.input[region=eu-west-2]": priced("3"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("region", "tokens", "total", "why"),
    [
        ("eu-west-2", 1_000, "0.003", []),
        ("EU-West-2", 1_000, "0.003", []),
        ("mars", 1_000, None, ["region_not_priced"]),
        ("eu-west-2", 200_001, None, ["context_band_not_priced"]),
        ("", 200_001, "0.800004", []),
    ],
)
def test_a_region_has_its_own_price_or_none(post, published, region, tokens, total, why):
    make_offering("acme/regional", REGIONAL)

    body = post({"id": "acme/regional", "usage": {"input_tokens": tokens}, "region": region}).json()

    assert (body["total"], body["complete"]) == (total, not why)
    assert [part["why"] for part in body["unpriced"]] == why
    if region == "mars":
        assert "eu-west-2" in body["unpriced"][0]["detail"]


@pytest.mark.parametrize(
    ("word", "ours"),
    [
        ("prompt_tokens", "input_tokens"),
        ("completion_tokens", "output_tokens"),
        ("promptTokenCount", "input_tokens"),
        ("candidatesTokenCount", "output_tokens"),
        ("thoughtsTokenCount", "reasoning_tokens"),
        ("cachedContentTokenCount", "cache_read_tokens"),
        ("cache_read_input_tokens", "cache_read_tokens"),
        ("cache_creation_input_tokens", "cache_write_tokens"),
        ("ephemeral_1h_input_tokens", "cache_write_1h_tokens"),
        ("cached_tokens", "cache_read_tokens"),
        ("inputTokens", "input_tokens"),
        ("outputTokens", "output_tokens"),
        ("cacheReadInputTokens", "cache_read_tokens"),
        ("cacheWriteInputTokens", "cache_write_tokens"),
        ("prompt_cache_hit_tokens", "cache_read_tokens"),
        ("prompt_token", "input_tokens"),
        ("completions_tokens", "output_tokens"),
        ("inptu_tokens", "input_tokens"),
        ("outputtokens", "output_tokens"),
        ("search_count", "searches"),
        ("total_tokens", None),
        ("totalTokenCount", None),
        ("temperature", None),
    ],
)
def test_a_hint_names_the_quantity_that_other_apis_call_so(post, published, word, ours):
    error = post({"id": "openai/gpt-4o", "usage": {word: 1}}).json()["errors"][0]

    assert (error["parameter"], error["nearest"]) == (f"usage.{word}", ours)


@pytest.mark.parametrize("raw", [" ", "{", "[" * 100_000, b"\xff\xfe", '{"id": NaN}', "1" * 6000, '{"a":' * 2000])
def test_it_survives_what_is_no_json(post, published, raw):
    answer = post(raw)

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_it_refuses_a_body_that_is_too_large(post, published):
    answer = post(b" " * (17 * 2**20))
    assert answer.status_code == 413, answer.json()


def test_it_takes_a_batch_larger_than_a_form(post, published):
    body = post({"items": [{**ASKED, "detail": "x" * 80}] * 10_000, "known_at": None})

    assert body.status_code == 200


@pytest.mark.parametrize("media_type", ["", "text/plain", "multipart/form-data; boundary=x", "application/jsonx", ";"])
def test_it_takes_only_json(client, published, media_type):
    answer = client.post("/api/v1/cost/", json.dumps(ASKED), content_type=media_type)

    assert answer.status_code == 415
    assert answer["Content-Type"] == "application/problem+json"


def test_it_reads_only_bodies_and_only_by_post(post, client, published):
    assert post(ASKED, "cost/?id=x").status_code == 400
    assert client.get("/api/v1/cost/").status_code == 405


def test_it_suggests_the_key_that_was_meant(post, published):
    body = post({"id": "x", "usage": {"inputt_tokens": 1}}).json()

    assert body["errors"][0]["nearest"] == "input_tokens"


def test_a_comparison_over_a_filter_counts_what_is_not_known_to_match(post, published):
    body = post({"usage": USAGE, "compare": {"filter": {"pricing": "priced", "supports_tools": "true"}}}).json()
    assert (body["matching"], body["unknown_count"]) == (1, 2)

    refused = post({"usage": USAGE, "compare": {"filter": {"supports_tools": "true", "unknown": "only"}}})
    assert refused.status_code == 400
