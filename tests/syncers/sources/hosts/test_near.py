from __future__ import annotations

from datetime import date
from decimal import Decimal

from curation.core.claim import Claim
from registry.domain.rates import Amounts
from syncers.sources.hosts.near import Near
from tests.syncers import sampled


def claims() -> dict[str, Claim]:
    return sampled.claims(Near, "near.json")


def test_it_takes_a_price_that_is_stated_twice_once() -> None:
    assert sampled.prices(claims()["near/zai-org/GLM-9.1-FP8"]) == {
        "input": Decimal("0.85"),
        "output": Decimal("3.3"),
        "cache_read": Amounts.FREE,
    }


def test_it_takes_the_price_per_million_where_it_is_the_only_one() -> None:
    assert sampled.prices(claims()["near/old/only-per-million"]) == {
        "input": Decimal("0.15"),
        "output": Decimal("0.55"),
    }


def test_it_takes_neither_of_two_prices_that_differ() -> None:
    first, other = sampled.parse(Near, "near.json").unreadable

    assert (first.where, other.where) == ("data[3].pricing.input", "data[3].pricing.prompt")
    assert {first.field, other.field} == {"price.input"}
    assert {first.reason, other.reason} == {"pricing: input and prompt are not the same price"}
    assert "price.input" not in claims()["near/odd/contradicts-itself"].values


def test_it_reads_limits_where_they_are() -> None:
    values = claims()["near/anthropic/claude-sonnet-9"].values

    assert values["context_window"] == 1_000_000
    assert values["max_output_tokens"] == 64_000
    assert values["supports_vision"] is True
    assert values["retires_on"] == date(2027, 3, 31)


def test_it_reads_features_and_places() -> None:
    values = claims()["near/zai-org/GLM-9.1-FP8"].values

    assert values["supports_tools"] is True
    assert "supports_structured_output" not in values
    assert values["regions"] == ("us",)
