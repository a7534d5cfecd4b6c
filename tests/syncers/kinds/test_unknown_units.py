from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from curation.core.claim import Claim, claim
from registry.domain import rates
from syncers.kinds.unknown_units import without_unknown_units
from syncers.sources.catalogues.litellm import LiteLLM
from syncers.sources.catalogues.models_dev import ModelsDev

IMAGE = {"input_modalities": ["text"], "output_modalities": ["image"]}
SPEECH = {"input_modalities": ["text"], "output_modalities": ["audio"]}
HEARD = {"input_modalities": ["audio"], "output_modalities": ["text"]}


def said(about: dict[str, Any], **prices: str) -> Claim:
    values = {name.replace("_", ".", 1): rates.price(amount) for name, amount in prices.items()}
    return claim("acme/rocket-1", {"name": "Rocket 1", **about, **values})


@pytest.mark.parametrize(
    ("about", "prices"),
    [
        ({"input_modalities": ["image"], "output_modalities": ["text"]}, {"price_input": "0.0000025"}),
        (IMAGE, {"price_input": "0.000053", "price_output": "0.00011"}),
        ({"task": "image"}, {"price_input": "0.04", "price_output": "0.04"}),
        (HEARD, {"price_input": "0.00236", "price_output": "0.00236", "price_output[modality=audio]": "2.36"}),
        ({"task": "transcription"}, {"price_input": "0.003"}),
        (SPEECH, {"price_input": "40"}),
        ({"input_modalities": ["text"], "output_modalities": ["video"]}, {"price_input": "0.6"}),
    ],
    ids=["resnet-50", "flux-1-schnell", "flux-kontext-pro", "kb-whisper", "whisper", "orpheus", "wan-2.2"],
)
def test_a_token_price_of_a_model_that_is_not_billed_by_tokens_is_left_out(about, prices):
    left, why = without_unknown_units(said(about, **prices))

    assert not [name for name in left.values if name.startswith(rates.PREFIX)]
    assert left.values["name"] == "Rocket 1"
    assert why.startswith("unit of ")


@pytest.mark.parametrize(
    ("about", "prices"),
    [
        ({"task": "transcription"}, {"price_input": "2.5", "price_output": "10"}),
        ({"task": "image"}, {"price_input": "5", "price_output[modality=image]": "40"}),
        (SPEECH, {"price_input": "0.5", "price_output": "10"}),
        (HEARD, {"price_input[modality=audio]": "6", "price_output": "10"}),
        ({"task": "image"}, {"price_output[modality=image;unit=image]": "0.04"}),
        ({"task": "chat", "output_modalities": ["image", "text"]}, {"price_input": "0.3", "price_output": "0.3"}),
        ({"task": "embedding"}, {"price_input": "0.00001"}),
        ({}, {"price_input": "0.00001"}),
    ],
)
def test_a_price_whose_unit_is_known_stays(about, prices):
    priced = said(about, **prices)

    assert without_unknown_units(priced) == (priced, "")


def test_a_free_or_included_model_of_another_kind_keeps_its_answer():
    included = claim("acme/rocket-1", {"task": "speech", "price.input": rates.stated(rates.Amounts.INCLUDED)})

    assert without_unknown_units(included) == (included, "")


def test_the_run_says_how_many_prices_have_no_known_unit():
    entry = {"litellm_provider": "fireworks_ai", "mode": "image_generation", "input_cost_per_token": 1.3e-10}
    models = {f"fireworks_ai/sdxl-{n}": entry | {"output_cost_per_token": 1.3e-10} for n in range(2)}
    parsed = LiteLLM().parse(json.dumps(models).encode())

    assert [dict(stated_claim.values) for stated_claim in parsed.claims] == [{"task": "image"}] * 2
    assert parsed.notices == {"unit of image prices": 2}


def test_an_explicit_unit_is_kept_beside_the_price_without_one():
    row = {
        "id": "whisper",
        "name": "W",
        "modalities": {"input": ["audio"], "output": ["text"]},
        "cost": {"input": 0.003},
    }
    parsed = ModelsDev().parse(json.dumps({"groq": {"models": {"whisper": row}}}).encode())

    assert "price.input" not in parsed.claims[0].values
    assert parsed.notices == {"unit of audio prices": 1}

    entry = {"litellm_provider": "groq", "mode": "audio_transcription", "input_cost_per_second": 3e-5}
    (parsed_claim,) = (
        LiteLLM().parse(json.dumps({"groq/whisper": entry | {"input_cost_per_token": 3e-5}}).encode()).claims
    )
    assert {name: line[0].amount for name, line in parsed_claim.values.items() if name.startswith(rates.PREFIX)} == {
        "price.input[modality=audio;unit=second]": Decimal("0.00003")
    }
