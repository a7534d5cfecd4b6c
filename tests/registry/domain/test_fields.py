from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain import columns as projection
from registry.domain import fields, rates
from registry.models import Offering

KEPT_BESIDES = {
    "id",
    "key",
    "provider",
    "native_id",
    "facts",
    "provenance",
    "behind",
    "serial",
    "not_seen_since",
    "source",
    "quality",
    "pinned_fields",
    "disputed_fields",
    "created_at",
    "updated_at",
    "missing_since",
    "revision",
    "pricing",
}


def test_it_has_a_column_for_every_declared_field_and_a_field_for_every_column():
    columns = {column.name for column in Offering._meta.concrete_fields}

    declared = {field.column for field in fields.FIELDS.values() if field.column}
    assert columns == declared | set(projection.PRICE_COLUMNS) | KEPT_BESIDES


def test_it_labels_every_field_once():
    labels = [field.label for field in fields.FIELDS.values()]

    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(
    ("name", "given_", "clean", "encoded"),
    [
        ("name", "  Rocket 1 ", "Rocket 1", "Rocket 1"),
        ("name", "Ракета 🚀", "Ракета 🚀", "Ракета 🚀"),
        ("description", "Two\nlines,\ta tab", "Two\nlines,\ta tab", "Two\nlines,\ta tab"),
        ("model", "Mistral-AI/Mistral_Large 2.1", "mistralai/mistral-large-2-1", "mistralai/mistral-large-2-1"),
        ("model", "anthropic/claude-opus-4.5", "anthropic/claude-opus-4-5", "anthropic/claude-opus-4-5"),
        ("task", "chat", "chat", "chat"),
        ("status", "retired", "retired", "retired"),
        ("released_on", date(2025, 3, 31), date(2025, 3, 31), "2025-03-31"),
        ("released_on", "2025-03-31", date(2025, 3, 31), "2025-03-31"),
        ("knowledge_cutoff", "2025", "2025", "2025"),
        ("knowledge_cutoff", "2025-03", "2025-03", "2025-03"),
        ("knowledge_cutoff", "2025-03-31", "2025-03-31", "2025-03-31"),
        ("context_window", 200_000, 200_000, 200_000),
        ("context_window", Decimal("2E+5"), 200_000, 200_000),
        ("max_output_tokens", 1, 1, 1),
        ("input_modalities", ["Text", " image", "text"], ("image", "text"), ["image", "text"]),
        ("regions", [], (), []),
        ("supports_tools", True, True, True),
        ("supports_tools", False, False, False),
        ("supports_image_output", True, True, True),
        ("supports_vision_fine_tuning", False, False, False),
        ("deprecated_on", "2026-05-01", date(2026, 5, 1), "2026-05-01"),
        ("successor", " mistral/devstral-latest ", "mistral/devstral-latest", "mistral/devstral-latest"),
        ("successor", "deepinfra/meta-llama/Llama 3", "deepinfra/meta-llama/Llama 3", "deepinfra/meta-llama/Llama 3"),
        ("benchmark.mmlu", "88.70", Decimal("88.7"), "88.7"),
        ("benchmark.elo", 1300, Decimal(1300), "1300"),
        ("ttft_ms", 0, Decimal(0), "0"),
        ("tokens_per_second", Decimal("1E+2"), Decimal(100), "100"),
        ("price.input", rates.price("2.50"), rates.price("2.5"), [{"amount": "2.5", "currency": "USD"}]),
        ("price.input[tier=batch]", rates.price(0), rates.price(0), [{"state": "free", "currency": "USD"}]),
    ],
)
def test_it_keeps_a_value_in_one_form(name, given_, clean, encoded):
    field = fields.field(name)

    cleaned = field.clean(given_)
    assert cleaned == clean
    assert type(cleaned) is type(clean)
    assert field.encode(cleaned) == encoded
    assert field.decode(json.loads(json.dumps(encoded))) == clean


