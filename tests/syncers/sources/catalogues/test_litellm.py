from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from curation.core.claim import Claim
from registry.domain.rates import PREFIX, Amounts, RateKey, parse_key
from registry.pricing import Conditions, Usage, price_usage
from syncers.kinds.record import Parsed
from syncers.sources.catalogues.litellm import LiteLLM
from syncers.sources.catalogues.litellm_ids import place
from syncers.sources.catalogues.litellm_prices import rate_of
from tests.syncers.sources.samples import SAMPLES


def claims() -> dict[str, Claim]:
    return {claim.offering: claim for claim in LiteLLM().parse(SAMPLES["litellm"].body()).claims}


def prices(claim: Claim) -> dict[str, Any]:
    return {name: value[0].amount or value[0].state for name, value in claim.values.items() if name.startswith(PREFIX)}


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("input_cost_per_token", RateKey("input")),
        ("input_cost_per_token_cache_hit", RateKey("cache_read")),
        ("output_cost_per_token_batches", RateKey("output", tier="batch")),
        ("input_cost_per_token_batch_requests", RateKey("input", tier="batch")),
        ("cache_creation_input_token_cost_above_1hr", RateKey("cache_write", ttl="1h")),
        (
            "cache_creation_input_token_cost_above_1hr_above_200k_tokens_priority",
            RateKey("cache_write", ttl="1h", above=200_000, tier="priority"),
        ),
        ("input_cost_per_audio_per_second_above_128k_tokens", RateKey("input", "audio", unit="second", above=128_000)),
        (
            "input_cost_per_video_per_second_above_15s_interval",
            RateKey("input", "video", unit="second", detail="longer:15s"),
        ),
        (
            "output_cost_per_image_above_512_and_512_pixels_and_premium_image",
            RateKey("output", "image", unit="image", detail="larger:512x512,quality:premium"),
        ),
        ("file_search_cost_per_gb_per_day", RateKey("storage", detail="file_search")),
        ("annotation_cost_per_page", RateKey("page", detail="annotated")),
        ("google_maps_grounding_cost_per_query", RateKey("search", detail="google_maps")),
        ("input_cost_per_text_message", RateKey("input", unit="message")),
        ("explicit_cache_read_input_token_cost", RateKey("cache_read", detail="explicit cache")),
        ("output_cost_per_image_0.5K", RateKey("output", "image", unit="image", detail="resolution:0.5K")),
        ("output_cost_per_image_1024", RateKey("output", "image", unit="image", detail="resolution:1024")),
    ],
)
def test_it_reads_price_keys(name: str, key: RateKey) -> None:
    rate = rate_of(name, "chat", {})

    assert (rate or [None])[0] == key


@pytest.mark.parametrize(
    "name",
    [
        "strange_cost_per_moon",
        "input_cost_per_token_priority_flex",
        "_priority",
        "ocr_cost_per_credit",
        "output_cost_per_second",
        "regional_processing_uplift_multiplier_eu",
        "input_cost_per_token_512",
    ],
)
def test_it_does_not_guess_the_meaning_of_a_price_key(name: str) -> None:
    assert rate_of(name, "chat", {}) is None


