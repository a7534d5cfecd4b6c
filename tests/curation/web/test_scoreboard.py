"""`/scoreboard`: the numbers, the rows behind them, and both statements of a row."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from curation.models import StoredClaim
from registry.domain import rates
from registry.models import Offering
from tests.curation.admin import world
from tests.registry.builders import make_model

pytestmark = pytest.mark.django_db

LINE = {"path": ["Prices", "Text"], "row": "One", "column": "Input", "text": "$30 / MTok"}
PAGE = {"url": "https://acme.example/pricing", "on": "2026-11-01", "digest": "d" * 64}


def provider_says(**values: Any) -> None:
    """Acme's own page states prices of `acme/one`."""
    world.source("acme-pricing", source_type="official", speaks_for="acme")
    world.says("acme-pricing", "acme/one", **values)
    lines = {name.replace("__", "."): [LINE] for name in values}
    StoredClaim.objects.filter(source="acme-pricing").update(evidence={"page": PAGE, "lines": lines})


@pytest.fixture
def compared(db: None) -> None:
    """A price of 30 waits since 2.5 is published; a marketplace resells the model at 4; one catalogue states 30."""
    world.an_offering("acme/one")
    provider_says(price__input=rates.price("30"), context_window=200_000)
    world.says("catalogue-b", "acme/one", price__input=rates.price("30"))
    world.publish("acme/one")
    world.source("market", source_type="marketplace", speaks_for="market", homepage="https://market.example/models")
    world.says("market", "market/one", price__input=rates.price("4"))
    world.publish("market/one")
    Offering.objects.filter(key__in=["acme/one", "market/one"]).update(model=make_model("acme/one"))


def page(client: Client, **query: str) -> str:
    answer = client.get("/scoreboard", query)
    assert answer.status_code == 200
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    return re.sub(r"\s+", " ", re.sub(r"\s*(<[^>]*>)\s*", r"\1", answer.content.decode()))


def links(text: str, verdict: str) -> list[str]:
    return re.findall(rf'<a href="([^"]*verdict={verdict}[^"]*)"', text)


def test_it_counts_each_catalogue_against_the_provider(client: Client, compared: None) -> None:
    text = page(client, group="price")

    assert re.findall(r"(\d+\.\d %)</a><span class=\"note\">([^<]*)<", text[: text.index("market</a>")]) == [
        ("0.0 %", "0 of 1"),  # published
        ("0.0 %", "0 of 1"),  # catalogue-a
        ("100.0 %", "1 of 1"),  # catalogue-b
        ("0.0 %", "0 of 1"),  # market
    ]
    assert links(text, "pending") == ["?group=price&amp;provider=acme&amp;catalogue=published&amp;verdict=pending"]
    assert len(links(text, "reseller")) == 1
    assert "a reseller: its own offerings of the same models" in text


def test_a_value_that_waits_is_not_called_wrong_and_opens_to_the_line_of_the_page(
    client: Client, compared: None
) -> None:
    text = page(client, provider="acme", catalogue="published", verdict="pending")

    assert "<strong>waiting for a person</strong>" in text
    assert "held by" in text
    assert "$30 / 1M tokens" in text
    assert "Prices \u203a Text \u203a One \u203a Input" in text
    assert 'href="https://acme.example/pricing"' in text
    assert 'href="/offerings/acme/one#field-price.input"' in text
    assert "Context window" not in text


def test_the_row_of_a_reseller_names_its_offering(client: Client, compared: None) -> None:
    text = page(client, provider="acme", catalogue="market", group="price")

    assert "<code>market/one</code>" in text
    assert 'href="/api/v1/offerings/market/one/claims"' in text
    assert 'href="https://market.example/models"' in text
    assert "<strong>reseller&#x27;s value</strong>" in text


def test_every_link_leads_to_as_many_rows_as_its_number_says(client: Client, compared: None) -> None:
    overview = page(client)
    numbers = re.findall(r'<li><a href="(\?[^"]*)">[^<]*</a>([\d,]+)</li>', overview)
    assert len(numbers) >= 4
    for url, number in numbers:
        answer = client.get(f"/scoreboard{url.replace('&amp;', '&')}")
        assert answer.content.decode().count('<th scope="row">') == int(number)


def test_the_numbers_are_counted_once_per_revision(
    client: Client, compared: None, django_assert_max_num_queries: Any
) -> None:
    page(client)
    with django_assert_max_num_queries(8):
        page(client)
    provider_says(price__input=rates.price("3"), context_window=200_000)
    world.publish("acme/one")
    assert links(page(client), "pending") == []


def test_only_offerings_that_the_provider_speaks_about_itself_are_compared(client: Client, db: None) -> None:
    world.an_offering("acme/one")
    assert "No provider states anything itself yet." in page(client)


@pytest.mark.parametrize("name", ["provider", "catalogue", "verdict", "group"])
@pytest.mark.parametrize("value", ["none", "\0", "<script>", "x" * 3000])
def test_an_unknown_word_is_not_found(client: Client, compared: None, name: str, value: str) -> None:
    answer = client.get("/scoreboard", {name: value})
    assert answer.status_code == 404
    assert b"<script>" not in answer.content


def test_a_page_after_the_last_shows_the_last(client: Client, compared: None) -> None:
    assert "acme/one" in page(client, provider="acme", catalogue="published", page="99")


def test_it_is_gated_as_reading_is(client: Client, compared: None, settings: Any) -> None:
    settings.API_OPEN = False
    assert client.get("/scoreboard").status_code == 401
