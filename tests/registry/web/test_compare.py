"""Models and offerings side by side: what differs is said in words, and what nobody states is unknown."""

from __future__ import annotations

from typing import Any

import pytest

from tests.registry.builders import make_offering, make_revision, priced

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue(db: None) -> None:
    make_revision(7)
    make_offering(
        "openai/big", {"price.input": priced("2"), "context_window": 128_000, "name": "Big"}, model="openai/big"
    )
    make_offering("azure/big", {"price.input": priced("1"), "context_window": 128_000}, model="openai/big")
    make_offering("acme/small", {"price.input": priced("0.5"), "context_window": 128_000, "name": "Small"})


def context(client: Any, **query: str) -> Any:
    response = client.get("/compare", query)
    assert response.status_code == 200
    return response.context


def cells(shown: Any) -> dict[str, tuple[Any, ...]]:
    return {
        row.name: (row.differs, *(cell.text if cell else None for cell in row.cells))
        for rows in shown["groups"].values()
        for row in rows
    }


def test_fields_stand_side_by_side_and_differences_are_marked(client, catalogue):
    shown = cells(context(client, id="openai/big,acme/small"))

    assert shown["price.input"] == (True, "$2 / 1M tokens", "$0.5 / 1M tokens")
    assert shown["context_window"] == (False, "128,000", "128,000")


def test_what_is_unknown_differs_from_nothing(client, catalogue):
    make_offering("acme/silent", {"name": "Silent"})

    assert cells(context(client, id="acme/small,acme/silent"))["context_window"] == (False, "128,000", None)


def test_a_model_stands_for_the_offering_of_its_author(client, catalogue):
    make_offering("azure/only", {"price.input": priced("3")}, model="nobody/only")
    make_offering("beta/only", {"price.input": priced("2")}, model="nobody/only")
    shown = context(client, id="openai/big,nobody/only")

    assert [column.entry.key for column in shown["columns"]] == ["openai/big", "beta/only"]


def test_only_differences_are_an_address(client, catalogue):
    shown = context(client, id="openai/big,acme/small", show="differences")

    assert set(cells(shown)) == {"price.input"}
    assert shown["toggle"] == "?id=openai%2Fbig%2Cacme%2Fsmall"


def test_an_unknown_id_is_named_with_similar_ones(client, catalogue):
    shown = context(client, id="openai/big,openai/bg")

    assert "openai/bg" in shown["suggestions"][0]
    assert "openai/big" in shown["suggestions"][0]


def test_six_fit_and_the_rest_is_named(client, catalogue):
    for number in range(7):
        make_offering(f"acme/m-{number}", {"context_window": 1000 + number})
    shown = context(client, id=",".join(f"acme/m-{number}" for number in range(7)))

    assert len(shown["columns"]) == 6
    assert shown["left_out"] == ["acme/m-6"]


def test_ticks_of_the_list_are_one_address(client, catalogue):
    response = client.get("/compare?id=openai/big&id=acme/small")

    assert response["Location"] == "/compare?id=openai%2Fbig%2Cacme%2Fsmall"