@pytest.mark.parametrize(
    ("key", "provider", "offering", "conditions"),
    [
        ("gpt-9", "openai", "openai/gpt-9", {}),
        ("deepinfra/meta-llama/Llama-9", "deepinfra", "deepinfra/meta-llama/Llama-9", {}),
        ("perplexity/perplexity/sonar", "perplexity", "perplexity/perplexity/sonar", {}),
        ("fal_ai/fal-ai/flux", "fal_ai", "fal/fal-ai/flux", {}),
        ("azure/us/gpt-9", "azure", "azure/gpt-9", {"region": "us"}),
        ("azure/high/1024-x-1536/gpt-image-9", "azure", "azure/gpt-image-9", {"detail": "quality:high,size:1024x1536"}),
        ("bedrock/us-gov-east-1/zai.glm-9", "bedrock", "bedrock/zai.glm-9", {"region": "us-gov-east-1"}),
        (
            "bedrock/*/6-month-commitment/cohere.command",
            "bedrock",
            "bedrock/cohere.command",
            {"plan": "6-month-commitment"},
        ),
        ("us.anthropic.claude-9-v1:0", "bedrock_converse", "bedrock/us.anthropic.claude-9-v1:0", {}),
        ("vertex_ai/meta/llama-9-maas", "vertex_ai-llama_models", "google-vertex/meta/llama-9-maas", {}),
        ("gpt-3.5-turbo-instruct", "text-completion-openai", "openai/gpt-3.5-turbo-instruct", {}),
        (
            "1024-x-1024/50-steps/bedrock/amazon.nova-canvas-v1:0",
            "bedrock",
            "bedrock/amazon.nova-canvas-v1:0",
            {"detail": "size:1024x1024,steps:50"},
        ),
        ("azure/speech/azure-tts", "azure", "azure/speech/azure-tts", {}),
        ("azure/us-gov/gpt-9", "azure", "azure/gpt-9", {"region": "us-gov"}),
        ("azure/apac/gpt-9", "azure", "azure/gpt-9", {"region": "apac"}),
        ("azure_ai/gpt-9", "azure_ai", "azure-ai/gpt-9", {}),
        ("azure_ai/global/grok-9", "azure_ai", "azure-ai/grok-9", {"region": "global"}),
        ("bedrock_mantle/openai.gpt-9", "bedrock_mantle", "bedrock-mantle/openai.gpt-9", {}),
        (
            "bedrock_mantle/us-gov-west-1/openai.gpt-9",
            "bedrock_mantle",
            "bedrock-mantle/openai.gpt-9",
            {"region": "us-gov-west-1"},
        ),
        (
            "fal_ai/xhigh/1024-x-768/openai/gpt-image-9/edit",
            "fal_ai",
            "fal/openai/gpt-image-9/edit",
            {"detail": "quality:xhigh,size:1024x768"},
        ),
        (
            "max-x-max/50-steps/stability.stable-diffusion-xl-v0",
            "bedrock",
            "bedrock/stability.stable-diffusion-xl-v0",
            {"detail": "size:maxxmax,steps:50"},
        ),
    ],
)
def test_it_takes_keys_apart(key: str, provider: str, offering: str, conditions: dict[str, str]) -> None:
    located = place(key, provider)

    assert (located.offering, located.conditions) == (offering, conditions)


def test_it_reads_the_prices_of_an_entry() -> None:
    assert prices(claims()["xai/grok-9"]) == {
        "price.input": Decimal(3),
        "price.output": Decimal(15),
        "price.cache_read": Decimal("0.75"),
        "price.input[above=128000]": Decimal(6),
        "price.input[tier=priority]": Decimal(6),
        "price.output[tier=batch]": Decimal("7.5"),
        "price.cache_write[ttl=1h;above=200000]": Decimal(12),
        "price.cache_read[tier=priority;above=200000]": Decimal(3),
        "price.search": Decimal("0.01"),
    }


def test_it_reads_limits_that_are_written_with_a_fraction() -> None:
    assert claims()["xai/grok-9"].values["max_input_tokens"] == 2_000_000


def test_it_has_no_opinion_where_a_flag_is_absent() -> None:
    values = claims()["xai/grok-9"].values

    assert values["supports_tools"] is True
    assert values["supports_vision"] is False
    assert "supports_reasoning" not in values
    assert values["retires_on"] == date(2027, 5, 1)


@pytest.mark.parametrize(("size", "length"), [(1024, 1024), (0, None), (None, None)])
def test_it_reads_the_length_of_vectors(size: int | None, length: int | None) -> None:
    entry = {"litellm_provider": "openai", "mode": "embedding", "output_vector_size": size}

    (embed,) = (embed for embed in with_entry(entry, "embed-9").claims if embed.offering == "openai/embed-9")

    assert embed.values.get("embedding_dimensions") == length


def test_it_ignores_the_legacy_limit() -> None:
    assert 8192 not in claims()["xai/grok-9"].values.values()


def test_it_skips_documentation_and_tariffs() -> None:
    assert not [offering for offering in claims() if "sample_spec" in offering or "4.1b" in offering]


def test_it_keeps_regional_prices_beside_the_ordinary_one() -> None:
    claim = claims()["azure/gpt-9"]

    assert prices(claim)["price.input"] == 2
    assert prices(claim)["price.input[region=eu]"] == Decimal("2.2")
    assert claim.values["max_input_tokens"] == 272_000


