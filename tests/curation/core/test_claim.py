from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.core.claim import Claim, InvalidClaim, claim
from registry.domain import fields
from registry.domain.rates import price

VALUES = {
    "name": "Rocket 1",
    "context_window": 200_000,
    "input_modalities": ["text", "image"],
    "supports_tools": True,
    "released_on": "2025-03-31",
    "license": None,
    "price.input": price("3"),
    "price.input[tier=batch]": price("1.5"),
    "benchmark.mmlu": "88.70",
}


def test_it_keeps_values_in_their_canonical_form():
    rocket = claim("acme/rocket-1", VALUES)

    assert rocket.encoded() == {
        "benchmark.mmlu": "88.7",
        "context_window": 200_000,
        "input_modalities": ["image", "text"],
        "license": None,
        "name": "Rocket 1",
        "price.input": [{"amount": "3", "currency": "USD"}],
        "price.input[tier=batch]": [{"amount": "1.5", "currency": "USD"}],
        "released_on": "2025-03-31",
        "supports_tools": True,
    }


def test_it_can_be_stored_and_read_back():
    rocket = claim("acme/rocket-1", VALUES)
    stored = json.loads(json.dumps(rocket.encoded()))

    assert {name: fields.field(name).decode(data) for name, data in stored.items()} == dict(rocket.values)


@given(
    st.permutations(list(VALUES.items())),
    st.permutations(["rocket", "r1", "acme/r"]),
    st.permutations(["name", "license"]),
)
def test_its_digest_does_not_depend_on_the_order_in_which_things_are_said(items, aliases, estimates):
    ordered = claim(
        "acme/rocket-1", VALUES, aliases=("rocket", "r1", "acme/r"), estimates=frozenset({"name", "license"})
    )

    shuffled = claim("acme/rocket-1", dict(items), aliases=tuple(aliases), estimates=frozenset(estimates))
    assert shuffled.digest() == ordered.digest()


@pytest.mark.parametrize(
    ("name", "value", "respelled"),
    [
        ("benchmark.mmlu", "88.7", "88.70"),
        ("price.input", price("3"), price("3.00")),
        ("price.input", price("3"), price("0.000003", times=1_000_000)),
        ("input_modalities", ["text", "image"], ("image", "text", "text")),
        ("name", "Rocket", " Rocket "),
        ("released_on", "2025-03-31", date(2025, 3, 31)),
        ("model", "acme/rocket-1.5", "Acme/Rocket_1-5"),
    ],
)
def test_its_digest_is_of_the_meaning_and_not_of_the_spelling(name, value, respelled):
    assert claim("acme/r", {name: value}).digest() == claim("acme/r", {name: respelled}).digest()


def test_its_digest_tells_absent_from_none_from_a_value():
    digests = {claim("acme/r", values).digest() for values in ({}, {"license": None}, {"license": "none"})}

    assert len(digests) == 3


@pytest.mark.parametrize(
    "more",
    [
        {"aliases": ("r1",)},
        {"as_of": date(2026, 1, 1)},
        {"estimates": frozenset({"name"})},
        {"origin": "other"},
    ],
    ids=lambda more: next(iter(more)),
)
def test_its_digest_covers_all_that_is_stated(more):
    assert claim("acme/r", {"name": "R"}, **more).digest() != claim("acme/r", {"name": "R"}).digest()


@pytest.mark.parametrize("name", ["nmae", "price.inptu", "provider", "", "price.input[colour=red]", "benchmark."])
def test_it_refuses_an_unknown_field_at_once(name):
    with pytest.raises(InvalidClaim, match="^" + name.split("[")[0]):
        claim("acme/r", {name: "x"})


@pytest.mark.parametrize(("name", "value"), [("context_window", "many"), ("input_modalities", 7), ("price.input", 3)])
def test_it_names_the_field_of_a_value_that_it_refuses(name, value):
    with pytest.raises(InvalidClaim, match=f"^{name}: "):
        claim("acme/r", {name: value})


@pytest.mark.parametrize(
    "offering",
    [
        "",
        "rocket",
        "/rocket",
        "acme/",
        "Acme/rocket",
        "acme corp/rocket",
        "acme/rocket\n",
        " acme/rocket",
        "acme/rocket ",
        "acme/ro\x00cket",
        "acme/ракета",
        f"acme/{'x' * 256}",
        f"{'x' * 61}/rocket",
        "acme/<b>",
        "acme/ro\u202ecket",
    ],
    ids=ascii,
)
def test_it_refuses_what_can_be_no_id(offering):
    with pytest.raises(InvalidClaim, match="not an offering id"):
        claim(offering, {})


@pytest.mark.parametrize(
    "own_id",
    ["../rocket", "a/../rocket", "a/..", "..", ".", "a/./b", "/rocket", "a//b", "//evil.example/x", "https://x.example",
     "javascript:alert(1)", "JavaScript:alert(1)", "a/javascript:x", "vbscript:x", "data:text/html,x"],
)  # fmt: skip
def test_it_refuses_an_id_that_is_something_else_in_an_address_or_a_page(own_id):
    with pytest.raises(InvalidClaim, match="cannot be an offering id, since"):
        claim(f"acme/{own_id}", {})
    with pytest.raises(InvalidClaim, match="successor: cannot be an offering id, since"):
        claim("acme/rocket", {"successor": f"acme/{own_id}"})


@pytest.mark.parametrize(
    "offering",
    [
        "openrouter/openai/gpt-4o",
        "bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0",
        "cloudflare-workers-ai/@cf/meta/llama-3",
        "anthropic/claude-opus-4-5-20251101",
        "fireworks/accounts/fireworks/models/x",
        "google-vertex/claude@20250101",
        "openrouter/meta-llama/llama-3.3-70b:free",
        "openrouter/@preset/odd:1@2",
        "ollama/qwen2.5:7b",
        "acme/v1...2",
        "acme/..rocket",
        "acme/my-javascript: model",
    ],
)
def test_it_takes_ids_as_providers_write_them(offering):
    assert claim(offering, {}).offering == offering


@pytest.mark.parametrize("alias", ["", " r1", "r\x00", "r\ud800", "r\u202e", "x" * 321, "two\nlines"], ids=ascii)
def test_it_refuses_an_alias_that_could_not_be_kept(alias):
    with pytest.raises(InvalidClaim, match="another name"):
        claim("acme/r", {}, aliases=(alias,))


def test_it_refuses_an_estimate_of_what_is_not_stated():
    with pytest.raises(InvalidClaim, match="context_window"):
        claim("acme/r", {"name": "R"}, estimates=frozenset({"context_window"}))


def test_it_names_each_alias_once():
    assert claim("acme/r", {}, aliases=("b", "a", "b")).aliases == ("a", "b")


@given(st.text(), st.dictionaries(st.sampled_from(["name", "model", "context_window", "x"]), st.text() | st.integers()))
def test_it_makes_a_claim_or_says_why_not(offering, values):
    try:
        rocket = claim(offering, values)
    except InvalidClaim:
        return
    assert isinstance(rocket, Claim)
    assert rocket.digest()
