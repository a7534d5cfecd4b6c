"""Formats that know no hours: the price of the dearest ones, and a word on which they are where there is room."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from registry.formats import row
from tests.builders import listed
from tests.registry.formats.offered import ON, Offered, exported
from tests.registry.formats.test_genai_prices import NOON, cost

PEAK = "00:30-16:30Z"
FACTS = {
    "task": "chat",
    "price.input": listed("0.135"),
    f"price.input[schedule={PEAK}]": listed("0.27"),
    "price.output": listed("0.55"),
    f"price.output[schedule={PEAK}]": listed("1.1"),
}
DEEPSEEK = Offered("deepseek/deepseek-chat", FACTS)


def written(name: str, offering: Offered) -> Any:
    return json.loads(exported(name, offering), parse_float=Decimal)


def test_the_litellm_map_has_the_dearest_hours_and_says_which() -> None:
    (entry,) = written("litellm", DEEPSEEK).values()

    assert (entry["input_cost_per_token"], entry["output_cost_per_token"]) == (Decimal("2.7e-7"), Decimal("1.1e-6"))
    assert entry["metadata"] == {"notes": f"prices of the dearest hours, {PEAK}"}


def test_models_dev_has_the_dearest_hours() -> None:
    cost = written("models-dev", DEEPSEEK)["deepseek"]["models"]["deepseek-chat"]["cost"]

    assert cost == {"input": Decimal("0.27"), "output": Decimal("1.1")}


def test_a_row_of_25_columns_has_the_dearest_hours() -> None:
    flat = row.from_offering(DEEPSEEK.key, FACTS, {}, on=ON)

    assert (flat.input_per_1m, flat.output_per_1m) == (Decimal("0.27"), Decimal("1.1"))


def test_genai_prices_keeps_daily_windows_each_part_of_one_as_its_own() -> None:
    peaks = "01:00-04:00Z+06:00-10:00Z"
    offering = Offered("deepseek/m", {"price.input": listed("0.22"), f"price.input[schedule={peaks}]": listed("0.44")})

    assert [cost(offering, input_tokens=10**6, moment=NOON.replace(hour=hour)) for hour in (2, 5, 9, 12)] == [
        Decimal(price) for price in ("0.44", "0.22", "0.44", "0.22")
    ]


def test_genai_prices_has_the_dearest_hours_of_a_week_and_says_which() -> None:
    week = "Mon-Fri 01:00-04:00Z"
    offering = Offered("deepseek/m", {"price.input": listed("0.22"), f"price.input[schedule={week}]": listed("0.44")})

    (model,) = written("genai-prices", offering)[0]["models"]
    assert model["price_comments"] == f"prices of the dearest hours, {week}"
    assert cost(offering, input_tokens=10**6) == Decimal("0.44")


@pytest.mark.parametrize("name", ["litellm", "models-dev", "genai-prices"])
def test_no_format_has_an_ordinary_price_whose_window_is_dynamic(name: str) -> None:
    dynamic = [{"state": "dynamic", "currency": "USD"}]
    offering = Offered("deepseek/m", {"price.input": listed("0.22"), f"price.input[schedule={PEAK}]": dynamic})

    assert "0.22" not in exported(name, offering).decode()
    assert "2.2e-7" not in exported(name, offering).decode()
