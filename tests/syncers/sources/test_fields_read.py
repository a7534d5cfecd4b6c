"""Fields that sources state beside prices and limits, read from a minimal record of each."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from syncers.registry import load

RECORDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "vercel-ai-gateway": (
        {"id": "acme/canto", "name": "Canto", "description": "A model."},
        {"name": "Canto", "description": "A model."},
    ),
    "venice": (
        {
            "id": "canto",
            "model_spec": {
                "name": "Canto",
                "description": "A model.",
                "privacy": "private",
                "deprecation": {"replacementModelId": "canto-2"},
                "capabilities": {
                    "maxImages": 10,
                    "supportsLogProbs": False,
                    "reasoningEffortOptions": ["low", "xhigh"],
                },
            },
        },
        {
            "name": "Canto",
            "description": "A model.",
            "data_policy": "private",
            "successor": "venice/canto-2",
            "max_images": 10,
            "supports_logprobs": False,
            "reasoning_efforts": ("low", "xhigh"),
            "supports_xhigh_reasoning_effort": True,
            "supports_max_reasoning_effort": None,
        },
    ),
    "openrouter": (
        {
            "id": "acme/canto",
            "architecture": {"tokenizer": "GPT"},
            "top_provider": {"is_moderated": False},
            "reasoning": {"mandatory": True, "default_enabled": True, "default_effort": "high"},
            "supported_parameters": ["tools", "top_p"],
            "supported_voices": ["Zephyr", "en-US-Harper:MAI-Voice-2"],
        },
        {
            "tokenizer": "GPT",
            "is_moderated": False,
            "reasoning_mandatory": True,
            "reasoning_by_default": True,
            "default_reasoning_effort": "high",
            "supported_parameters": ("tools", "top_p"),
            "voices": ("Zephyr", "en-US-Harper:MAI-Voice-2"),
        },
    ),
    "requesty": ({"id": "canto", "description": "A model."}, {"description": "A model."}),
    "zenmux": (
        {
            "id": "acme/canto",
            "publish_time": "2026-06-23",
            "display_name": "Acme: Canto",
            "capabilities": {"reasoning": False},
            "input_modalities": ["text", "image"],
            "output_modalities": ["text"],
            "pricings": {},
        },
        {
            "name": "Acme: Canto",
            "released_on": date(2026, 6, 23),
            "supports_reasoning": False,
            "input_modalities": ("image", "text"),
            "output_modalities": ("text",),
        },
    ),
    "novita": (
        {"id": "acme/canto", "display_name": "Canto", "description": "A model.", "model_type": "embedding"},
        {"name": "Canto", "description": "A model."},
    ),
    "together": (
        {
            "id": "acme/canto",
            "display_name": "Canto",
            "license": "apache-2.0",
            "type": "chat",
            "config": {"max_output_length": 8192},
        },
        {"name": "Canto", "license": "apache-2.0", "max_output_tokens": 8192},
    ),
}


def stated(slug: str, record: dict[str, Any], holder: str = "data") -> dict[str, Any]:
    """What a source states of a list of one record."""
    document: Any = [record] if slug == "together" else {holder: [record]}
    (claim,) = load(slug)().parse(json.dumps(document).encode()).claims
    return dict(claim.values)


@pytest.mark.parametrize("slug", RECORDS)
def test_what_a_record_states_is_read(slug: str) -> None:
    record, expected = RECORDS[slug]
    values = stated(slug, record)
    assert {name: values.get(name) for name in expected} == expected


@pytest.mark.parametrize(("word", "expected"), [(True, True), (False, None)])
def test_cohere_s_false_states_nothing_about_images(word: bool, expected: bool | None) -> None:
    record = {"name": "canto", "endpoints": ["chat"], "supports_vision": word}
    assert stated("cohere", record, "models").get("supports_vision") is expected


def test_vercel_states_prices_by_size_by_second_and_by_character() -> None:
    pricing = {
        "speech_input_character_cost": "0.000015",
        "image_dimension_quality_pricing": [
            {"size": "1024x1024", "quality": "low", "cost": "0.04"},
            {"size": "1024x1024", "operation": "edit", "cost": "0.09"},  # a parameter that is not known
        ],
        "video_duration_pricing": [
            {"resolution": "720p", "audio": True, "cost_per_second": "0.4"},
            {"resolution": "480p", "cost_per_second": "0.1"},
            {"resolution": "480p", "cost_per_second": "0.2"},  # two prices under the same parameters
        ],
    }
    values = stated("vercel-ai-gateway", {"id": "acme/canto", "pricing": pricing})
    assert {name: line[0].amount for name, line in values.items()} == {
        "price.character": Decimal(15),
        "price.output[modality=image;unit=image;detail=quality:low,size:1024x1024]": Decimal("0.04"),
        "price.output[modality=video;unit=second;detail=audio:yes,resolution:720p]": Decimal("0.4"),
    }


def litellm(entry: dict[str, Any]) -> dict[str, Any]:
    """What the LiteLLM source states of one entry of its map."""
    document = {"acme/canto": {"litellm_provider": "xai", "mode": "chat", **entry}}
    (claim,) = load("litellm")().parse(json.dumps(document).encode()).claims
    return dict(claim.values)


def test_litellm_states_limits_and_efforts_one_by_one() -> None:
    values = litellm({
        "rpm": 10, "tpm": 250_000, "prompt_cache_min_tokens": 1024, "max_images_per_prompt": 3000,
        "supports_xhigh_reasoning_effort": True, "supports_none_reasoning_effort": False, "supports_tool_choice": True,
    })  # fmt: skip
    assert values == {
        "task": "chat",
        "requests_per_minute": 10,
        "tokens_per_minute": 250_000,
        "prompt_cache_min_tokens": 1024,
        "max_images": 3000,
        "supports_xhigh_reasoning_effort": True,
        "supports_none_reasoning_effort": False,
        "supports_tool_choice": True,
    }


def test_litellm_states_token_prices_of_regions_by_a_factor() -> None:
    values = litellm(
        {
            "input_cost_per_token": 2e-06,
            "cache_creation_input_token_cost_above_12hr": 4e-06,
            "input_cost_per_query": 0.01,
            "regional_processing_uplift_multiplier_eu": 1.1,
        }
    )
    assert {name: line[0].amount for name, line in values.items() if name.startswith("price.")} == {
        "price.input": Decimal(2),
        "price.input[region=eu]": Decimal("2.2"),
        "price.cache_write[ttl=12h]": Decimal(4),
        "price.cache_write[ttl=12h;region=eu]": Decimal("4.4"),
        "price.search": Decimal("0.01"),
    }
