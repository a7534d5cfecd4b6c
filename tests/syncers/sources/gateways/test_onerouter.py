from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from registry.domain.rates import Amounts
from syncers.sources.gateways.onerouter import OneRouter
from tests.syncers.sampled import claims, prices, unreadable, values
from tests.syncers.sources.samples import SAMPLES

SAMPLE = "onerouter.json"


def test_it_reads_amounts_and_limits_written_for_people() -> None:
    claim = claims(OneRouter, SAMPLE)["onerouter/acme/acme-9"]

    assert prices(claim) == {
        "input": Decimal("0.8"),
        "output": Decimal("1200.5"),
    }  # what is charged, below the list price
    assert values(claim) == {"max_input_tokens": 1_048_576}


def test_it_takes_the_list_price_where_nothing_else_is_stated() -> None:
    assert prices(claims(OneRouter, SAMPLE)["onerouter/claude-9@20260620"]) == {"input": 3, "output": 15}


def test_it_takes_zero_for_free_only_where_the_name_says_so() -> None:
    by_offering = claims(OneRouter, SAMPLE)

    assert prices(by_offering["onerouter/acme/acme-9:free"]) == {"input": Amounts.FREE, "output": Amounts.FREE}
    assert prices(by_offering["onerouter/acme/film-9"]) == {}


@pytest.mark.parametrize("price_text", ["2,50", "$", "1.2.3", "€2.50", "2.50/1K", "1,0000", 2.5])
def test_an_amount_it_cannot_be_sure_of_costs_that_price_only(price_text: Any) -> None:
    document = SAMPLES["onerouter"].document()
    document["data"][0]["sale_input_cost"] = price_text

    assert unreadable(OneRouter, document) == [("data[0].sale_input_cost", "price.input")]
