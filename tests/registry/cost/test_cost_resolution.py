"""Which offering's price a call is billed at: the costs that a lookup decides."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from registry.cost import costing
from registry.pricing import Conditions, Usage
from tests.builders import NOW
from tests.registry.builders import make_offering, make_revision, priced

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ASKED = Conditions(NOON)
USED = Usage(input_tokens=1_000_000)


def test_a_providers_own_id_is_billed_at_that_providers_price_and_not_at_the_makers():
    make_revision()
    haiku = "anthropic/claude-haiku-4-5-20251001"
    own = "eu.anthropic.claude-haiku-4-5-20251001-v1:0"
    make_offering(haiku, {"price.input": priced("1")}, model=haiku)
    make_offering(f"bedrock/{own}", {"price.input": priced("1.1")}, model=haiku)

    result = costing.cost(own, USED, ASKED)

    assert (result.offering, result.matched_by) == (f"bedrock/{own}", "own_id")
    assert result.cost is not None
    assert result.cost.total == Decimal("1.1")


def test_the_region_that_an_id_names_is_billed_unless_the_question_names_one():
    make_revision()
    prices = {
        "price.input": priced("2.5"),
        "price.input[region=eu]": priced("2.75"),
        "price.input[region=us]": priced("3"),
    }
    make_offering("azure/gpt-4o", prices, model="openai/gpt-4o")

    totals = [
        result.cost and result.cost.total
        for result in (
            costing.cost("azure/gpt-4o", USED, ASKED),
            costing.cost("azure/eu/gpt-4o", USED, ASKED),
            costing.cost("azure/eu/gpt-4o", USED, Conditions(NOON, region="us")),
        )
    ]

    assert totals == [Decimal("2.5"), Decimal("2.75"), Decimal(3)]


def test_an_offering_that_is_no_longer_listed_is_not_billed_for_a_bare_name():
    make_revision()
    make_offering("bedrock/nova-pro-v1", {"price.input": priced("9")}, model="amazon/nova-pro-v1", missing_since=NOW)
    make_offering("bedrock/amazon.nova-pro-v1:0", {"price.input": priced("0.8")}, model="amazon/nova-pro-v1")
    make_offering("kilo/nova-pro-v1", {"price.input": priced("1")}, model="amazon/nova-pro-v1")
    make_offering("poe/nova-pro-v1", {"price.input": priced("1")}, model="amazon/nova-pro-v1")

    assert costing.cost("nova-pro-v1", USED, ASKED).offering == "bedrock/amazon.nova-pro-v1:0"
