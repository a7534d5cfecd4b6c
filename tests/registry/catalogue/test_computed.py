from __future__ import annotations

import pytest

from registry.catalogue import computed
from tests.registry.builders import NOON, make_model, make_offering, make_score, price_state, priced

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


@pytest.fixture
def scored(db):
    model = make_model("openai/gpt-4o")
    for name, score in (("gpqa", "80"), ("swe_bench", "60"), ("mmlu", "90")):
        make_score(model, name, score)
    return model


def of(model) -> dict:
    return computed.of_model(model.key, TODAY)


def test_it_gives_points_for_the_money_best_first_and_unknown_last(scored):
    make_offering("azure/a", {"price.input": priced("1")}, model="openai/gpt-4o")
    make_offering("openai/b", {"price.input": priced("1"), "price.output": priced("5")}, model="openai/gpt-4o")
    make_offering(
        "poe/c", {"price.input": price_state("free"), "price.output": price_state("free")}, model="openai/gpt-4o"
    )
    make_offering("xai/d", {"price.input": priced("0.5"), "price.output": priced("0.5")}, model="openai/gpt-4o")

    assert of(scored)["quality_per_dollar"]["offerings"] == [
        {"offering": "poe/c", "effective_price": "0", "points_per_usd": "free"},
        {"offering": "xai/d", "effective_price": "0.5", "points_per_usd": "148"},
        {"offering": "openai/b", "effective_price": "2", "points_per_usd": "37"},
        {"offering": "azure/a", "effective_price": None, "points_per_usd": None},
    ]


def test_a_price_in_another_currency_is_not_taken_for_dollars(scored):
    euros = [{"amount": "1", "currency": "EUR"}]
    make_offering("azure/a", {"price.input": euros, "price.output": euros}, model="openai/gpt-4o")

    assert of(scored)["quality_per_dollar"]["offerings"][0]["points_per_usd"] is None


def test_without_three_benchmarks_there_is_no_score_and_nothing_for_the_money():
    model = make_model("openai/gpt-4o")
    make_score(model, "gpqa", "80")
    make_offering("openai/b", {"price.input": priced("1"), "price.output": priced("5")}, model="openai/gpt-4o")
    body = of(model)

    assert body["quality_score"]["score"] is None
    assert body["quality_per_dollar"]["offerings"][0]["points_per_usd"] is None


def test_family_and_version_are_marked_as_derived(scored):
    assert of(scored)["series"] == {"family": "gpt", "version": "4o", "derived": "family and version in the name"}
    assert computed.of_model("acme/rocket", TODAY)["series"] is None


def test_successors_are_found_by_id_and_by_alias_and_the_other_way_round():
    old, new = make_model("mistralai/pixtral-12b"), make_model("mistralai/mistral-medium-3")
    make_offering("mistral/pixtral", {"successor": "mistral/medium-latest"}, model=old.slug)
    make_offering("mistral/medium-3", model=new.slug, aliases=["medium-latest"])

    assert of(old)["successors"] == [new.slug]
    assert of(new)["predecessors"] == [old.slug]
    assert (of(old)["predecessors"], of(new)["successors"]) == ([], [])


@pytest.mark.parametrize("number", [1, 30])
def test_it_asks_as_much_for_many_offerings_as_for_one(scored, number, django_assert_max_num_queries):
    for index in range(number):
        make_offering(f"p{index}/a", {"successor": f"p{index}/b"}, model="openai/gpt-4o")

    with django_assert_max_num_queries(6):
        of(scored)
