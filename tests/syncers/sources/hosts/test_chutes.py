from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from curation.core.claim import Claim
from syncers.sources.hosts.chutes import Chutes
from tests.syncers import sampled
from tests.syncers.real_payloads import real_payloads


def claims() -> dict[str, Claim]:
    return sampled.claims(Chutes, "chutes.json")


def test_it_takes_prices_as_per_million_tokens() -> None:
    assert sampled.prices(claims()["chutes/deepseek-ai/DeepSeek-V9-TEE"]) == {
        "input": Decimal("0.28"),
        "output": Decimal("0.42"),
        "cache_read": Decimal("0.14"),
    }


def test_it_cleans_prices_that_went_through_binary_arithmetic() -> None:
    by_rate = sampled.prices(claims()["chutes/Qwen/Qwen9-VL-72B-Instruct-TEE"])

    assert by_rate == {"input": Decimal("0.06"), "output": Decimal("0.18")}


def test_it_says_yes_for_features_that_are_listed_and_no_for_none() -> None:
    values = claims()["chutes/deepseek-ai/DeepSeek-V9-TEE"].values

    assert values["supports_tools"] is True
    assert "supports_structured_output" not in values
    assert "supports_vision" not in values
    assert "supports_tools" not in claims()["chutes/Qwen/Qwen9-VL-72B-Instruct-TEE"].values


def test_it_leaves_out_the_old_price_whose_unit_is_not_written() -> None:
    assert claims()["chutes/old/DeepSeek-R1"].values == {"context_window": 163_840}
    assert sampled.parse(Chutes, "chutes.json").notices == {"unit of `price.usd`": 1}


@pytest.mark.parametrize("path", real_payloads("chutes"))
def test_it_reads_every_recording(path: Path) -> None:
    parsed = sampled.read_whole(Chutes, path)

    assert all("context_window" in claim.values for claim in parsed.claims)
