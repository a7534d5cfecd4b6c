from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from curation.core.claim import Claim
from syncers.sources.gateways.vercel_ai_gateway import VercelAIGateway
from tests.syncers import sampled
from tests.syncers.real_payloads import real_payloads


def claims() -> dict[str, Claim]:
    return sampled.claims(VercelAIGateway, "vercel_ai_gateway.json")


def test_it_takes_prices_as_per_token() -> None:
    assert sampled.prices(claims()["vercel-ai-gateway/anthropic/claude-haiku-9.5"]) == {
        "input": Decimal(1),
        "output": Decimal(5),
        "cache_read": Decimal("0.1"),
        "cache_write": Decimal("1.25"),
    }


def test_it_reads_tiers_as_prices_above_a_length() -> None:
    assert sampled.prices(claims()["vercel-ai-gateway/google/gemini-9-pro"]) == {
        "input": Decimal("1.25"),
        "output": Decimal(10),
        "input[above=200000]": Decimal("2.5"),
        "output[above=200000]": Decimal(15),
    }


def test_it_takes_the_first_tier_for_the_ordinary_price_where_there_is_none() -> None:
    assert sampled.prices(claims()["vercel-ai-gateway/xai/grok-9"]) == {
        "input": Decimal(3),
        "input[above=128000]": Decimal(6),
        "output": Decimal(15),
    }


def test_it_takes_no_limit_of_zero_and_an_image_price_per_image() -> None:
    claim = claims()["vercel-ai-gateway/bfl/flux-9-pro"]

    assert "context_window" not in claim.values
    assert sampled.prices(claim) == {"output[modality=image;unit=image]": Decimal("0.04")}
    assert claims()["vercel-ai-gateway/google/veo-9"].values == {"name": "Veo 9", "task": "video"}


def test_it_reads_the_day_of_release_but_not_that_of_listing() -> None:
    assert claims()["vercel-ai-gateway/anthropic/claude-haiku-9.5"].values["released_on"] == date(2025, 10, 15)
    assert "released_on" not in claims()["vercel-ai-gateway/google/gemini-9-pro"].values


def test_it_counts_price_keys_it_does_not_understand() -> None:
    assert sampled.parse(VercelAIGateway, "vercel_ai_gateway.json").notices == {"price key web_search": 1}


@pytest.mark.parametrize("path", real_payloads("vercel-ai-gateway"))
def test_it_reads_every_recording(path: Path) -> None:
    by_offering = {claim.offering: claim for claim in sampled.read_whole(VercelAIGateway, path).claims}

    assert all(sampled.prices(claim) for claim in by_offering.values())
    assert sampled.prices(by_offering["vercel-ai-gateway/openai/gpt-4o"]) == {
        "input": Decimal("2.5"),
        "output": Decimal(10),
    }
