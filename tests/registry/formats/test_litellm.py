from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from registry.domain.rates import RateKey
from registry.formats import litellm, litellm_keys, litellm_words
from registry.identity import names
from syncers.sources.catalogues import litellm_entry as source
from syncers.sources.catalogues.litellm import LiteLLM
from tests.registry.builders import price_state, priced
from tests.registry.formats import litellm_trip
from tests.registry.formats.litellm_trip import trip
from tests.registry.formats.offered import Offered, exported, read
from tests.syncers.real_payloads import ROOT, real_payloads

SAMPLE = ROOT / "tests" / "recordings" / "litellm.json"


def written(*offerings: Offered) -> Any:
    return read(exported("litellm", *offerings))


def entry(key: str = "openai/gpt-4o", **facts: Any) -> Any:
    (result,) = written(
        Offered(key, {name.replace("price_", "price."): value for name, value in facts.items()})
    ).values()
    return result


def test_prices_are_those_of_one_token_and_read_as_the_same_number():
    result = entry(price_input=priced("2.5"), price_output=priced("0.1234567890123456789"))

    assert result["input_cost_per_token"] == Decimal("0.0000025")
    assert result["output_cost_per_token"] == Decimal("0.0000001234567890123456789")


def test_only_free_is_zero():
    facts = {
        "price.input": price_state("free"),
        "price.output": price_state("dynamic"),
        "price.cache_read": price_state("included"),
    }
    result = written(Offered("openai/gpt-4o", facts | {"price.reasoning": price_state("not_offered")}))["gpt-4o"]

    assert result == {"litellm_provider": "openai", "input_cost_per_token": 0}


def test_a_price_in_another_currency_or_of_another_day_has_no_number():
    line = [*priced("9", to="2026-11-21"), *priced("4", **{"from": "2026-11-21"})]
    result = entry(
        price_input=line, price_output=[{"amount": "7", "currency": "CNY"}], price_request=priced("1", to="2025-01-01")
    )

    assert {name for name in result if "cost" in name} == {"input_cost_per_token"}
    assert result["input_cost_per_token"] == Decimal("0.000004")


def test_conditions_become_suffixes():
    key = RateKey("cache_write", ttl="1h", above=200_000, tier="priority")
    result = written(Offered("anthropic/claude", {key.field: priced("6")}))["claude"]

    assert result["cache_creation_input_token_cost_above_1hr_above_200k_tokens_priority"] == Decimal("0.000006")


@pytest.mark.parametrize("tier", ["batch", "flex", "fast", "priority", "balanced", "ultrafast"])
def test_each_tier_comes_back_as_that_tier(tier):
    key = RateKey("input", tier=tier, above=272_000)

    (claim,) = LiteLLM().parse(exported("litellm", Offered("openai/gpt-5", {key.field: priced("6")}))).claims

    assert list(claim.values) == [key.field]


def test_regions_and_sizes_become_entries_of_their_own():
    facts = {
        "task": "chat",
        "price.input": priced("2"),
        "price.input[region=eu]": priced("2.2"),
        "price.input[region=moon]": priced("99"),
    }
    image = RateKey("output", "image", unit="image", detail="quality:hd,size:1024x1792")
    result = written(
        Offered("azure/gpt-5", facts), Offered("openai/dall-e-3", {image.field: priced("0.12"), "task": "image"})
    )

    assert result["azure/gpt-5"]["input_cost_per_token"] == Decimal("0.000002")
    assert result["azure/eu/gpt-5"]["input_cost_per_token"] == Decimal("0.0000022")
    assert result["azure/eu/gpt-5"]["mode"] == "chat"
    assert result["hd/1024-x-1792/dall-e-3"]["output_cost_per_image"] == Decimal("0.12")
    assert set(result) == {"azure/gpt-5", "azure/eu/gpt-5", "dall-e-3", "hd/1024-x-1792/dall-e-3"}


def test_endpoints_of_their_own_keep_their_own_keys():
    facts = {"price.input": priced("2.2"), "price.input[region=us-gov-west-1]": priced("2.4")}
    result = written(
        Offered("bedrock/openai.gpt-6-sol", {"price.input": priced("2")}),
        Offered("bedrock-mantle/openai.gpt-6-sol", facts),
        Offered("azure-ai/grok-4", {"price.input": priced("3"), "price.input[region=global]": priced("2.5")}),
    )

    assert {key: litellm_entry.get("input_cost_per_token") for key, litellm_entry in result.items()} == {
        "openai.gpt-6-sol": Decimal("0.000002"),
        "bedrock_mantle/openai.gpt-6-sol": Decimal("0.0000022"),
        "bedrock_mantle/us-gov-west-1/openai.gpt-6-sol": Decimal("0.0000024"),
        "azure_ai/grok-4": Decimal("0.000003"),
        "azure_ai/global/grok-4": Decimal("0.0000025"),
    }
    assert {litellm_entry["litellm_provider"] for litellm_entry in result.values()} == {
        "bedrock",
        "bedrock_mantle",
        "azure_ai",
    }