def test_it_reads_commitments_as_reserved_capacity() -> None:
    assert prices(claims()["bedrock/anthropic.claude-v2:1"]) == {
        "price.capacity[region=eu-central-1;plan=1-month-commitment]": Decimal(63)
    }


def with_entry(entry: dict[str, Any], key: str = "gpt-10") -> Parsed:
    return LiteLLM().parse(json.dumps({key: {"litellm_provider": "openai", "mode": "chat"} | entry}).encode())


@pytest.mark.parametrize(
    "keys",
    [
        ("input_cost_per_second", "output_cost_per_second"),
        ("cost_per_second", "input_cost_per_second"),
        ("cost_per_second", "input_cost_per_second", "output_cost_per_second"),
    ],
)
def test_capacity_is_stated_under_several_keys_alike(keys: tuple[str, ...]) -> None:
    parsed = with_entry(dict.fromkeys(keys, 0.01))

    assert prices(parsed.claims[0]) == {"price.capacity": Decimal(36)}
    assert parsed.notices == {}


def test_seconds_of_a_chat_are_reported_when_nothing_says_what_they_are() -> None:
    parsed = with_entry({"input_cost_per_second": 0.01})

    assert prices(parsed.claims[0]) == {}
    assert parsed.notices == {"price key input_cost_per_second": 1}


@pytest.mark.parametrize("name", ["input_cost_per_second", "output_cost_per_second"])
def test_a_transcription_is_billed_by_the_seconds_of_what_goes_in(name: str) -> None:
    parsed = with_entry({"mode": "audio_transcription", name: 0.0001})

    assert prices(parsed.claims[0]) == {"price.input[modality=audio;unit=second]": Decimal("0.0001")}


def test_settings_of_a_provider_are_no_prices_and_multipliers_are_reported() -> None:
    assert with_entry({"provider_specific_entry": {"schema": "titan_v2"}}).notices == {}
    assert with_entry({"provider_specific_entry": {"us": 1.1}}).notices == {"price key provider_specific_entry": 1}


_WEEK = [
    {"hours_utc": ["00:00-01:00", "04:00-06:00", "10:00-00:00"], "weekdays": [1, 2, 3, 4, 5]},
    {"hours_utc": "00:00-00:00", "weekdays": [6, 7]},
]
_WEEK_WRITTEN = "Mon 00:00-01:00Z+Mon-Fri 04:00-06:00Z+Mon-Thu 10:00-01:00Z+Fri 10:00-24:00Z+Sat,Sun"


@pytest.mark.parametrize(
    ("when", "schedule"),
    [
        ({"hours_utc": "16:30-00:30"}, "16:30-00:30Z"),
        ({"hours_utc": ["16:30-00:30", "04:00-06:00"]}, "04:00-06:00Z+16:30-00:30Z"),
        ({"windows": _WEEK}, _WEEK_WRITTEN),
        # The weekends of Shanghai begin and end at 16:00 UTC, when it is off-peak anyway.
        ({"windows": _WEEK, "weekday_timezone": "Asia/Shanghai"}, _WEEK_WRITTEN),
        ({"windows": _WEEK[1:], "weekday_timezone": "Asia/Shanghai"}, "Fri 16:00-24:00Z+Sun 00:00-16:00Z+Sat"),
    ],
)
def test_prices_at_some_hours_of_the_week_have_a_schedule(when: dict[str, Any], schedule: str) -> None:
    prices_then = {"input_cost_per_token": 1e-6, "output_cost_per_token": 0}
    parsed = with_entry({"input_cost_per_token": 2e-6, "off_peak_pricing": when | prices_then})

    assert prices(parsed.claims[0]) == {
        "price.input": Decimal(2),
        f"price.input[schedule={schedule}]": Decimal(1),
    }
    assert parsed.notices == {}


