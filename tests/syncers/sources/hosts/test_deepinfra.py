from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from curation.core.claim import Claim
from syncers.sources.hosts.deepinfra import DeepInfra
from tests.syncers import sampled
from tests.syncers.real_payloads import real_payloads


def claims() -> dict[str, Claim]:
    return sampled.claims(DeepInfra, "deepinfra.json")


def test_it_takes_prices_as_cents_per_token_and_the_cache_as_a_share_of_input() -> None:
    assert sampled.prices(claims()["deepinfra/meta-llama/Llama-9-70B-Instruct-Turbo"]) == {
        "input": Decimal("0.1"),
        "output": Decimal("0.32"),
        "cache_read": Decimal("0.05"),
        "cache_write": Decimal("0.125"),
    }


def test_it_takes_max_tokens_for_the_context_window() -> None:
    values = claims()["deepinfra/meta-llama/Llama-9-70B-Instruct-Turbo"].values

    assert values["context_window"] == 131_072
    assert "max_output_tokens" not in values


def test_it_does_not_call_the_output_of_an_embedding_free() -> None:
    assert sampled.prices(claims()["deepinfra/BAAI/bge-m9"]) == {"input": Decimal("0.01")}


def test_it_leaves_out_prices_of_unknown_units_and_counts_them() -> None:
    assert sampled.prices(claims()["deepinfra/black-forest-labs/FLUX-9"]) == {}
    assert sampled.parse(DeepInfra, "deepinfra.json").notices == {"price kind image_units": 1, "price kind time": 2}


def test_it_reads_tags_as_yes_and_only_the_plain_no_as_no() -> None:
    by_offering = claims()

    assert by_offering["deepinfra/meta-llama/Llama-9-70B-Instruct-Turbo"].values["supports_tools"] is True
    assert by_offering["deepinfra/old/Model-7B"].values["supports_reasoning"] is False
    assert "supports_tools" not in by_offering["deepinfra/old/Model-7B"].values


def test_it_reads_the_day_from_which_a_model_is_gone() -> None:
    assert claims()["deepinfra/old/Model-7B"].values["retires_on"] == date(2027, 1, 1)
    assert claims()["deepinfra/old/Model-7B"].values["successor"] == "deepinfra/meta-llama/Llama-9-70B-Instruct-Turbo"
    assert "successor" not in claims()["deepinfra/meta-llama/Llama-9-70B-Instruct-Turbo"].values


def test_it_does_not_publish_the_private_models_of_an_account() -> None:
    assert "deepinfra/someone/my-own-model" not in claims()


def test_it_understands_the_other_list_with_its_other_unit() -> None:
    pricing = {"input_tokens": 0.1, "output_tokens": 0.32, "cache_read_tokens": 0.05}
    metadata = {"context_length": 131_072, "max_tokens": 16_384, "pricing": pricing, "tags": ["vision", "prompt_cache"]}
    body = {"object": "list", "data": [{"id": "a/one", "metadata": metadata}, {"id": "a/two", "metadata": None}]}

    by_offering = sampled.claims(DeepInfra, body)

    assert by_offering["deepinfra/a/two"].values == {}
    assert sampled.prices(by_offering["deepinfra/a/one"]) == {
        "input": Decimal("0.1"),
        "output": Decimal("0.32"),
        "cache_read": Decimal("0.05"),
    }
    assert by_offering["deepinfra/a/one"].values["context_window"] == 131_072
    assert by_offering["deepinfra/a/one"].values["max_output_tokens"] == 16_384
    assert by_offering["deepinfra/a/one"].values["supports_vision"] is True


@pytest.mark.parametrize("path", real_payloads("deepinfra"))
def test_it_reads_every_recording(path: Path) -> None:
    assert len(sampled.read_whole(DeepInfra, path).claims) == 103
