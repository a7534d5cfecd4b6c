from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from registry.cost import exchange
from tests.registry.builders import make_offering, make_revision, priced

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 16, tzinfo=UTC)
NATIVE = {"amount": "16", "state": "priced", "currency": "CNY", "unit": "1M tokens"}


def rates(day: date | None = None, **quotes: str) -> date:
    """Rates of a day, today's unless another is named."""
    day = day or timezone.now().date()
    rows = [exchange.QuotedRate(day, "EUR", currency, Decimal(rate)) for currency, rate in quotes.items()]
    exchange.save(rows, source="ecb", at=NOW)
    return day


@pytest.fixture
def yuan():
    make_revision(3)
    make_offering(
        "zai/glm-9", {"price.input": priced("16", currency="CNY"), "price.output": priced("3", currency="GBP")}
    )
    make_offering("openai/gpt-9", {"price.input": priced("2.5")})


def test_amounts_in_another_currency_stand_beside_the_native_ones(get, yuan):
    day = rates(USD="1.25", CNY="8")

    body = get("offerings/zai/glm-9/", {"currency": "USD"}).json()

    expected = {"amount": "2.5", "currency": "USD", "rate": "0.15625", "rate_day": day.isoformat(), "source": "ecb"}
    assert body["prices"]["input"] == {**NATIVE, "converted": expected}
    assert body["prices"]["output"]["converted"] is None  # nobody states pounds
    assert body["prices"]["cache_read"] == {
        "amount": None, "state": "unknown", "currency": None, "unit": "1M tokens", "converted": None,
    }  # fmt: skip
    assert [row["converted"] and row["converted"]["amount"] for row in body["rates"]] == ["2.5", None]


def test_without_being_asked_nothing_is_converted(get, yuan):
    rates(USD="1.25", CNY="8")

    assert get("offerings/zai/glm-9/").json()["prices"]["input"] == NATIVE


def test_lists_are_converted_too(get, yuan):
    rates(USD="1.25", CNY="8")

    body = get("offerings/", {"currency": "EUR", "fields": "prices"}).json()["results"]

    assert {row["id"]: row["prices"]["input"]["converted"]["amount"] for row in body} == {
        "openai/gpt-9": "2", "zai/glm-9": "2",
    }  # fmt: skip


def test_what_is_in_that_currency_already_needs_no_rate(get, yuan):
    rates(USD="1.25", CNY="8")

    body = get("offerings/openai/gpt-9/", {"currency": "USD"}).json()["prices"]["input"]["converted"]

    assert body == {"amount": "2.5", "currency": "USD", "rate": "1", "rate_day": None, "source": None}


@pytest.mark.parametrize("currency", ["GBP", "usd", "US", "", "x" * 50])
def test_a_currency_without_a_rate_is_an_error_that_names_the_known_ones(currency, get, yuan):
    rates(USD="1.25", CNY="8")

    answer = get("offerings/", {"currency": currency})

    assert answer.status_code == 400
    assert "CNY, EUR, USD" in answer.content.decode()


def test_old_rates_are_no_rates(get, yuan):
    rates(timezone.now().date() - timedelta(days=8), USD="1.25", CNY="8")

    body = get("offerings/zai/glm-9/", {"currency": "USD"}).json()

    assert body["prices"]["input"] == {**NATIVE, "converted": None}


def test_what_is_no_code_is_an_error_also_when_no_rate_is_known(get, yuan):
    assert get("offerings/", {"currency": "usd"}).status_code == 400


def test_an_answer_is_fresh_until_the_rates_move(get, yuan):
    rates(USD="1.25", CNY="8")
    etag = get("offerings/", {"currency": "USD"})["ETag"]
    assert get("offerings/", {"currency": "USD"}, if_none_match=etag).status_code == 304

    rates(USD="1.26")

    assert get("offerings/", {"currency": "USD"}, if_none_match=etag).status_code == 200
    assert "Last-Modified" in get("offerings/")


def test_the_schema_tells_of_it(get, yuan):
    paths = get("schema/", {"format": "json"}).json()["paths"]

    for path in ("/api/v1/offerings/", "/api/v1/offerings/{id}/"):
        assert "currency" in {row["name"] for row in paths[path]["get"]["parameters"]}


# -- costs -----------------------------------------------------------------------------------------


def cost(client: Client, **question: Any) -> Any:
    body = {"id": "zai/glm-9", "usage": {"input_tokens": 500_000}, **question}
    return client.post("/api/v1/cost/", body, content_type="application/json")


def test_a_total_is_given_in_another_currency_beside_its_own(client, yuan):
    day = rates(USD="1.25", CNY="8")

    body = cost(client, currency="USD").json()

    assert (body["total"], body["currency"]) == ("8", "CNY")
    assert body["converted_total"] == {
        "amount": "1.25",
        "currency": "USD",
        "rates": {"CNY": {"rate": "0.15625", "rate_day": day.isoformat(), "source": "ecb"}},
    }
    assert "converted_total" not in cost(client).json()


def test_a_total_is_converted_by_the_rate_of_the_day_of_the_call(client, yuan):
    rates(date(2026, 1, 5), USD="1.25", CNY="8")
    rates(date(2026, 3, 5), USD="1.25", CNY="10")
    items = [{"id": "zai/glm-9", "usage": {"input_tokens": 500_000}, "at": f"2026-0{month}-05"} for month in (1, 2, 3)]

    answer = client.post("/api/v1/cost/", {"items": items, "currency": "USD"}, content_type="application/json")

    totals = [row["converted_total"] for row in answer.json()["results"]]
    assert [total and total["amount"] for total in totals] == ["1.25", None, "1"]


def test_a_part_without_a_rate_makes_no_total(client, yuan):
    rates(USD="1.25", CNY="8")

    usage = {"input_tokens": 500_000, "output_tokens": 10}  # the output is priced in pounds
    assert cost(client, currency="USD", usage=usage).json()["converted_total"] is None
    assert cost(client, currency="USD", id="no/such").json()["converted_total"] is None


def test_what_is_compared_is_converted_too(client, yuan):
    rates(USD="1.25", CNY="8")

    body = {"usage": {"input_tokens": 500_000}, "compare": {"ids": ["zai/glm-9", "openai/gpt-9"]}, "currency": "EUR"}
    result = client.post("/api/v1/cost/", body, content_type="application/json").json()["compared"]

    assert {row["id"]: row["converted_total"]["amount"] for row in result} == {"zai/glm-9": "1", "openai/gpt-9": "1"}


@pytest.mark.parametrize("currency", ["usd", "", 7, ["USD"], "DOLLAR"])
def test_a_cost_in_what_is_no_currency_is_an_error(currency, client, yuan):
    answer = cost(client, currency=currency)

    assert answer.status_code == 400
    assert "three capital letters" in answer.content.decode()
