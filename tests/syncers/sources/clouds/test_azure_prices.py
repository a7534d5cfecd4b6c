from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from registry.domain.rates import parse_key
from syncers.payload.paging import Page
from syncers.sources.clouds.azure_prices import AzurePrices
from tests.syncers.sources.samples import SAMPLES


def prices() -> dict[str, dict[str, Any]]:
    claims = AzurePrices().parse(SAMPLES["azure-prices"].body()).claims
    return {claim.offering: {name: line[0].amount for name, line in claim.values.items()} for claim in claims}


def test_it_reads_every_word_of_a_meter() -> None:
    assert prices()["azure/gpt-4o-mini-2024-07-18"] == {
        "price.input[region=global]": Decimal("0.15"),
        "price.output[region=global]": Decimal("0.6"),
        "price.cache_read[region=global]": Decimal("0.075"),
        "price.input[tier=batch;region=global]": Decimal("0.075"),
        "price.input[region=eastus2]": Decimal("0.165"),
        "price.input[region=us]": Decimal("0.165"),
    }


def test_it_scales_each_row_by_its_own_unit() -> None:
    assert prices()["azure/gpt-5"] == {"price.input[region=global]": Decimal("1.25"), "price.output[region=global]": 10}


def test_it_reads_embeddings_that_name_no_direction() -> None:
    assert prices()["azure/text-embedding-3-large"] == {"price.input[region=eastus2]": Decimal("0.143")}


def test_it_takes_neither_of_two_prices_for_one_rate() -> None:
    assert prices()["azure/o3-pro"] == {}


def test_it_leaves_out_what_it_does_not_understand_and_counts_it() -> None:
    assert set(prices()) == {
        "azure/gpt-4o-mini-2024-07-18",
        "azure/gpt-5",
        "azure/gpt-oss-120b",
        "azure/text-embedding-3-large",
        "azure/o3-pro",
    }
    assert AzurePrices().parse(SAMPLES["azure-prices"].body()).notices == {
        "meter whose name is not understood": 3,
        "not tokens of an OpenAI model at any quantity": 1,
        "not priced by tokens used": 1,
        "two prices for one rate": 1,
    }


def test_it_keeps_the_currency_of_the_row() -> None:
    document = SAMPLES["azure-prices"].document()
    for row in document["Items"]:
        row["currencyCode"] = "CAD"

    claims = AzurePrices().parse(json.dumps(document).encode()).claims

    assert {line[0].currency for claim in claims for line in claim.values.values()} == {"CAD"}


def test_it_follows_the_link_to_the_next_page() -> None:
    following = "https://prices.azure.com/api/retail/prices?$skip=1000"

    assert AzurePrices.paging.after(Page(AzurePrices.url, {"NextPageLink": following}, 1000)) == following


def test_it_counts_what_it_does_not_understand_on_every_page() -> None:
    source, document = AzurePrices(), SAMPLES["azure-prices"].document()
    pages = [document | {"Items": document["Items"][half::2]} for half in (0, 1)]

    assert source.notices(source.combine({"": pages})) == source.notices(document)


def test_it_asks_for_the_prices_of_each_configured_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRY_AZURE_LOCATIONS", "swedencentral,uksouth")

    urls = AzurePrices().urls()

    assert list(urls) == ["swedencentral", "uksouth"]
    assert "armRegionName%20eq%20%27swedencentral%27" in urls["swedencentral"]


@pytest.mark.parametrize(("location", "zones"), [("swedencentral", {"eu"}), ("uksouth", set()), ("usgovtexas", set())])
def test_the_price_of_a_data_zone_holds_in_the_zone_of_its_region(location: str, zones: set[str]) -> None:
    document = SAMPLES["azure-prices"].document()
    for row in document["Items"]:
        row["armRegionName"] = location
    claims = AzurePrices().parse(json.dumps(document).encode()).claims
    regions = {parse_key(name).region for claim in claims for name in claim.values}

    assert regions == {location, "global"} | zones