@pytest.mark.parametrize("quality", ["low", "xhigh", "max", "hd"])
def test_each_quality_of_an_image_stands_before_its_size(quality):
    key = RateKey("output", "image", unit="image", detail=f"quality:{quality},size:1024x768")
    body = exported("litellm", Offered("fal/openai/gpt-image-2/edit", {key.field: priced("0.1"), "task": "image"}))

    assert f"fal_ai/{quality}/1024-x-768/openai/gpt-image-2/edit" in read(body)
    (claim,) = LiteLLM().parse(body).claims
    assert claim.offering == "fal/openai/gpt-image-2/edit"
    assert key.field in claim.values


@pytest.mark.parametrize(
    "key",
    [
        RateKey("input", schedule="00:30-16:30Z"),
        RateKey("input", beyond=100_000),
        RateKey("input", above=131_072),
        RateKey("input", tier="express"),
        RateKey("input", region="eu"),
        RateKey("cache_write", ttl="5m"),
        RateKey("input", "image", unit="image", detail="style:vivid"),
    ],
    ids=str,
)
def test_what_the_format_cannot_say_is_left_out_and_not_flattened(key):
    assert written(Offered("openai/gpt-4o", {key.field: priced("1")})) == {"gpt-4o": {"litellm_provider": "openai"}}


def test_pdf_is_told_by_its_flag_and_not_in_the_list():
    result = entry(input_modalities=["pdf", "text"], supports_pdf_input=True)

    assert (result["supported_modalities"], result["supports_pdf_input"]) == (["text"], True)
    assert entry(input_modalities=["pdf", "text"])["supported_modalities"] == ["pdf", "text"]


def test_limits_are_written_where_they_are_published_and_nowhere_else():
    assert "max_input_tokens" not in entry(context_window=128_000)
    assert entry(max_input_tokens=100, max_output_tokens=50)["max_tokens"] == 50
    assert entry(max_input_tokens=100)["max_tokens"] == 100


def test_two_offerings_never_share_a_key():
    result = written(Offered("anthropic/x", {}), Offered("bedrock/x", {}), Offered("openai/x", {}))

    assert set(result) == {"x", "bedrock/x", "openai/x"}


def test_its_words_are_those_that_our_source_reads():
    assert {their: ours for ours, their in litellm.PROVIDERS.items() if names.provider(their) != ours} == {}
    assert {mode: task for task, mode in litellm_words.MODES.items() if source.TASKS[mode] != task} == {}


def test_the_sample_goes_in_and_comes_out_alike():
    result = trip(SAMPLE)

    assert result.unexplained == []
    assert result.is_fixed
    assert result.prices[litellm_trip.SAME] > 10


@pytest.mark.parametrize("path", real_payloads("litellm"))
def test_the_whole_map_goes_in_and_comes_out_alike(path: Path):
    """Every value under a key that we say we understand is identical, or of a named class of difference."""
    result = trip(path)
    alike = sum(result.prices[word] for word in (litellm_trip.SAME, litellm_trip.CANONICAL))

    print(f"{path.stem}: {result.entries} entries, {len(result.keys)} keys understood, {alike} prices identical")
    print(f"  prices: {dict(result.prices)}\n  others: {dict(result.others)}")  # shown by pytest -s
    assert result.unexplained == []
    assert result.is_fixed
    assert alike > 1_500


def test_a_price_that_got_lost_would_be_seen(monkeypatch):
    monkeypatch.delitem(litellm_keys.NAMES, RateKey("output"))

    result = trip(SAMPLE)

    assert result.unexplained
    assert not result.is_fixed


def test_the_source_reads_the_export_without_rejecting_anything():
    document = written(Offered("mistral/m", {"price.input": priced("1"), "task": "chat"}), Offered("zai/glm", {}))

    report = LiteLLM().parse(exported("litellm", Offered("mistral/m", {"price.input": priced("1"), "task": "chat"})))

    assert set(document) == {"mistral/m", "zai/glm"}
    assert not report.rejected


def test_token_prices_of_a_region_are_written_as_one_factor_and_read_again() -> None:
    facts = {
        "task": "chat",
        "price.input": priced("2"),
        "price.output": priced("8"),
        "price.cache_write[ttl=12h]": priced("4"),
        "price.search": priced("0.01"),
        "price.input[region=eu]": priced("2.2"),
        "price.output[region=eu]": priced("8.8"),
        "price.cache_write[ttl=12h;region=eu]": priced("4.4"),
    }
    body = exported("litellm", Offered("openai/gpt-9", facts))
    entry = read(body)["gpt-9"]
    (claim,) = LiteLLM().parse(body).claims

    assert entry["regional_processing_uplift_multiplier_eu"] == Decimal("1.1")
    assert entry["cache_creation_input_token_cost_above_12hr"] == Decimal("0.000004")
    assert {name: line[0].amount for name, line in claim.values.items() if name.endswith("region=eu]")} == {
        "price.input[region=eu]": Decimal("2.2"),
        "price.output[region=eu]": Decimal("8.8"),
        "price.cache_write[ttl=12h;region=eu]": Decimal("4.4"),
    }


def test_a_region_with_a_price_of_its_own_has_no_factor() -> None:
    facts = {
        "task": "chat",
        "price.input": priced("2"),
        "price.output": priced("8"),
        "price.input[region=eu]": priced("2.2"),
        "price.output[region=eu]": priced("9"),
    }
    entry = read(exported("litellm", Offered("openai/gpt-9", facts)))["gpt-9"]

    assert "regional_processing_uplift_multiplier_eu" not in entry