@pytest.mark.parametrize("name", [*fields.FIELDS, "price.input", "benchmark.mmlu"])
def test_it_keeps_the_statement_that_there_is_none(name):
    field = fields.field(name)

    assert field.clean(None) is None
    assert field.encode(None) is None
    assert field.decode(None) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", ""),
        ("name", "  "),
        ("name", 7),
        ("name", ["x"]),
        ("name", "x" * 301),
        ("license", "x" * 101),
        ("model", "no-author"),
        ("model", "/name"),
        ("model", "author/"),
        ("model", "!/?"),
        ("model", f"{'a' * 81}/b"),
        ("task", "chatting"),
        ("task", []),
        ("status", "C"),
        ("status", True),
        ("released_on", "yesterday"),
        ("released_on", "2025-02-30"),
        ("released_on", 20250331),
        ("released_on", date(1999, 1, 1)),
        ("released_on", date(2101, 1, 1)),
        ("released_on", datetime(2025, 1, 1)),  # noqa: DTZ001
        ("knowledge_cutoff", "2025-13"),
        ("knowledge_cutoff", "March 2025"),
        ("knowledge_cutoff", 2025),
        ("context_window", 0),
        ("context_window", -1),
        ("context_window", True),
        ("context_window", 1.5),
        ("context_window", Decimal("1.5")),
        ("context_window", "200000"),
        ("context_window", 2**40 + 1),
        ("context_window", Decimal("1e999999")),
        ("context_window", Decimal("NaN")),
        ("context_window", 128_000.0),
        ("input_modalities", "text"),
        ("input_modalities", [1]),
        ("input_modalities", [""]),
        ("input_modalities", 7),
        ("input_modalities", ["a|b"]),
        ("regions", [f"r{n}" for n in range(101)]),
        ("regions", [f"{n:050}" for n in range(30)]),
        ("successor", "devstral-small-latest"),
        ("successor", "mistral/"),
        ("successor", "/devstral"),
        ("successor", "Mistral AI/devstral"),
        ("successor", f"mistral/{'x' * 320}"),
        ("supports_tools", 1),
        ("supports_tools", "yes"),
        ("supports_tools", 0),
        ("benchmark.mmlu", 0.5),
        ("benchmark.mmlu", True),
        ("benchmark.mmlu", "high"),
        ("benchmark.mmlu", "-1"),
        ("benchmark.mmlu", "NaN"),
        ("benchmark.mmlu", "Infinity"),
        ("benchmark.mmlu", "1e8"),
        ("benchmark.mmlu", "1e-999999"),
        ("benchmark.mmlu", []),
        ("price.input", 3),
        ("price.input", Decimal(3)),
        ("price.input", "3"),
        ("price.input", ()),
        ("price.input", (3,)),
        ("price.input", rates.price("1") + rates.price("2")),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_it_refuses_a_value_that_the_field_cannot_have(name, value):
    with pytest.raises(ValueError) as refused:  # noqa: PT011
        fields.field(name).clean(value)

    assert str(refused.value)
    assert len(str(refused.value)) < 50_000


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b", "\x7f", "\ud800", "\udfff", "\u202e", "\u2066"], ids=ascii)  # noqa: PT014
@pytest.mark.parametrize("name", ["name", "description", "license", "hugging_face_id", "quantization"])
def test_it_refuses_signs_that_have_no_business_in_a_text(name, sign):
    with pytest.raises(ValueError, match="forbidden sign"):
        fields.field(name).clean(f"Rocket{sign}1")


@pytest.mark.parametrize(
    "name",
    ["", "nmae", "price", "price.", "price.colour", "benchmark.", "benchmark.A", f"benchmark.{'x' * 61}", "provider"],
)
def test_it_knows_no_other_field(name):
    with pytest.raises(ValueError, match=r"unknown|not a rate"):
        fields.field(name)


def test_it_calls_a_price_by_one_name_however_it_is_written():
    assert fields.field("price.input[above=0]").name == "price.input"


@given(st.text())
def test_it_keeps_any_text_as_it_is_or_refuses_it(text):
    field = fields.field("description")
    try:
        cleaned = field.clean(text)
    except ValueError:
        return
    assert cleaned == text.strip()
    assert field.clean(cleaned) == cleaned
    assert cleaned.encode()


@given(st.decimals() | st.integers() | st.text("0123456789.eE+-_", max_size=12))
def test_it_writes_equal_scores_alike(value):
    field = fields.field("benchmark.mmlu")
    try:
        cleaned = field.clean(value)
    except ValueError:
        return
    assert cleaned == Decimal(value)
    assert len(field.encode(cleaned)) < 600
    assert field.encode(field.clean(field.encode(cleaned))) == field.encode(cleaned)


# -- agreement -------------------------------------------------------------------------------------

FEBRUARY, MARCH = date(2026, 2, 1), date(2026, 3, 1)
_cheaper_from_march = rates.line(
    [rates.PricePoint(Decimal(3), valid_to=MARCH), rates.PricePoint(Decimal(2), valid_from=MARCH)]
)


def _from_march(amount: str) -> rates.PriceLine:
    """A price of which nothing is said before March."""
    return (rates.PricePoint(Decimal(amount), valid_from=MARCH),)


@pytest.mark.parametrize(
    ("name", "left", "right", "same"),
    [
        ("context_window", 200_000, 200_000, True),
        ("context_window", 200_000, 128_000, False),
        ("context_window", None, None, True),
        ("context_window", None, 200_000, False),
        ("input_modalities", ("image", "text"), ("image", "text"), True),
        ("benchmark.mmlu", Decimal("88.0"), Decimal(88), True),
        ("price.input", rates.price("3"), rates.price("3.00"), True),
        ("price.input", rates.price("3"), _cheaper_from_march, True),
        ("price.input", rates.price("2"), _cheaper_from_march, False),
        ("price.input", rates.price("3"), rates.price("3", currency="EUR"), False),
        ("price.input", rates.price("0"), rates.stated(rates.Amounts.INCLUDED), False),
        ("price.input", _from_march("3"), rates.price("3"), False),
        ("price.input", _from_march("3"), _from_march("3"), True),
        ("price.input", _from_march("3"), _from_march("4"), False),
        ("price.input", (rates.PricePoint(Decimal(3), valid_to=FEBRUARY),), (), True),
    ],
)
def test_it_knows_when_two_sources_say_the_same(name, left, right, same):
    assert fields.agrees(name, left, right, on=FEBRUARY) is same
    assert fields.agrees(name, right, left, on=FEBRUARY) is same
