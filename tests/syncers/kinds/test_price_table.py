"""Objects with a key for each price."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from curation.core.claim import InvalidClaim
from registry.domain.rates import Amounts, RateKey
from syncers.kinds.price_table import PriceTable

RATES: Any = {"in": (RateKey("input"), 1_000_000), "find": (RateKey("search"), "0.01")}


def amounts(table: PriceTable, prices: dict[str, Any], **conditions: Any) -> dict[str, Any]:
    return {name: line[0].amount or line[0].state for name, line in table.fields(prices, **conditions).items()}


def test_each_key_is_brought_to_the_unit_of_its_rate() -> None:
    prices = {"in": "0.0000025", "find": 3, "new": 7}

    assert amounts(PriceTable(RATES), prices) == {"price.input": Decimal("2.5"), "price.search": Decimal("0.03")}


def test_what_is_not_stated_is_left_out() -> None:
    assert amounts(PriceTable(RATES), {"in": None}) == {}


def test_an_amount_may_stand_inside_of_what_a_key_holds() -> None:
    table = PriceTable.of({"in": RateKey("input")}, at="usd")

    assert amounts(table, {"in": {"usd": 2, "coins": 9}}) == {"price.input": Decimal(2)}
    with pytest.raises(InvalidClaim, match="in: object expected"):
        table.fields({"in": 2})


def test_zero_is_free_unless_it_fills_keys_that_do_not_apply() -> None:
    assert amounts(PriceTable(RATES), {"in": 0}) == {"price.input": Amounts.FREE}
    assert amounts(PriceTable(RATES, zero_is_free=False), {"in": 0}) == {}


def test_conditions_hold_for_all_that_an_object_states() -> None:
    assert set(amounts(PriceTable(RATES), {"in": 1, "find": 1}, tier="batch")) == {
        "price.input[tier=batch]",
        "price.search[tier=batch]",
    }
    with pytest.raises(InvalidClaim, match="rate: "):
        PriceTable(RATES).fields({"in": 1}, above=-1)


@pytest.mark.parametrize("value", [-1, "x", True, [], "1e308"])
def test_a_price_that_is_none_is_refused(value: Any) -> None:
    with pytest.raises(InvalidClaim):
        PriceTable(RATES).lines({"in": value})


def test_it_names_the_keys_that_it_does_not_have() -> None:
    prices = {"in": 1, "new": 2, "discount": 0}

    assert list(PriceTable(RATES).unknown(prices, besides=frozenset({"discount"}))) == ["new"]
