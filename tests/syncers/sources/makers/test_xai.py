from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from syncers.sources.makers.xai import XAI
from tests.syncers.real_payloads import real_payloads
from tests.syncers.sampled import claims, parse, prices, read_whole, values

SAMPLE = "xai.json"


def test_it_reads_cents_per_hundred_million_tokens() -> None:
    assert prices(claims(XAI, SAMPLE)["xai/grok-9"]) == {
        "input": Decimal("1.25"),
        "input[modality=image]": Decimal("1.25"),
        "output": Decimal("2.5"),
        "cache_read": Decimal("0.2"),
        "search": Decimal("0.025"),
        "input[above=200000]": Decimal("2.5"),
        "output[above=200000]": 5,
    }


def test_it_takes_zero_for_no_price_of_its_own() -> None:
    assert prices(claims(XAI, SAMPLE)["xai/grok-9-mini"]) == {
        "input": Decimal("0.3"),
        "output": Decimal("0.5"),
        "cache_read": Decimal("0.075"),
    }


def test_it_tells_context_modalities_and_aliases() -> None:
    claim = claims(XAI, SAMPLE)["xai/grok-9"]

    assert claim.aliases == ("grok-9-latest", "grok-latest")
    assert values(claim)["context_window"] == 1_000_000
    assert values(claim)["input_modalities"] == ("image", "text")
    assert values(claim)["supports_vision"] is True


def test_it_counts_image_prices_of_an_unclear_unit() -> None:
    parsed = parse(XAI, SAMPLE)

    assert parsed.notices == {"unit of `image_price`": 1}
    assert prices({claim.offering: claim for claim in parsed.claims}["xai/grok-picture-9"]) == {}


def test_it_reads_the_older_list() -> None:
    row = {"id": "grok-8", "prompt_text_token_price": 20_000, "context_length": 256_000}
    by_offering = claims(XAI, {"object": "list", "data": [row]})

    assert prices(by_offering["xai/grok-8"]) == {"input": 2}
    assert values(by_offering["xai/grok-8"]) == {"context_window": 256_000}


def test_it_asks_for_every_kind_of_model() -> None:
    assert list(XAI().urls().values()) == [
        "https://api.x.ai/v1/language-models",
        "https://api.x.ai/v1/image-generation-models",
        "https://api.x.ai/v1/video-generation-models",
    ]


@pytest.mark.parametrize("path", real_payloads("xai"))
def test_it_reads_real_payloads(path: Path) -> None:
    read_whole(XAI, path)
