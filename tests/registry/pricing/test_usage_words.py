from __future__ import annotations

import pytest

from registry.pricing.usage import QUANTITIES
from registry.pricing.usage_words import is_total, meant


@pytest.mark.parametrize(
    ("word", "quantity"),
    [
        ("prompt_tokens", "input_tokens"),
        ("promptTokenCount", "input_tokens"),
        ("PROMPT-TOKENS", "input_tokens"),
        ("completion_tokens", "output_tokens"),
        ("cache_read_input_tokens", "cache_read_tokens"),
        ("ephemeral_1h_input_tokens", "cache_write_1h_tokens"),
        ("thoughtsTokenCount", "reasoning_tokens"),
        ("web_search_requests", "searches"),
        ("inptu_tokens", "input_tokens"),
        ("others", "others"),
    ],
)
def test_a_word_of_another_api_or_a_slip_names_what_is_meant(word, quantity):
    assert meant(word) == quantity


@pytest.mark.parametrize("name", QUANTITIES)
def test_a_quantity_of_ours_is_itself(name):
    assert meant(name) == name


@pytest.mark.parametrize("word", ["", "%%%", "zzzzzz", "temperature"])
def test_what_is_like_none_is_none(word):
    assert meant(word) is None


def test_only_the_first_hundred_signs_are_looked_at():
    assert meant("-" * 50 + "prompt_tokens") == "input_tokens"
    assert meant("-" * 100 + "prompt_tokens") is None


@pytest.mark.parametrize(
    ("word", "total"),
    [("total_tokens", True), ("totalTokenCount", True), ("tokens", True), ("input_tokens", False), ("", False)],
)
def test_a_sum_has_no_quantity(word, total):
    assert is_total(word) is total
