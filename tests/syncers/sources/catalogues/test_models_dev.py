from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from curation.core.claim import Claim
from registry.domain.rates import PREFIX, Amounts
from syncers.sources.catalogues.models_dev import ModelsDev
from tests.syncers.sources.samples import SAMPLES


def claims() -> dict[str, Claim]:
    return {claim.offering: claim for claim in ModelsDev().parse(SAMPLES["models-dev"].body()).claims}


def prices(claim: Claim) -> dict[str, Any]:
    return {name: value[0].amount or value[0].state for name, value in claim.values.items() if name.startswith(PREFIX)}


def test_it_prefers_the_true_size_of_a_context_tier() -> None:
    assert prices(claims()["openai/gpt-9"]) == {
        "price.input": Decimal(5),
        "price.output": Decimal(30),
        "price.cache_read": Decimal("0.5"),
        "price.input[above=272000]": Decimal(10),
        "price.output[above=272000]": Decimal(45),
        "price.input[tier=priority]": Decimal(10),
        "price.output[tier=priority]": Decimal(60),
    }


def test_it_reads_the_older_form_of_a_context_tier() -> None:
    assert prices(claims()["openai/gpt-9-old"])["price.input[above=200000]"] == 4


def test_it_reads_limits_dates_and_capabilities() -> None:
    values = claims()["openai/gpt-9"].values

    assert (values["context_window"], values["max_input_tokens"], values["max_output_tokens"]) == (
        1_050_000,
        922_000,
        128_000,
    )
    assert values["released_on"] == date(2026, 4, 1)
    assert values["knowledge_cutoff"] == "2025-12"
    assert values["reasoning_efforts"] == ("high", "low")
    assert (values["supports_image_output"], values["supports_video_output"]) == (False, False)
    assert {values[name] for name in ("supports_vision", "supports_pdf_input", "supports_structured_output")} == {True}
    assert values["supports_audio_input"] is False


def test_it_does_not_make_half_a_date_whole() -> None:
    assert "released_on" not in claims()["openai/gpt-9-old"].values


def test_it_leaves_out_1970() -> None:
    assert "released_on" not in claims()["openai/embed"].values


def test_it_does_not_take_a_limit_of_zero_for_a_limit() -> None:
    assert not {"context_window", "max_output_tokens"} & claims()["openai/gpt-9-old"].values.keys()


def test_it_has_no_opinion_on_the_status_of_unmarked_models() -> None:
    by_offering = claims()

    assert "status" not in by_offering["openai/gpt-9"].values
    assert by_offering["openai/gpt-9-old"].values["status"] == "deprecated"
    assert by_offering["nvidia/z/unknown"].values["status"] == "preview"


def test_it_does_not_take_zero_for_free() -> None:
    assert prices(claims()["nvidia/z/unknown"]) == {}
    assert prices(claims()["openai/embed"]) == {"price.input": Decimal("0.02")}


def test_it_takes_zero_for_free_where_the_id_says_so() -> None:
    assert set(prices(claims()["openrouter/z/gift:free"]).values()) == {Amounts.FREE}


def test_it_calls_the_tokens_of_a_plan_included() -> None:
    """models.dev#3302"""
    assert set(prices(claims()["zai-coding-plan/glm-9"]).values()) == {Amounts.INCLUDED}


def test_it_has_no_opinion_on_prices_without_a_cost_block() -> None:
    assert prices(claims()["together/z/no-cost"]) == {}


def test_the_length_of_a_vector_is_no_limit_of_output() -> None:
    document = json.loads(SAMPLES["models-dev"].body())
    document["openai"]["models"]["embed"] |= {"family": "text-embedding", "limit": {"context": 512, "output": 1024}}
    values = {claim.offering: claim for claim in ModelsDev().parse(json.dumps(document).encode()).claims}[
        "openai/embed"
    ].values

    assert values["context_window"] == 512
    assert "max_output_tokens" not in values


def test_prices_of_a_mode_that_is_no_service_tier_are_reported() -> None:
    document = json.loads(SAMPLES["models-dev"].body())
    modes = {"fast": {"cost": {"input": 9}, "provider": {"body": {"speed": "fast"}}}, "dream": {"cost": {"input": 8}}}
    document["openai"]["models"]["embed"]["experimental"] = {"modes": modes}

    assert ModelsDev().parse(json.dumps(document).encode()).notices["prices of mode dream"] == 1
    assert "prices of mode fast" not in ModelsDev().parse(json.dumps(document).encode()).notices


@pytest.mark.parametrize(
    ("block", "left"),
    [
        ({"peak": {"input": 0.44, "hours": ["01:00-04:00"]}}, {"price.output": Decimal("0.66")}),
        ({"peak": {"multiplier": 2, "hours": ["01:00-04:00"]}}, {}),
        ({"peak": [{"output": 1.32}]}, {"price.input": Decimal("0.22")}),
        ({"tiers": [{"input": 0.44, "tier": {"type": "time", "from": "01:00"}}]}, {"price.output": Decimal("0.66")}),
    ],
)
def test_a_price_that_a_block_not_understood_restates_is_no_price_of_every_hour(
    block: dict[str, Any], left: dict[str, Decimal]
) -> None:
    document = json.loads(SAMPLES["models-dev"].body())
    document["openai"]["models"]["embed"]["cost"] = {"input": 0.22, "output": 0.66} | block
    parsed = ModelsDev().parse(json.dumps(document).encode())

    assert prices({claim.offering: claim for claim in parsed.claims}["openai/embed"]) == left
    assert {"price key peak", "prices of tier type time"} & parsed.notices.keys()