@pytest.mark.parametrize(
    ("entry", "notice"),
    [
        ({"off_peak_pricing": {"hours_utc": "half past four"}}, "off_peak_pricing"),
        ({"off_peak_pricing": {"hours_utc": "16:30-00:30", "moon": 1}}, "off_peak_pricing.moon"),
        ({"off_peak_pricing": {"windows": [{"hours_utc": "16:30-00:30", "holidays": True}]}}, "off_peak_pricing"),
        ({"off_peak_pricing": {"windows": [{"hours_utc": "16:30-00:30", "weekdays": [8]}]}}, "off_peak_pricing"),
        ({"off_peak_pricing": {"hours_utc": "00:00-00:00"}}, "off_peak_pricing"),
        (
            {"off_peak_pricing": {"windows": _WEEK, "weekday_timezone": "Europe/Berlin"}},
            "off_peak_pricing",
        ),
        (
            {"off_peak_pricing": {"hours_utc": "16:30-00:30"}, "input_cost_per_token_above_200k_tokens": 3e-6},
            "off_peak_pricing",
        ),
    ],
)
def test_hours_that_are_not_understood_are_reported(entry: dict[str, Any], notice: str) -> None:
    parsed = with_entry({"input_cost_per_token": 2e-6} | entry)

    assert not [name for name in parsed.claims[0].values if "schedule" in name]
    assert parsed.notices == {f"price key {notice}": 1}


@pytest.mark.parametrize(
    "when",
    [
        {"hours_utc": "half past four"},
        {"windows": [{"hours_utc": "16:30-00:30", "holidays": True}]},
        {"hours_utc": "16:30-00:30", "input_cost_per_token_above_200k_tokens": 3e-6},
    ],
)
def test_a_price_that_hours_not_understood_restate_is_no_price_of_every_hour(when: dict[str, Any]) -> None:
    long = {name: when.pop(name) for name in list(when) if "_above_" in name}
    entry = {"input_cost_per_token": 2e-6, "output_cost_per_token": 4e-6} | long
    parsed = with_entry(entry | {"off_peak_pricing": when | {"input_cost_per_token": 1e-6}})

    assert prices(parsed.claims[0]) == {"price.output": Decimal(4)}


def test_a_band_above_a_million_tokens_is_read() -> None:
    entry = {"input_cost_per_token": 1e-6, "input_cost_per_token_above_200k_tokens": 2e-6}
    parsed = with_entry(entry | {"input_cost_per_token_above_1m_tokens": 8e-6})

    assert prices(parsed.claims[0]) == {
        "price.input": 1, "price.input[above=200000]": 2, "price.input[above=1000000]": 8,
    }  # fmt: skip
    book = {parse_key(name): value for name, value in parsed.claims[0].values.items() if name.startswith(PREFIX)}
    then = Conditions(at=datetime(2026, 5, 14, tzinfo=UTC))
    assert price_usage(book, Usage(input_tokens=1_200_000), then).total == Decimal("9.6")


def test_a_price_with_a_band_not_understood_is_not_said_to_hold_above_it() -> None:
    entry = {"input_cost_per_token": 1e-6, "output_cost_per_token": 4e-6}
    parsed = with_entry(entry | {"input_cost_per_token_above_half_the_window_tokens": 2e-6})

    assert prices(parsed.claims[0]) == {"price.output": Decimal(4)}
    assert parsed.notices == {"price key input_cost_per_token_above_half_the_window_tokens": 1}


def test_it_knows_that_image_generators_state_their_output_as_input() -> None:
    assert prices(claims()["openai/dall-e-2"]) == {
        "price.output[modality=image;unit=pixel;detail=size:1024x1024]": Decimal("0.000000019")
    }


def test_it_does_not_take_zero_for_free() -> None:
    assert prices(claims()["bytedance/doubao-9"]) == {}


def test_it_takes_zero_for_free_where_the_key_says_so() -> None:
    assert set(prices(claims()["openrouter/z/gift:free"]).values()) == {Amounts.FREE}


def test_it_leaves_out_what_two_entries_of_one_offering_disagree_on() -> None:
    claim = claims()["deepseek/deepseek-chat"]

    assert prices(claim) == {"price.input": Decimal("0.28")}
    assert "max_input_tokens" not in claim.values
    assert claim.values["task"] == "chat"


