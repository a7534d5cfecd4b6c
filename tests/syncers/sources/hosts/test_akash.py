from __future__ import annotations

from decimal import Decimal
from typing import Any

from registry.domain.rates import PREFIX
from syncers.sources.hosts.akash import Akash
from tests.syncers.conformance import SourceConformance


class TestAkash(SourceConformance):
    source, sample = Akash, "akash.json"
    price, name_key = ("pricing", "input"), ""


def said() -> dict[str, Any]:
    return {one.offering: dict(one.values) for one in Akash().parse(TestAkash().body()).claims}


def prices(ident: str) -> dict[str, Any]:
    return {name: line[0].amount for name, line in said()[f"akash/{ident}"].items() if name.startswith(PREFIX)}


def test_it_reads_prices_per_million() -> None:
    assert prices("openai/gpt-oss-920b") == {
        "price.input": Decimal("0.03"),
        "price.output": Decimal("0.17"),
        "price.cache_read": Decimal("0.01"),
    }


def test_it_states_a_fee_for_requests_only_where_there_is_one() -> None:
    assert prices("Qwen/Qwen9-35B")["price.request"] == Decimal("0.002")


def test_it_says_yes_for_features_that_are_listed_and_no_for_none() -> None:
    found = said()

    assert found["akash/openai/gpt-oss-920b"]["supports_tools"] is True
    assert "supports_streaming" not in found["akash/openai/gpt-oss-920b"]
    assert "supports_tools" not in found["akash/zai-org/GLM-9"]
