from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from registry import display
from registry.domain import rates

DATED = rates.line(
    [
        rates.PricePoint(Decimal(3), valid_to=date(2026, 1, 1)),
        rates.PricePoint(Decimal(2), valid_from=date(2026, 1, 1)),
    ]
)

VALUES = [
    ("price.input", rates.encode(rates.price("2.50")), "$2.5 / 1M tokens"),
    ("price.input", rates.encode(rates.price("0.000000001")), "$0.000000001 / 1M tokens"),
    ("price.input", rates.encode(rates.price("0.3", currency="EUR")), "0.3 EUR / 1M tokens"),
    ("price.input", rates.encode(rates.price("0")), "free"),
    ("price.input", rates.encode(rates.stated(rates.Amounts.DYNAMIC)), "dynamic"),
    ("price.input", rates.encode(DATED), "$3 / 1M tokens until 2026-01-01; $2 / 1M tokens from 2026-01-01"),
    ("price.output[unit=image]", rates.encode(rates.price("0.04")), "$0.04 / image"),
    ("context_window", 200_000, "200,000"),
    ("supports_tools", True, "yes"),
    ("supports_tools", False, "no"),
    ("supports_tools", None, "none"),
    ("input_modalities", ["image", "text"], "image, text"),
    ("input_modalities", [], "none"),
    ("benchmark.mmlu", "88.70", "88.70"),
]


@pytest.mark.parametrize(("field", "data", "expected"), VALUES)
def test_values_are_exact_and_in_words(field, data, expected):
    assert display.text(field, data) == expected


@pytest.mark.parametrize(
    ("factor", "expected"),
    [
        (None, ""), ("1", ""), ("1.25", "+25 %"), ("0.9", "−10 %"), ("1.00001", "+0.001 %"),
        ("2", "×2"), ("1000000", "×1,000,000"), ("0.5", "÷2"), ("0.001", "÷1,000"),
    ],
)  # fmt: skip
def test_a_movement_is_never_rounded_to_nothing(factor, expected):
    assert display.movement(Decimal(factor) if factor else None) == expected


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("price.input", "Input price"),
        ("price.input[tier=batch;above=200000]", "Input price, batch, above 200,000 tokens"),
        ("price.cache_write[ttl=1h]", "Cache write price, 1h"),
        ("context_window", "Context window"),
        ("benchmark.mmlu", "MMLU"),
    ],
)
def test_fields_have_names_for_people(field, expected):
    assert display.label(field) == expected


def test_the_price_of_a_day_is_the_point_that_holds_then():
    line = rates.encode(DATED)

    assert display.amount(line, date(2025, 12, 31)) == "$3"
    assert display.amount(line, date(2026, 1, 1)) == "$2"