def test_an_endpoint_of_its_own_takes_no_price_from_the_provider_beside_it() -> None:
    by_offering = claims()

    assert prices(by_offering["bedrock/openai.gpt-9-sol"]) == {
        "price.input": 2,
        "price.output": 10,
        "price.input[above=272000]": 4,
    }
    assert prices(by_offering["bedrock-mantle/openai.gpt-9-sol"]) == {
        "price.input": Decimal("2.2"),
        "price.output": 11,
        "price.input[above=272000]": Decimal("4.4"),
        "price.input[region=us-gov-west-1]": Decimal("2.4"),
        "price.output[region=us-gov-west-1]": 12,
    }
    assert prices(by_offering["azure-ai/gpt-9"]) == {"price.input": 3, "price.input[region=global]": Decimal("2.5")}
    assert prices(by_offering["azure/gpt-9"])["price.input"] == 2


def test_regions_sizes_and_qualities_are_prices_of_the_offering_and_no_offerings() -> None:
    by_offering = claims()
    image = "price.output[modality=image;unit=image"

    assert prices(by_offering["azure/gpt-9"])["price.input[region=us-gov]"] == Decimal("2.5")
    assert prices(by_offering["azure/gpt-9"])["price.input[region=apac]"] == Decimal("2.4")
    assert prices(by_offering["fal/openai/gpt-image-9/edit"]) == {
        f"{image}]": Decimal("0.036"),
        f"{image};detail=quality:xhigh,size:1024x768]": Decimal("0.1"),
        f"{image};detail=quality:max,size:1024x768]": Decimal("0.14445"),
    }
    assert not [offering for offering in by_offering if "-x-" in offering]


def test_a_condition_that_is_not_understood_is_reported_and_is_no_offering() -> None:
    parsed = LiteLLM().parse(SAMPLES["litellm"].body())

    assert parsed.notices["condition moon in a key"] == 1
    assert not [claim.offering for claim in parsed.claims if "moon/" in claim.offering]
    assert not [record for record in parsed.rejected if "moon/" in record.where]
    assert "price.input[region=moon]" not in claims()["azure/gpt-9"].values


def test_it_reads_both_entries_of_a_key_that_is_repeated() -> None:
    claim = claims()["bedrock/zai.glm-9"]

    assert prices(claim) == {}
    assert claim.values["supports_reasoning"] is True


def test_it_reads_prices_by_range_of_input() -> None:
    assert prices(claims()["alibaba/qwen-9"]) == {
        "price.input": Decimal("0.05"),
        "price.output": Decimal("0.4"),
        "price.input[above=256000]": Decimal("0.25"),
        "price.output[above=256000]": Decimal(2),
    }


def test_it_reports_what_it_does_not_understand() -> None:
    notices = LiteLLM().parse(SAMPLES["litellm"].body()).notices

    assert notices["price key strange_cost_per_moon"] == 1
    assert notices["tariff by size class"] == 1
    assert notices["entries of one offering disagree: price.input"] == 1


def test_a_list_of_outputs_or_endpoints_says_yes_to_its_words_and_nothing_of_others() -> None:
    document = json.loads(SAMPLES["litellm"].body())
    document["xai/grok-9"] |= {
        "supported_output_modalities": ["text", "image"],
        "supported_endpoints": ["/v1/chat/completions", "/v1/batch"],
    }
    values = {claim.offering: claim for claim in LiteLLM().parse(json.dumps(document).encode()).claims}[
        "xai/grok-9"
    ].values

    assert (values["supports_image_output"], values["supports_batch"]) == (True, True)
    assert "supports_video_output" not in values


def test_a_flag_that_the_list_of_modalities_contradicts_is_left_out() -> None:
    claim = with_entry(
        {
            "supported_modalities": ["text", "image"],
            "supported_output_modalities": ["audio"],
            "supports_vision": True,
            "supports_audio_input": True,
            "supports_audio_output": False,
            "supports_tools": False,
        }
    ).claims[0]

    assert claim.values["supports_vision"] is True
    assert {"supports_audio_input", "supports_audio_output"}.isdisjoint(claim.values)
    assert claim.values["output_modalities"] == ("audio",)


def test_pdf_that_only_the_flag_tells_is_among_what_goes_in() -> None:
    claim = with_entry({"supported_modalities": ["text", "image"], "supports_pdf_input": True}).claims[0]

    assert claim.values["input_modalities"] == ("image", "pdf", "text")
    assert claim.values["supports_pdf_input"] is True
