"""xAI's price page. Models and prices are made up; the shapes are those of its real copies."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Final

import pytest

from tests.syncers.sources.pages.samples import amounts, copy_of, parse, replaced, texts, values

SLUG: Final = "xai-pricing"
LARGE: Final = "xai/grok-9.2"
REASONING: Final = "xai/grok-9.0-0415-reasoning"
MINI: Final = "xai/grok-9-mini"
ROW: Final = "| grok-9.2 (≥ 200k prompt tokens) | 500k | $6.00 | $1.20 | $18.00 |\n"


def test_two_rows_are_prices_by_the_size_of_the_prompt() -> None:
    assert amounts(parse(SLUG), LARGE) == {
        "input": "3", "cache_read": "0.6", "output": "9",
        "input[above=200000]": "6", "cache_read[above=200000]": "1.2", "output[above=200000]": "18",
        "input[tier=priority]": "6", "cache_read[tier=priority]": "1.2", "output[tier=priority]": "18",
        "input[tier=priority;above=200000]": "12", "cache_read[tier=priority;above=200000]": "2.4",
        "output[tier=priority;above=200000]": "36",
        "input[region=us]": "3.3", "cache_read[region=us]": "0.66", "output[region=us]": "9.9",
        "input[above=200000;region=us]": "6.6", "cache_read[above=200000;region=us]": "1.32",
        "output[above=200000;region=us]": "19.8",
    }  # fmt: skip


def test_a_discount_holds_for_the_models_below_it() -> None:
    parsed = parse(SLUG)
    batch = {name: amount for name, amount in amounts(parsed, REASONING).items() if "batch" in name}
    assert batch == {
        "input[tier=batch]": "1.4", "cache_read[tier=batch]": "0.2", "output[tier=batch]": "2.8",
        "input[tier=batch;above=200000]": "2.8", "cache_read[tier=batch;above=200000]": "0.4",
        "output[tier=batch;above=200000]": "5.6",
    }  # fmt: skip
    assert amounts(parsed, MINI)["input[tier=batch]"] == "0.28"
    assert not values(parsed, "xai/grok-8")


def test_a_model_with_one_row_and_without_a_price_of_the_cache() -> None:
    assert amounts(parse(SLUG), MINI) == {
        "input": "0.4", "output": "0.8", "input[tier=priority]": "0.8", "output[tier=priority]": "1.6",
        "input[tier=batch]": "0.28", "output[tier=batch]": "0.56",
    }  # fmt: skip


def test_images_and_seconds_of_video_have_no_other_tiers() -> None:
    parsed = parse(SLUG)
    assert amounts(parsed, "xai/grok-picture") == {"output[modality=image;unit=image]": "0.03"}
    assert amounts(parsed, "xai/grok-film") == {"output[modality=video;unit=second]": "0.06"}
    assert not parsed.notices


def test_a_computed_price_names_its_cell_and_the_rule() -> None:
    claim = next(claim for claim in parse(SLUG).claims if claim.offering == REASONING)
    cell, rule = claim.evidence["price.output[tier=batch;above=200000]"]
    assert (cell.row, cell.text) == ("grok-9.0-0415-reasoning (≥ 200k prompt tokens)", "$7.00")
    assert rule.text == "20% off standard rates"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (ROW, ""),
        (ROW, ROW * 2),
        (ROW, ROW.replace("200k", "128k")),
        (ROW, ROW.replace("≥", ">")),
        (ROW, ROW.replace(" (≥ 200k prompt tokens)", "")),
        ("$6.00", "$2.00"),
    ],
)
def test_a_model_whose_two_rows_are_not_understood_is_held(old: str, new: str) -> None:
    parsed = replaced(SLUG, old, new)
    assert not values(parsed, LARGE)
    assert parsed.rejected
    assert amounts(parsed, REASONING) == amounts(parse(SLUG), REASONING)


@pytest.mark.parametrize(
    ("tier", "old", "new"),
    [
        ("tier=batch", "20% off standard rates", "20% or more off standard rates"),
        ("tier=batch", "**20% off standard rates**\n\n", ""),
        ("tier=batch", "- grok-8", "- and older models"),
        ("tier=batch", "applies to all token types. Batch", "applies to output tokens. Batch"),
        ("tier=batch", "Models not listed above have no batch discount.", "All others: 10%."),
        ("tier=batch", "## Batch API Pricing", "## Batch"),
        ("tier=priority", "**2x** standard rates", "up to **2x** standard rates"),
        ("tier=priority", "The 2x multiplier", "The 3x multiplier"),
        ("tier=priority", "Priority requests cost", "For grok-9.2, priority requests cost"),
        ("tier=priority", "| | Standard | Priority |", "| | Standard | Express |"),
        ("region=us", "Currently `grok-9.2` and `grok-9.1` only", "All models"),
        ("region=us", "including long-context rates", "excluding long-context rates"),
        ("region=us", "**1.1x** standard rates |", "**1.1x** standard rates | 3 |"),
    ],
)
def test_a_rule_that_is_not_understood_computes_nothing(tier: str, old: str, new: str) -> None:
    parsed = replaced(SLUG, old, new)
    assert not [name for claim in parsed.claims for name in claim.values if tier in name]
    assert parsed.absent
    assert amounts(parsed, LARGE)["input"] == "3"
    assert all(claim.leaves_open(f"price.input[{tier}]") for claim in parsed.claims)


def test_a_cost_of_another_unit_is_held() -> None:
    parsed = replaced(SLUG, "$0.03 / image", "$0.03 / megapixel")
    assert not values(parsed, "xai/grok-picture")
    assert amounts(parsed, "xai/grok-film")


def test_a_column_per_1000_tokens_is_another_table() -> None:
    pages = texts(SLUG)[""].replace("Input / 1M tokens |", "Input / 1K tokens |", 1)
    assert not values(parse(SLUG, {"": pages}), LARGE)


def _copy(name: str) -> str:
    return copy_of("xai", name)


def test_the_copy_of_autumn_2026() -> None:
    parsed = parse(SLUG, {"": _copy("pricing-undated.md")})
    assert not any((parsed.absent, parsed.notices, parsed.rejected, parsed.unreadable))
    assert len(parsed.claims) == 8
    large = amounts(parsed, "xai/grok-4.7")
    assert (large["input"], large["cache_read"], large["output"]) == ("2", "0.5", "6")
    assert (large["input[above=200000]"], large["output[above=200000]"]) == ("4", "12")
    # The page prints what its factor for the US makes of this model.
    assert [large[f"{meter}[region=us]"] for meter in ("input", "cache_read", "output")] == ["2.2", "0.55", "6.6"]
    assert [large[f"{meter}[above=200000;region=us]"] for meter in ("input", "cache_read", "output")] == [
        "4.4", "1.1", "13.2",
    ]  # fmt: skip
    assert not [name for name in large if "batch" in name]
    assert amounts(parsed, "xai/grok-4.5")["cache_read[above=200000]"] == "0.6"
    assert amounts(parsed, "xai/grok-4.3")["output[tier=batch]"] == "2"
    assert amounts(parsed, "xai/grok-4.20-multi-agent-0309")["cache_read[tier=batch;above=200000]"] == "0.32"
    assert amounts(parsed, "xai/grok-build-0.1")["output[tier=priority;above=200000]"] == "8"


def test_the_excerpt_with_images() -> None:
    parsed = parse(SLUG, {"": _copy("models-excerpt-undated.md")})
    assert not any((parsed.rejected, parsed.unreadable))
    assert len(parsed.absent) == 3, "the sections with factors are not in the excerpt"
    assert amounts(parsed, "xai/grok-imagine-image") == {"output[modality=image;unit=image]": "0.02"}
    assert amounts(parsed, "xai/grok-imagine-video") == {"output[modality=video;unit=second]": "0.05"}


def test_the_prices_are_those_of_the_data_behind_the_models_page() -> None:
    """In 1/10,000 of a dollar for 1M tokens."""
    parsed = parse(SLUG, {"": _copy("pricing-undated.md")})
    data = json.loads(_copy("models-embedded-useast1-undated.js.txt").partition("=")[2].rstrip("; \n"))
    models = data["clusterConfigs"][0]["languageModels"]
    for model in models:
        rates = amounts(parsed, f"xai/{model['name']}")
        for rate, name in (
            ("input", "promptTextTokenPrice"), ("cache_read", "cachedPromptTokenPrice"),
            ("output[above=200000]", "completionTokenPriceLongContext"),
        ):  # fmt: skip
            assert Decimal(rates[rate]) == Decimal(model[name]) / 10_000, model["name"]
        assert model["longContextThreshold"] == "200000"
    assert len(models) == 7
