"""The day after an announced price starts everything goes by it, though nobody has published and no job has run."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from registry.catalogue.per_revision import forget_all
from registry.reports import stats
from tests.builders import NOW
from tests.registry.catalogue.test_publish import put, to

pytestmark = pytest.mark.django_db

KEY = "acme/rocket-1"
BEFORE, AFTER = datetime(2026, 2, 28, 12, tzinfo=UTC), datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _announced() -> None:
    """An input price of 1 that is 9 from March on, an output price that is free until then, and another offering."""
    with time_machine.travel(NOW, tick=False):
        put(
            to("model", "acme/rocket-1"),
            to("price.input", points("1", "9")),
            to("price.output[tier=batch]", [{"state": "free", "currency": "USD", "to": "2026-03-01"}]),
            key=KEY,
        )
        put(to("model", "acme/rocket-1"), to("price.input", [{"amount": "5", "currency": "USD"}]), key="relay/rocket")
        put(to("price.input", [{"state": "free", "currency": "USD", "to": "2026-03-01"}]), key="relay/trial")
    forget_all()  # what the setting up has counted


def points(first: str, then: str) -> list[dict[str, str]]:
    return [
        {"amount": first, "currency": "USD", "to": "2026-03-01"},
        {"amount": then, "currency": "USD", "from": "2026-03-01"},
    ]


def on_both_days(ask: Any) -> tuple[Any, Any]:
    with time_machine.travel(BEFORE, tick=False):
        before = ask()
    with time_machine.travel(AFTER, tick=False):
        return before, ask()


def test_the_list_finds_and_sorts_by_the_new_price(client: Client) -> None:
    def ids(query: str) -> list[str]:
        return [row["id"] for row in client.get(f"/api/v1/offerings/?{query}").json()["results"]]

    assert on_both_days(lambda: ids("input_price__lte=2&pricing=priced")) == ([KEY], [])
    assert on_both_days(lambda: ids("model=acme/rocket-1&ordering=input_price")) == (
        [KEY, "relay/rocket"], ["relay/rocket", KEY],
    )  # fmt: skip
    assert on_both_days(lambda: ids("pricing=unknown")) == ([], ["relay/trial"])


def test_the_detail_and_the_model_say_what_is_known_of_the_price_today(client: Client) -> None:
    def pricing() -> tuple[str, list[str]]:
        detail = client.get("/api/v1/offerings/relay/trial").json()["pricing"]
        served = client.get("/api/v1/models/acme/rocket-1").json()["served_by"]
        return detail, [row["prices"]["input"]["amount"] for row in served]

    assert on_both_days(pricing) == (("free", ["1", "5"]), ("unknown", ["9", "5"]))


def test_the_pages_list_the_cheapest_of_the_day_first(client: Client) -> None:
    def shown(path: str, rows: str) -> list[str]:
        context = client.get(path).context
        return [row["offering"].key for row in context[rows]]

    assert on_both_days(lambda: shown("/?view=offerings&input_price__lte=2&pricing=priced", "rows")) == ([KEY], [])
    assert on_both_days(lambda: shown("/models/acme/rocket-1", "offerings")) == (
        [KEY, "relay/rocket"],
        ["relay/rocket", KEY],
    )


def test_a_cost_is_compared_over_what_matches_today(client: Client) -> None:
    def compared() -> list[str]:
        question = {"usage": {"input_tokens": 1_000_000}, "compare": {"filter": {"input_price__lte": "2"}}}
        answer = client.post("/api/v1/cost/", json.dumps(question), content_type="application/json")
        return [row["offering"] for row in answer.json()["compared"]]

    assert on_both_days(compared) == (["relay/trial", KEY], [])


def test_what_is_counted_is_what_is_listed() -> None:
    assert on_both_days(lambda: (stats.current()["priced"], stats.current()["by_pricing"]["free"])) == ((3, 1), (2, 0))
