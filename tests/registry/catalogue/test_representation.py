from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import orjson
import pytest

from registry.catalogue.public_keys import representation
from registry.catalogue.public_keys.representation import offering_detail, offering_summary
from registry.domain import iso

DAY = date(2026, 11, 21)


def row(facts: dict[str, Any] | None = None, **columns: Any) -> dict[str, Any]:
    moment = datetime(2026, 11, 20, 12, 0, 0, 999, tzinfo=UTC)
    return {
        "key": "openai/gpt-4o",
        "provider_id": "openai",
        "native_id": "gpt-4o",
        "model__slug": None,
        "names": "",
        "facts": facts or {},
        "provenance": {},
        "source": "",
        "quality": "unknown",
        "pricing": "unknown",
        "created_at": moment,
        "updated_at": moment,
        "missing_since": None,
        "not_seen_since": None,
        "pinned_fields": 0,
        "disputed_fields": 0,
        **columns,
    }


@pytest.mark.parametrize(
    ("line", "amount", "state", "currency"),
    [
        (None, None, "unknown", None),
        ([], None, "unknown", None),
        ([{"amount": "2.5", "currency": "USD"}], "2.5", "priced", "USD"),
        ([{"amount": "0.0000000000000001", "currency": "USD"}], "0.0000000000000001", "priced", "USD"),
        ([{"amount": "7", "currency": "CNY"}], "7", "priced", "CNY"),
        ([{"state": "free", "currency": "USD"}], "0", "free", "USD"),
        ([{"state": "dynamic", "currency": "USD"}], None, "dynamic", "USD"),
        ([{"state": "included", "currency": "USD"}], None, "included", "USD"),
        ([{"state": "not_offered", "currency": "USD"}], None, "not_offered", "USD"),
    ],
)  # fmt: skip
def test_it_says_how_a_price_is_known(line, amount, state, currency):
    facts = {} if line is None else {"price.input": line}

    assert offering_summary(row(facts), DAY)["prices"]["input"] == {
        "amount": amount,
        "state": state,
        "currency": currency,
        "unit": "1M tokens",
    }


def test_it_takes_a_price_that_is_stated_to_be_none_as_unknown():
    body = offering_detail(row({"price.input": None}), DAY)

    assert body["prices"]["input"]["state"] == "unknown"
    assert body["rates"] == []


@pytest.mark.parametrize(
    ("day", "amount"),
    [("2026-11-20", "3"), ("2026-11-21", "2"), ("2026-12-31", "2"), ("2027-01-01", None)],
)
def test_it_shows_the_price_of_the_day(day, amount):
    line = [
        {"amount": "3", "currency": "USD", "to": "2026-11-21"},
        {"amount": "2", "currency": "USD", "from": "2026-11-21", "to": "2027-01-01"},
    ]

    body = offering_detail(row({"price.input": line}), date.fromisoformat(day))

    assert body["prices"]["input"]["amount"] == amount
    assert [rate["amount"] for rate in body["rates"]] == ["3", "2"]
    assert [rate["amount"] for rate in body["rates"] if rate["in_force"]] == [amount] * bool(amount)


def test_it_does_not_show_a_special_price_as_the_ordinary_one():
    facts = {"price.input[tier=batch]": [{"amount": "1", "currency": "USD"}]}

    assert offering_summary(row(facts), DAY)["prices"]["input"]["amount"] is None


def test_it_lists_a_rate_with_all_its_conditions():
    name = "price.output[modality=image;unit=image;above=200000;region=eu]"

    (rate,) = offering_detail(row({name: [{"state": "free", "currency": "USD"}]}), DAY)["rates"]

    assert rate == {
        "rate": name.removeprefix("price."),
        "meter": "output",
        "unit": "image",
        "modality": "image",
        "ttl": None,
        "tier": None,
        "above": 200_000,
        "beyond": 0,
        "region": "eu",
        "schedule": None,
        "plan": None,
        "detail": None,
        "state": "free",
        "amount": "0",
        "currency": "USD",
        "valid_from": None,
        "valid_to": None,
        "in_force": True,
    }


def test_it_reads_json_columns_as_text_too():
    facts = {"name": "GPT-4o", "supports_tools": False}

    body = offering_summary(row(orjson.dumps(facts).decode()), DAY)  # type: ignore[arg-type]

    assert body["name"] == "GPT-4o"
    assert body["capabilities"]["tools"] is False


def test_it_needs_only_the_columns_that_it_names():
    keys = ("id", "prices")
    needed = representation.columns(keys)

    small = {name: value for name, value in row().items() if name in needed}

    assert needed == ("key", "facts")
    assert list(offering_summary(small, DAY, keys)) == ["id", "prices"]


def test_it_writes_moments_in_utc_to_the_second():
    tokyo = timezone(timedelta(hours=9))

    assert iso.instant(datetime(2026, 1, 1, 8, 0, 0, 5, tzinfo=tokyo)) == ("2025-12-31T23:00:00Z")
    assert iso.instant(None) is None
