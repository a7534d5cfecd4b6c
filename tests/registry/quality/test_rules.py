from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain import kinds, rates
from registry.quality import RULES, Context, FactSheet, Rule, Severity, check, fact_sheet, survey
from tests.builders import listed
from tests.registry.domain.test_rates import price_lines

TODAY = date(2026, 1, 5)
FREE = [{"state": "free", "currency": "USD"}]


def sheet(offering: str = "acme/rocket-1", **facts: Any) -> FactSheet:
    """A sheet of a chat model; facts are given with `_` for the dot, `price_input="3"` is published as a price."""
    published = {"task": "chat"} | {name.replace("price_", "price.", 1): data for name, data in facts.items()}
    return fact_sheet(offering, {n: listed(d) if n.startswith("price.") and isinstance(d, str) else d
                           for n, d in published.items()}, on=TODAY)  # fmt: skip


def found(facts: dict[str, Any], *others: FactSheet, before: FactSheet | None = None) -> set[str]:
    return {finding.rule.code for finding in check(sheet(**facts), Context(TODAY, others, before))}


def charging(**facts: str) -> list[FactSheet]:
    """Three other providers of the model, who charge about the same."""
    return [sheet(f"{provider}/rocket-1", **facts) for provider in ("one", "two", "three")]


THREE = charging(price_input="3")

BAD = [
    ("price-unit", {"price_input": "3000"}, THREE),
    ("price-unit", {"price_input": "0.003"}, THREE),
    ("price-unit", {"price_input": "1100"}, THREE),
    ("price-unit", {"price_output[unit=image]": "40"}, charging(**{"price_output[unit=image]": "0.04"})),
    ("price-magnitude", {"price_input": "30"}, THREE),
    ("price-magnitude", {"price_input": "0.031"}, THREE),
    ("price-among-siblings", {"price_input": "30"}, [sheet(f"acme/rocket-1-{n}", price_input="3") for n in range(2)]),
    ("price-among-siblings", {"price_input": "0.003"}, [sheet(f"acme/rocket-{n}", price_input="3") for n in range(2)]),
    ("price-absurd", {"price_input": "1001"}, []),
    ("price-tiny", {"price_input": "0.00009"}, []),
    ("price-out-of-range", {"price_input": "0.0039"}, []),
    ("price-out-of-range", {"price_output": "201"}, []),
    ("price-out-of-range", {"price_input[tier=batch]": "500"}, []),
    ("piece-absurd", {"price_search[detail=context:low]": "30"}, []),
    ("piece-as-token", {"price_input": "2", "price_input[modality=image;unit=image]": "0.000002"}, []),
    (
        "piece-as-token",
        {
            "price_input": "4",
            "price_input[modality=image]": "5",
            "price_input[modality=image;unit=image]": "0.00005",
        },
        [],
    ),
    ("piece-as-token", {"price_input": "0.05", "price_search": "0.00000005"}, []),
    ("cache-read-above-input", {"price_input": "3", "price_cache_read": "3.1"}, []),
    (
        "cache-read-above-input",
        {"price_input[tier=batch]": "1", "price_cache_read[tier=batch]": "2", "price_input": "3"},
        [],
    ),
    ("cache-read-above-write", {"price_cache_write[ttl=5m]": "0.3", "price_cache_read": "3.75"}, []),
    ("cache-write-range", {"price_input": "3", "price_cache_write": "12.1"}, []),
    ("cache-write-range", {"price_input": "3", "price_cache_write": "0.29"}, []),
    ("output-below-input", {"price_input": "3", "price_output": "1.4"}, []),
    ("output-far-above-input", {"price_input": "3", "price_output": "76"}, []),
    ("batch-above-standard", {"price_input": "3", "price_input[tier=batch]": "3.1"}, []),
    ("flex-above-standard", {"price_input": "3", "price_input[tier=flex]": "3.1"}, []),
    ("priority-below-standard", {"price_input": "3", "price_input[tier=priority]": "2.9"}, []),
    ("band-below-base", {"price_input": "3", "price_input[above=200000]": "2.9"}, []),
    ("band-without-base", {"price_input[above=200000]": "2.9"}, []),
    ("free-among-priced", {"price_input": FREE, "price_output": "1"}, []),
    ("free-among-priced", {"price_input": "3", "price_output": FREE}, []),
    ("context-too-small", {"context_window": 1000}, []),
    ("flag-against-modalities", {"supports_pdf_input": False, "input_modalities": ["pdf", "text"]}, []),
    ("flag-against-modalities", {"supports_vision": True, "input_modalities": ["text"]}, []),
    ("flag-against-modalities", {"supports_audio_output": False, "output_modalities": ["audio"]}, []),
    ("context-too-large", {"context_window": 99_999_999}, []),
    ("output-above-context", {"context_window": 8192, "max_output_tokens": 8193}, []),
    ("benchmark-range", {"benchmark.mmlu": "887"}, []),
    ("benchmark-fraction", {"benchmark.mmlu": "0.887"}, []),
    ("retires-before-release", {"released_on": "2025-05-01", "retires_on": "2025-04-30"}, []),
    ("cutoff-after-release", {"released_on": "2025-05-01", "knowledge_cutoff": "2025-06"}, []),
    ("retired-but-active", {"retires_on": "2026-01-04", "status": "active"}, []),
]

