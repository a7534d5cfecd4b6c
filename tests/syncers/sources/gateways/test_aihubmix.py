from __future__ import annotations

from decimal import Decimal

from curation.core.claim import Claim
from registry.domain.rates import Amounts
from syncers.sources.gateways.aihubmix import AiHubMix
from tests.syncers import sampled


def claims() -> dict[str, Claim]:
    return sampled.claims(AiHubMix, "aihubmix.json")


def test_it_takes_prices_as_per_million_tokens_whatever_the_docs_say() -> None:
    assert sampled.prices(claims()["aihubmix/gpt-9"]) == {
        "input": Decimal("1.25"),
        "output": Decimal(10),
        "cache_read": Decimal("0.125"),
    }


def test_it_takes_a_model_as_free_only_where_its_id_says_so() -> None:
    assert sampled.prices(claims()["aihubmix/coding-glm-9-free"]) == {"input": Amounts.FREE, "output": Amounts.FREE}
    assert sampled.prices(claims()["aihubmix/alicloud-qwen9"]) == {}


def test_it_leaves_out_prices_that_may_be_per_item() -> None:
    assert sampled.prices(claims()["aihubmix/gpt-image-9"]) == {}
    assert sampled.prices(claims()["aihubmix/qwen9-omni"]) == {}


def test_it_reads_lists_that_are_texts() -> None:
    values = claims()["aihubmix/gpt-9"].values

    assert values["input_modalities"] == ("image", "text")
    assert values["supports_reasoning"] is True
    assert "supports_web_search" not in values
    assert claims()["aihubmix/claude-opus-9-think"].values.keys() == {
        "task",
        "price.input",
        "price.output",
        "price.cache_read",
        "price.cache_write",
    }
