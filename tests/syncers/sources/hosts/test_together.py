from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from curation.core.claim import Claim
from registry.domain.rates import Amounts
from syncers.sources.hosts.together import Together
from tests.syncers import sampled
from tests.syncers.real_payloads import real_payloads


def claims() -> dict[str, Claim]:
    return sampled.claims(Together, "together.json")


def test_it_takes_prices_as_per_million_tokens_without_binary_noise() -> None:
    assert sampled.prices(claims()["together/meta-llama/Llama-9-70B-Instruct-Turbo"]) == {
        "input": Decimal("0.18"),
        "output": Decimal("0.59"),
        "cache_read": Decimal("0.09"),
    }


def test_it_takes_a_model_as_free_only_where_its_id_says_so() -> None:
    by_offering = claims()

    assert sampled.prices(by_offering["together/meta-llama/Llama-9-70B-Instruct-Turbo-Free"]) == {
        "input": Amounts.FREE,
        "output": Amounts.FREE,
    }
    assert sampled.prices(by_offering["together/Qwen/Qwen9-32B-FP8"]) == {}
    assert sampled.prices(by_offering["together/black-forest-labs/FLUX.9-schnell-Free"]) == {}


def test_it_takes_the_price_of_an_embedding_once() -> None:
    assert sampled.prices(claims()["together/intfloat/e9-large"]) == {"input": Decimal("0.02")}


def test_it_leaves_out_prices_that_are_not_per_token_and_counts_them() -> None:
    assert claims()["together/cartesia/sonic-9"].values == {"name": "Cartesia Sonic 9"}
    assert sampled.parse(Together, "together.json").notices == {"unit of audio prices": 1}


def test_it_reads_the_retired_list_without_its_prices() -> None:
    old = {"_id": "1", "name": "a/one", "display_name": "One", "display_type": "chat", "context_length": 2048}

    parsed = sampled.parse(Together, [old | {"pricing": {"input": 75, "output": 75}}])

    assert parsed.claims[0].offering == "together/a/one"
    assert parsed.claims[0].values == {"name": "One", "context_window": 2048, "task": "chat"}
    assert parsed.notices == {"unit of prices of /models/info": 1}


@pytest.mark.parametrize("path", real_payloads("together"))
def test_it_reads_every_recording(path: Path) -> None:
    by_offering = {claim.offering: claim for claim in sampled.read_whole(Together, path).claims}

    if path.stem >= "2025":
        assert sampled.prices(by_offering["together/deepseek-ai/DeepSeek-R1"]) == {
            "input": Decimal(3),
            "output": Decimal(7),
        }
    else:
        assert not any(sampled.prices(claim) for claim in by_offering.values())
