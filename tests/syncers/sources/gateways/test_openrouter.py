from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from curation.core.claim import Claim
from registry.domain.rates import PREFIX, Amounts, parse_key
from registry.pricing import Conditions, Usage, price_usage
from syncers.kinds.dates import why_impossible
from syncers.kinds.record import Parsed
from syncers.sources.gateways.openrouter import OpenRouter
from tests.syncers.sources.samples import SAMPLES


def parsed(*changes: tuple[int, str, Any]) -> Parsed:
    document = SAMPLES["openrouter"].document()
    for index, key, value in changes:
        document["data"][index][key] = value
    return OpenRouter().parse(json.dumps(document).encode())


def claims(*changes: tuple[int, str, Any]) -> dict[str, Claim]:
    return {claim.offering: claim for claim in parsed(*changes).claims}


def prices(claim: Claim) -> dict[str, Any]:
    return {name: value[0].amount or value[0].state for name, value in claim.values.items() if name.startswith(PREFIX)}


def test_it_gives_token_prices_per_million() -> None:
    assert prices(claims()["openrouter/openai/gpt-9"]) == {
        "price.input": Decimal("2.5"),
        "price.output": Decimal(10),
        "price.search": Decimal("0.01"),
        "price.cache_read": Decimal("0.25"),
        "price.input[modality=image;unit=image]": Decimal("0.003613"),
        "price.input[above=272000]": Decimal(5),
        "price.output[above=272000]": Decimal(15),
    }


def test_it_takes_the_cap_of_the_endpoint_for_the_context_window() -> None:
    assert claims()["openrouter/openai/gpt-9"].values["context_window"] == 922_000


def test_it_takes_the_cap_of_the_model_where_the_endpoint_has_none() -> None:
    assert claims()["openrouter/openai/gpt-9:free"].values["context_window"] == 32_768


def test_it_says_yes_and_no_where_a_list_is_given() -> None:
    values = claims()["openrouter/openai/gpt-9"].values

    assert {values[name] for name in ("supports_vision", "supports_pdf_input", "supports_tools")} == {True}
    assert values["supports_audio_input"] is False
    assert values["supports_structured_output"] is False
    assert values["input_modalities"] == ("image", "pdf", "text")


def test_it_says_what_comes_out_where_that_is_listed() -> None:
    by_offering = claims()

    assert by_offering["openrouter/google/veo-9"].values["supports_video_output"] is True
    assert by_offering["openrouter/google/gemini-9"].values["supports_image_output"] is True
    assert by_offering["openrouter/openai/gpt-9"].values["supports_image_output"] is False


@pytest.mark.parametrize("listed", [None, []])
def test_it_has_no_opinion_on_tools_without_a_list(listed: Any) -> None:
    assert "supports_tools" not in claims((0, "supported_parameters", listed))["openrouter/openai/gpt-9"].values


def test_it_does_not_take_the_day_of_listing_for_the_day_of_release() -> None:
    assert "released_on" not in claims()["openrouter/openai/gpt-9"].values


def test_it_reads_the_retirement_day_but_not_the_one_that_means_never() -> None:
    assert claims()["openrouter/openai/gpt-9"].values["retires_on"] == date(2027, 1, 1)
    never = claims()["openrouter/openai/gpt-9:free"].values["retires_on"]
    assert why_impossible("retires_on", never, on=date(2026, 8, 16))


def test_it_gives_the_permanent_slug_to_the_plain_row_only() -> None:
    assert "openai/gpt-9-20260601" in claims()["openrouter/openai/gpt-9"].aliases
    assert claims()["openrouter/openai/gpt-9:free"].aliases == ()


def test_it_keeps_no_permanent_slug_that_is_another_row() -> None:
    changed = claims((5, "canonical_slug", "openai/embed-9"))

    assert changed["openrouter/google/gemini-9"].aliases == ()


def test_it_makes_a_pointer_an_alias_of_its_target() -> None:
    by_offering = claims()

    assert "openrouter/~openai/gpt-latest" not in by_offering
    assert "~openai/gpt-latest" in by_offering["openrouter/openai/gpt-9"].aliases


def test_it_keeps_a_pointer_without_target_as_it_is_billed() -> None:
    assert prices(claims()["openrouter/~gone/latest"]) == {"price.input": 1, "price.output": 2}


def test_it_calls_the_price_of_a_router_dynamic() -> None:
    assert set(prices(claims()["openrouter/openrouter/auto"]).values()) == {Amounts.DYNAMIC}


def test_it_takes_zero_for_free_on_text_models() -> None:
    assert set(prices(claims()["openrouter/openai/gpt-9:free"]).values()) == {Amounts.FREE}


