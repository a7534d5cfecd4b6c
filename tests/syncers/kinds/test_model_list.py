"""What the paths of a model list take, and what they pass over."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from syncers.kinds import units
from syncers.kinds.model_list import ModelList
from tests.syncers import sampled


class Shop(ModelList):
    slug, label, speaks_for = "shop", "Shop", "shop"
    expected = (1, 100)
    fields_at = {"context_window": ("size", "limits.size"), "name": "name"}
    meanings_at = {"task": {"kind": {"embed": "embedding"}}, "status": {"old": {"true": "deprecated"}}}
    marks_at = {"can.do": {"tools": "supports_tools", "see": "supports_vision"}}
    unit, prices_at = units.USD_PER_TOKEN, {"price.input": "cost.in"}
    piece_prices_at = {"price.request": "cost.call"}


def stated(**record: Any) -> dict[str, Any]:
    (claim,) = Shop().parse(json.dumps({"data": [{"id": "a", **record}]}).encode()).claims
    return sampled.prices(claim) | sampled.values(claim)


@pytest.mark.parametrize(
    ("record", "value"),
    [({"size": 5}, 5), ({"size": 0, "limits": {"size": 7}}, 7), ({"size": 5, "limits": {"size": 7}}, 5)],
)
def test_of_several_places_the_first_that_states_something_holds(record: dict[str, Any], value: int) -> None:
    assert stated(**record) == {"context_window": value}


@pytest.mark.parametrize("record", [{}, {"size": None}, {"size": 0}, {"name": ""}, {"limits": "none"}])
def test_nothing_is_stated_by_what_is_empty(record: dict[str, Any]) -> None:
    assert stated(**record) == {}


def test_words_mean_what_is_declared_and_others_nothing() -> None:
    assert stated(kind="embed", old=True) == {"task": "embedding", "status": "deprecated"}
    assert stated(kind="other", old=False) == {}


def test_a_listed_word_says_yes_and_a_missing_one_nothing() -> None:
    assert stated(can={"do": ["tools", "fly"]}) == {"supports_tools": True}


def test_prices_are_per_token_or_per_piece() -> None:
    assert stated(cost={"in": "0.000002", "call": "0.01"}) == {"input": Decimal(2), "request": Decimal("0.01")}
    assert stated(cost={"call": 0}) == {}


@pytest.mark.parametrize(
    ("record", "field"),
    [
        ({"size": "many"}, "context_window"),
        ({"can": {"do": "tools"}}, "can.do"),  # which word it should be is not to be seen
        ({"cost": {"call": "dear"}}, "price.request"),
    ],
)
def test_a_bad_value_costs_its_own_fields(record: dict[str, Any], field: str) -> None:
    document = {"data": [{"id": "a", "name": "A", **record}]}

    assert sampled.claims(Shop, document)["shop/a"].values == {"name": "A"}
    assert [names for _, names in sampled.unreadable(Shop, document)] == [field]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"fields_at": {"contxt_window": "x"}}, "unknown field 'contxt_window'; did you mean 'context_window'?"),
        ({"marks_at": {"x": {"a": "supports_tols"}}}, "did you mean 'supports_tools'?"),
        ({"prices_at": {"price.inputs": "x"}}, "unknown meter 'inputs'"),
        ({"authority": ("price",)}, "`authority` does not cover `context_window`"),
    ],
)
def test_a_mapping_to_what_is_no_field_fails_when_the_class_is_made(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(TypeError) as failure:
        type("Wrong", (Shop,), {"slug": "wrong", **wrong})

    assert why in str(failure.value)
