from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain import columns as projection
from registry.domain.columns import Pricing
from registry.domain.provenance import Quality, of_fields

TODAY = date(2026, 1, 5)


def said(source: str = "list", quality: str = "partial", **more: object) -> dict[str, object]:
    return {"source": source, "quality": quality, "reason": "only source", "disagree": []} | more


def test_it_knows_nothing_of_an_offering_without_facts():
    columns = projection.columns({}, {}, TODAY)

    assert set(columns) == set(projection.COLUMNS)
    assert columns["pricing"] == Pricing.UNKNOWN
    assert columns["quality"] == Quality.UNKNOWN
    assert (columns["pinned_fields"], columns["disputed_fields"]) == (0, 0)
    rest = {
        name: value
        for name, value in columns.items()
        if name not in ("pricing", "quality", "pinned_fields", "disputed_fields")
    }
    assert set(rest.values()) == {None, ""}


@pytest.mark.parametrize(
    ("name", "fact", "column"),
    [
        ("name", "Rocket 1", "Rocket 1"),
        ("name", None, ""),
        ("context_window", 200_000, 200_000),
        ("context_window", None, None),
        ("supports_tools", False, False),
        ("supports_tools", None, None),
        ("released_on", "2025-03-31", date(2025, 3, 31)),
        ("knowledge_cutoff", "2025-03", "2025-03"),
        ("knowledge_cutoff", None, ""),
        ("input_modalities", ["image", "text"], "|image|text|"),
        ("input_modalities", [], ""),
        ("ttft_ms", "250.5", Decimal("250.5")),
        ("status", "retired", "retired"),
    ],
)
def test_it_shows_a_fact_in_its_column(name, fact, column):
    assert projection.columns({name: fact}, {}, TODAY)[name] == column


@pytest.mark.parametrize(
    ("line", "amount"),
    [
        ([{"amount": "3", "currency": "USD"}], Decimal(3)),
        ([{"state": "free", "currency": "USD"}], Decimal(0)),
        ([{"state": "dynamic", "currency": "USD"}], None),
        ([{"amount": "3", "currency": "CNY"}], None),
        ([{"amount": "3", "currency": "USD", "from": "2026-01-06"}], None),
        (
            [
                {"amount": "3", "currency": "USD", "to": "2026-01-06"},
                {"amount": "2", "currency": "USD", "from": "2026-01-06"},
            ],
            Decimal(3),
        ),
        (None, None),
    ],
)
def test_it_shows_the_price_of_the_day_in_dollars(line, amount):
    assert projection.columns({"price.input": line}, {}, TODAY)["input_price"] == amount


def test_it_shows_no_special_price_as_the_ordinary_one():
    columns = projection.columns({"price.input[tier=batch]": [{"amount": "3", "currency": "USD"}]}, {}, TODAY)

    assert columns["input_price"] is None
    assert columns["pricing"] == Pricing.PRICED


@pytest.mark.parametrize(
    ("states", "pricing"),
    [
        (["free", "priced"], Pricing.PRICED),
        (["free", "dynamic"], Pricing.FREE),
        (["dynamic", "included"], Pricing.DYNAMIC),
        (["included", "not_offered"], Pricing.INCLUDED),
        (["not_offered"], Pricing.NOT_OFFERED),
        ([], Pricing.UNKNOWN),
    ],
)
def test_it_sums_up_what_is_known_of_the_price(states, pricing):
    points = {"priced": {"amount": "1", "currency": "USD"}}
    meters = ("input", "output")
    facts = {
        f"price.{meter}": [points.get(state, {"state": state, "currency": "USD"})]
        for meter, state in zip(meters, states, strict=False)
    }

    assert projection.pricing(facts, TODAY) == pricing


def test_it_names_the_source_of_most_values_and_the_first_by_name_among_equals():
    assert projection.standing_of(of_fields({"name": said("b"), "task": said("b"), "license": said("a")}))[0] == "b"
    assert projection.standing_of(of_fields({"name": said("b"), "license": said("a")}))[0] == "a"


def test_it_is_as_sure_as_the_least_sure_price_or_limit():
    provenance = {
        "name": said(quality="estimated"),
        "price.input": said(quality="verified"),
        "context_window": said(quality="partial"),
    }

    assert projection.standing_of(of_fields(provenance))[1] == Quality.PARTIAL


def test_it_leaves_the_derived_link_to_a_model_out_of_account():
    assert projection.standing_of(of_fields({"model": said("identity", "estimated")})) == ("", Quality.UNKNOWN)


def test_it_counts_pins_and_disputes():
    provenance = {"name": said(reason="pinned"), "task": said(disagree=["x"]), "license": said()}
    columns = projection.columns({}, provenance, TODAY)

    assert (columns["pinned_fields"], columns["disputed_fields"]) == (1, 1)


@given(st.sets(st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1), max_size=5))
def test_other_names_are_read_back_from_their_column_whatever_signs_they_have(names):
    assert projection.names_in(projection.names_column(names)) == sorted(names)


def test_a_word_is_never_found_across_two_names():
    column = projection.names_column(["gpt", "4o"])

    assert projection.word_in_names("gpt") in column
    assert projection.word_in_names("4o|gpt") not in column
    assert projection.word_in_names("4o|gpt") in projection.names_column(["x4o|gpty"])
