"""The calculator page gives the cost of the API, to the last digit, and never counts the unknown as 0."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest

from tests.random_courses import count
from tests.registry.builders import make_offering, make_revision, price_state, priced

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue(db: None) -> None:
    make_revision(7)
    full = {
        "price.input": priced("2.5"), "price.output": priced("10"), "price.cache_read": price_state("free"),
        "price.input[tier=batch]": priced("1.25"), "price.output[tier=batch]": priced("5"),
        "price.input[above=200000]": priced("5"), "price.output[above=200000]": priced("15"), "supports_tools": True,
    }  # fmt: skip
    make_offering("acme/full", full, model="acme/full")
    make_offering("other/full", {"price.input": priced("0.3"), "price.output": priced("1.1")}, model="acme/full")
    make_offering("acme/free", {"price.input": price_state("free"), "price.output": price_state("free")})
    make_offering("acme/silent", {"name": "Silent"})


def answer(client: Any, status: int = 200, /, **query: Any) -> Any:
    response = client.get("/calculator", query)
    assert response.status_code == status, response.context.get("problem")
    return response.context


def rows(client: Any, **query: Any) -> dict[str, Any]:
    return {row.offering: row for row in answer(client, **query)["rows"]}


def test_the_usual_question_is_answered_over_a_filter(client, catalogue):
    priced_rows = rows(client, input="3000", output="500", cached="80", calls="1000000", supports_tools="true")

    assert priced_rows.keys() == {"acme/full"}
    assert (priced_rows["acme/full"].each, priced_rows["acme/full"].total) == ("$0.0065", "$6,500")


def test_a_price_that_nobody_states_is_unknown_and_not_0(client, catalogue):
    listed = rows(client, input="3000", output="500", cached="80")

    assert next(iter(listed)) == "acme/full"  # of two that are complete; a free cache read costs 0
    assert not listed["other/full"].is_complete
    assert "cache_read" in {part.meter for part in listed["other/full"].cost.unpriced}
    assert (listed["acme/silent"].total, listed["acme/silent"].is_complete) == ("", False)


def test_one_id_is_compared_with_the_same_model_elsewhere(client, catalogue):
    listed = rows(client, id="acme/full", input="1000")

    assert list(listed) == ["other/full", "acme/full"]
    assert listed["acme/full"].times_cheapest == "×8.33"


def test_an_id_that_means_nothing_is_named(client, catalogue):
    page = client.get("/calculator", {"id": "acme/full,nothing-like-it", "input": "1"}).content.decode()

    assert "nothing-like-it" in page
    assert "no single offering" in page


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ({"input": "many"}, "input: a whole number"),
        ({"input": "1", "cached": "101"}, "cached: is a share"),
        ({"input": "1", "tier": "btach"}, "batch"),
        ({"input": "1", "day": "soon"}, "2026-01-31"),
        ({"input": "1", "suports_tools": "true"}, "no such input"),
        ({"input": "1", "provider": "acm"}, "acme"),
        ({"input": "1", "id": "acme/full", "provider": "acme"}, "not both"),
        ({"calls": str(10**13)}, "calls: a whole number"),
    ],
)
def test_it_refuses_what_it_cannot_read_and_says_what_was_meant(client, catalogue, query, hint):
    assert hint in answer(client, 400, **query)["problem"]


def test_it_gives_the_digits_of_the_api(client, catalogue):
    rng = random.Random(20261201)
    for _ in range(count(200)):
        tokens, cached, output, calls = rng.randint(1, 400_000), rng.randint(0, 100), rng.randint(0, 9_999), 1
        tier = rng.choice(["", "batch"])
        usage = {"input_tokens": tokens, "cache_read_tokens": tokens * cached // 100, "output_tokens": output}
        asked = {"usage": usage, "tier": tier or None, "compare": {"filter": {"missing": False}}}
        told = client.post("/api/v1/cost/", asked, content_type="application/json").json()["compared"]
        query: dict[str, Any] = {"input": tokens, "cached": cached, "output": output, "calls": calls, "tier": tier}
        listed = answer(client, **{name: text for name, text in query.items() if text != ""})["rows"]

        assert [row.offering for row in listed] == [cost["offering"] for cost in told]
        for row, cost in zip(listed, told, strict=True):
            total = Decimal(row.each.removeprefix("$").replace(",", "")) if row.each else None
            assert (row.is_complete, total) == (cost["complete"], cost["total"] and Decimal(cost["total"]))


def test_a_state_of_the_form_is_an_address(client, catalogue):
    response = client.get("/calculator", {"input": "5", "output": "", "tier": ""})

    assert (response.status_code, response["Location"]) == (302, "/calculator?input=5")
    assert client.get("/calculator").context["kept"] == []


def test_every_page_of_an_offering_and_a_model_has_one(client, catalogue):
    for path in ("/offerings/acme/full", "/models/acme/full"):
        assert 'action="/calculator"' in client.get(path).content.decode()
