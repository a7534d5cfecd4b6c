"""Scores against prices: only sourced scores, the stated rule of the price, and nothing invented."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from registry.models import Benchmark, Model
from tests.registry.builders import make_offering, make_revision, price_state, priced

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue(db: None) -> None:
    make_revision(7)
    for key, model, given, made in (
        ("openai/best", "openai/best", "10", "30"),
        ("azure/best", "openai/best", "1", "1"),
        ("alpha/open", "lab/open", "1", "2"),
        ("beta/open", "lab/open", "3", "6"),
        ("alpha/poor", "lab/poor", "5", "5"),
    ):
        make_offering(key, {"price.input": priced(given), "price.output": priced(made)}, model=model)
    make_offering("alpha/free", {"price.input": price_state("free")}, model="lab/free")
    for slug, score in (("openai/best", "90"), ("lab/open", "80"), ("lab/poor", "70"), ("lab/free", "60")):
        Benchmark.objects.create(
            model=Model.objects.get(slug=slug), name="gpqa", score=score, source="epoch", variant=""
        )


def context(client: Any, status: int = 200, /, **query: str) -> Any:
    response = client.get("/price-quality", query)
    assert response.status_code == status
    return response.context


def test_the_author_s_price_counts_else_the_median(client, catalogue):
    points = {point.model: point for point in context(client)["points"]}

    assert (points["openai/best"].price, points["openai/best"].is_own) == (Decimal(15), True)
    assert (points["lab/open"].price, points["lab/open"].is_own) == (Decimal("2.5"), False)


def test_the_mix_is_part_of_the_address(client, catalogue):
    points = {point.model: point.price for point in context(client, mix="1:0")["points"]}

    assert points["openai/best"] == 10
    assert points["lab/open"] == 2


def test_what_nothing_better_undercuts_is_marked(client, catalogue):
    marked = {point.model: point.is_on_frontier for point in context(client)["points"]}

    assert marked == {"openai/best": True, "lab/open": True, "lab/poor": False}


def test_a_model_without_a_price_is_named_and_not_drawn(client, catalogue):
    assert context(client)["unpriced"] == ["lab/free"]


def test_without_scores_it_says_how_to_get_some(client, db):
    assert "epoch" in client.get("/price-quality").content.decode()


@pytest.mark.parametrize("query", [{"mix": "3"}, {"mix": "0:0"}, {"mix": "a:b"}, {"benchmark": "nope@nobody"}])
def test_a_wrong_parameter_is_refused(client, catalogue, query):
    assert context(client, 400, **query)["problem"]