GOOD = [
    ({"price_input": "3", "price_output": "15", "price_cache_read": "0.3", "price_cache_write": "3.75"}, THREE),
    ({"price_input": "12"}, THREE),  # dear, but no slip
    ({"price_input": "30"}, [sheet("acme/rocket-1-0", price_input="3")]),  # which of the two is wrong?
    ({"price_input": "30"}, [sheet(f"acme/rocket-{n}", price_input=f"{3**n}") for n in range(3)]),  # of all sizes
    ({"price_input": "190"}, charging(price_input="0.6")[:1]),  # one other provider is too few
    ({"price_input": "3"}, [*charging(price_input="3")[:1], sheet("bad/rocket-1", price_input="3000000")]),
    ({"price_input": [{"amount": "3000", "currency": "JPY"}]}, THREE),
    ({"price_input": FREE, "price_output": FREE}, THREE),
    ({"price_input": "3", "price_output": FREE, "task": "embedding"}, []),
    ({"price_output[unit=image]": "2500"}, []),  # no text tokens
    ({"price_input": "3", "price_input[tier=batch]": "1.5", "price_input[tier=priority]": "6"}, []),
    ({"price_input": "1.25", "price_input[above=200000]": "2.5"}, []),
    ({"price_input": "1.25", "price_input[region=eu]": "1.375"}, []),
    ({"price_input": "0.075", "price_input[modality=image;unit=image]": "0.00002", "price_search": "0.035"}, []),
    ({"price_input": "150", "price_output[modality=image;unit=image]": "2.5", "price_session": "3"}, []),
    ({"context_window": 512, "task": "embedding"}, []),
    ({"context_window": 10_485_760, "max_output_tokens": 8192}, []),
    ({"benchmark.arena_elo": "1400", "benchmark.mmlu": "88.7"}, []),
    ({"released_on": "2025-05-01", "knowledge_cutoff": "2025", "retires_on": "2026-01-04", "status": "retired"}, []),
    ({"price_input": [{"amount": "9", "currency": "USD", "to": "2025-01-01"}]}, charging(price_input="9000")),
]


@pytest.mark.parametrize(("code", "facts", "others"), BAD)
def test_it_finds_what_must_not_be(code, facts, others):
    assert code in found(facts, *others)


@pytest.mark.parametrize(("facts", "others"), GOOD)
def test_it_finds_nothing_in_what_may_be(facts, others):
    assert found(facts, *others) == set()


def test_it_finds_a_price_that_jumps():
    assert found({"price_input": "3000"}, before=sheet(price_input="3")) == {
        "price-absurd",
        "price-out-of-range",
        "price-jump",
    }
    assert found({"price_input": "9"}, before=sheet(price_input="3")) == set()


@pytest.mark.parametrize(
    ("price", "slips"), [("30", True), ("0.03", True), ("0.3", True), ("12", False), ("60", False)]
)
def test_it_finds_a_price_that_slips_by_a_point(price, slips):
    assert ("price-slip" in found({"price_input": price}, before=sheet(price_input="3"))) is slips


def test_it_finds_a_known_price_that_becomes_zero():
    free = {"price_input": FREE, "price_output": FREE}

    assert found(free, before=sheet(price_input="3", price_output="15")) == {"price-suddenly-free"}
    assert found(free, before=sheet(price_input=FREE, price_output=FREE)) == set()
    assert found(free, before=sheet()) == set()