def test_it_does_not_take_zero_for_free_on_models_billed_by_something_else() -> None:
    assert prices(claims()["openrouter/google/veo-9"]) == {}


def test_it_leaves_out_speech_prices_whose_unit_is_not_said() -> None:
    assert prices(claims()["openrouter/openai/whisper-1"]) == {}
    assert parsed().notices["unit of transcription prices"] == 1


def test_it_takes_speech_prices_where_tokens_are_billed_both_ways() -> None:
    changed = claims((6, "pricing", {"prompt": "0.00000125", "completion": "0.000005"}))

    assert prices(changed["openrouter/openai/whisper-1"]) == {"price.input": Decimal("1.25"), "price.output": 5}


def test_it_tells_image_prices_per_token_from_those_per_image() -> None:
    by_rate = prices(claims()["openrouter/google/gemini-9"])

    assert by_rate["price.input[modality=image]"] == Decimal("0.6")
    assert by_rate["price.output[modality=image]"] == 30
    assert "price.input[modality=image;unit=image]" not in by_rate


def test_it_reports_an_audio_price_whose_unit_is_not_clear() -> None:
    assert "price.input[modality=audio]" not in prices(claims()["openrouter/mistralai/voxtral"])
    assert parsed().notices["unit of `audio`"] == 1


def test_it_cleans_prices_that_went_through_binary_arithmetic() -> None:
    assert prices(claims()["openrouter/google/gemini-9"])["price.input"] == Decimal("0.6")


def test_it_has_no_opinion_on_the_output_price_of_an_embedding() -> None:
    assert prices(claims()["openrouter/openai/embed-9"]) == {"price.input": Decimal("0.02")}


def test_it_reports_price_keys_and_overrides_that_are_new() -> None:
    pricing = {"prompt": "0.1", "moon": "1", "overrides": [{"hour": 3, "prompt": "0.2"}]}

    notices = parsed((0, "pricing", pricing)).notices

    assert notices["price key moon"] == 1
    assert notices["override hour"] == 1


def with_overrides(*overrides: dict[str, Any]) -> dict[str, Any]:
    pricing = {"prompt": "0.00000022", "completion": "0.00000066", "overrides": list(overrides)}
    return prices(claims((0, "pricing", pricing))["openrouter/openai/gpt-9"])


def at(start: Any, end: Any, **more: str) -> dict[str, Any]:
    return {"utc_start": start, "utc_end": end, **more}


def test_prices_at_some_hours_of_the_day_have_a_schedule() -> None:
    dear = {"prompt": "0.00000044"}

    assert with_overrides(at("01:00", "04:00", **dear), at("06:00", "10:00", **dear)) == {
        "price.input": Decimal("0.22"),
        "price.output": Decimal("0.66"),
        "price.input[schedule=01:00-04:00Z+06:00-10:00Z]": Decimal("0.44"),
    }


def test_a_call_in_a_dear_hour_costs_what_that_hour_costs() -> None:
    pricing = {"prompt": "0.00000022", "overrides": [at("01:00", "04:00", prompt="0.00000044")]}
    values = claims((0, "pricing", pricing))["openrouter/openai/gpt-9"].values
    book = {parse_key(name): value for name, value in values.items() if name.startswith(PREFIX)}

    for hour, total in ((2, "0.44"), (5, "0.22")):
        then = Conditions(at=datetime(2026, 9, 1, hour, 30, tzinfo=UTC))
        assert price_usage(book, Usage(input_tokens=10**6), then).total == Decimal(total)


def test_of_two_windows_that_hold_at_once_the_later_wins() -> None:
    by_rate = with_overrides(at("22:00", "04:00", prompt="0.0000004"), at("03:00", "05:00", prompt="0.0000006"))

    assert by_rate["price.input[schedule=22:00-03:00Z]"] == Decimal("0.4")
    assert by_rate["price.input[schedule=03:00-05:00Z]"] == Decimal("0.6")


@pytest.mark.parametrize(
    "condition", [{"weekday": 6}, at("late", "04:00"), at("01:00", None), at("03:00", "03:00"), {"utc_start": 1}]
)
def test_a_price_restated_under_a_condition_not_understood_is_no_price_of_every_hour(condition: dict[str, Any]) -> None:
    assert with_overrides({"prompt": "0.00000044"} | condition) == {"price.output": Decimal("0.66")}


def test_a_condition_not_understood_that_names_no_price_may_mean_all_of_them() -> None:
    assert with_overrides({"weekday": 6, "factor": 2}) == {}
