from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from syncers import http
from syncers.payload.fetch import envelope, fetch
from syncers.sources.clouds.bedrock_price_names import MARKETPLACE, OWN
from syncers.sources.clouds.bedrock_prices import BedrockPrices
from tests.syncers.sources.samples import SAMPLES


def prices(document: Any = None) -> dict[str, dict[str, Any]]:
    claims = BedrockPrices().parse(json.dumps(document or SAMPLES["bedrock-prices"].document()).encode()).claims
    return {claim.offering: {name: line[0].amount for name, line in claim.values.items()} for claim in claims}


def test_it_scales_each_price_by_its_own_unit() -> None:
    assert prices()["bedrock/amazon.nova-lite-v1:0"] == {
        "price.input[region=us-east-1]": Decimal("0.06"),
        "price.output[region=us-east-1]": Decimal("0.24"),
        "price.cache_read[region=us-east-1]": Decimal("0.015"),
    }


def test_it_reads_the_marketplace_in_the_region_and_across_regions() -> None:
    assert prices()["bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0"] == {
        "price.input[region=us-east-1]": Decimal("3.3"),
        "price.input[region=global]": 3,
        "price.output[region=us-east-1]": Decimal("16.5"),
        "price.cache_write[ttl=1h;region=global]": 6,
    }


def test_it_reads_titan_under_its_own_key() -> None:
    assert prices()["bedrock/amazon.titan-embed-text-v2:0"] == {"price.input[region=us-east-1]": Decimal("0.02")}


def test_it_takes_neither_of_two_prices_for_one_rate() -> None:
    assert prices()["bedrock/deepseek.r1-v1:0"] == {}


def test_it_counts_what_it_leaves_out() -> None:
    assert BedrockPrices().parse(SAMPLES["bedrock-prices"].body()).notices == {
        "not on-demand text inference": 3,
        "model whose id is not certain": 2,
        "two prices for one rate": 1,
    }


def test_it_rejects_a_unit_that_is_not_tokens() -> None:
    document = SAMPLES["bedrock-prices"].document()
    document["terms"]["OnDemand"]["NOVA-OUT"]["T.1"]["priceDimensions"]["R"]["unit"] = "image"

    parsed = BedrockPrices().parse(json.dumps(document).encode())

    assert [record.where for record in parsed.rejected] == ["NOVA-OUT"]
    assert "price.output[region=us-east-1]" not in prices(document)["bedrock/amazon.nova-lite-v1:0"]


def test_it_reads_both_files_of_each_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRY_BEDROCK_REGIONS", "us-east-1,eu-west-2")
    body = SAMPLES["bedrock-prices"].body()

    assert list(BedrockPrices().urls()) == [
        "AmazonBedrock us-east-1",
        "AmazonBedrockFoundationModels us-east-1",
        "AmazonBedrock eu-west-2",
        "AmazonBedrockFoundationModels eu-west-2",
    ]
    other = body.replace(b'"us-east-1"', b'"eu-west-2"')
    parsed_claims = (
        BedrockPrices().parse(envelope({"AmazonBedrock us-east-1": [body], "AmazonBedrock eu-west-2": [other]})).claims
    )
    nova = {claim.offering: claim for claim in parsed_claims}["bedrock/amazon.nova-lite-v1:0"]
    assert {"price.input[region=us-east-1]", "price.input[region=eu-west-2]"} < set(nova.values)


def test_it_knows_each_model_by_one_name_only() -> None:
    idents = [*OWN.values(), *MARKETPLACE.values()]

    assert len(idents) == len(set(idents))


def test_it_fetches_and_reads_both_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "fetch", lambda url, **_: http.Response(SAMPLES["bedrock-prices"].body()))

    assert BedrockPrices().parse(fetch(BedrockPrices()).body).claims