def test_every_rule_has_a_case_here():
    by_what_was_before = {"price-jump", "price-slip", "price-suddenly-free"}

    assert {rule.code for rule in RULES} - {code for code, _, _ in BAD} == by_what_was_before


def test_codes_are_unique():
    assert len({rule.code for rule in RULES}) == len(RULES)


def test_many_offerings_of_one_provider_count_as_one():
    crowd = [sheet(f"bad/rocket-{n}", price_input="3000") for n in range(9)]

    assert found({"price_input": "3"}, *THREE, *crowd) == set()


def test_it_says_what_it_compared():
    (finding,) = check(sheet(price_input="30"), Context(TODAY, THREE))

    assert finding.as_json() == {
        "code": "price-magnitude",
        "severity": "warning",
        "sentence": finding.rule.sentence,
        "offering": "acme/rocket-1",
        "field": "price.input",
        "values": {"price": "30", "others": "3", "providers": "3", "times": "10"},
    }


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ({"code": "Wrong", "sentence": "A.", "severity": Severity.ERROR}, "code"),
        ({"code": "a-rule", "sentence": "no sentence", "severity": Severity.ERROR}, "sentence"),
        ({"code": "a-rule", "sentence": "A.", "severity": "error!"}, "severity"),
    ],
)
def test_a_wrong_declaration_fails_at_once(attributes, reason):
    with pytest.raises(TypeError, match=re.escape(f".{reason}")):
        type("Wrong", (Rule,), attributes)


@dataclass
class Subject:
    key: str
    model: str | None
    facts: dict[str, Any]
    provenance: dict[str, Any] = field(default_factory=dict)


def test_a_survey_compares_offerings_of_one_model_and_reports_the_providers_asked_for():
    subjects = [Subject(s.offering, "acme/rocket", dict(s.facts)) for s in [*THREE, sheet(price_input="3000")]]
    lonely = Subject("acme/other", None, {"price.input": listed("5000")})

    everything = [(f.offering, f.rule.code) for f in survey([*subjects, lonely], on=TODAY)]
    reported = [f.offering for f in survey([*subjects, lonely], on=TODAY, providers=["one"])]

    assert everything == [
        ("acme/rocket-1", "price-unit"),
        ("acme/rocket-1", "price-absurd"),
        ("acme/rocket-1", "price-out-of-range"),
        ("acme/other", "price-absurd"),
        ("acme/other", "price-out-of-range"),
    ]
    assert reported == []


@pytest.mark.parametrize(
    ("account", "is_found"),
    [
        ({"quality": "partial"}, True),
        ({"quality": "estimated", "policy": "new offerings"}, True),
        ({"quality": "verified"}, False),
        ({"quality": "partial", "reason": "pinned"}, False),
        ({"quality": "partial", "policy": "approved by ada"}, False),
    ],
)
def test_an_unusual_token_price_is_no_finding_once_a_second_source_or_a_person_says_so(account, is_found):
    subject = Subject("openai/o1-pro", None, {"price.output": listed("600")}, {"price.output": account})

    codes = [finding.rule.code for finding in survey([subject], on=TODAY)]
    assert codes == (["price-out-of-range"] if is_found else [])


def test_special_prices_are_measured_by_a_sound_ordinary_price():
    assert found({"price_output": "180", "price_output[above=272000]": "270"}) == set()
    assert found({"price_input": "0.006", "price_input[tier=batch]": "0.003"}) == set()
    assert found({"price_output": "240", "price_output[tier=batch]": "120"}) == {"price-out-of-range"}


@given(
    st.dictionaries(
        st.sampled_from(["price.input", "price.output", "price.cache_read", "price.input[tier=batch;above=1000]"]),
        price_lines(),
    ),
    st.lists(price_lines(), max_size=4),
)
def test_no_price_whatever_breaks_a_rule_itself(price_line, others):
    facts = {name: kinds.PRICE.encode(line) for name, line in price_line.items()}
    besides = [fact_sheet(f"p{n}/x", {"price.input": rates.encode(line)}, on=TODAY) for n, line in enumerate(others)]

    for finding in check(fact_sheet("acme/x", facts, on=TODAY), Context(TODAY, besides)):
        assert finding.field in facts
