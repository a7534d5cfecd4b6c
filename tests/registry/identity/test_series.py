from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.identity.normalise import model_key
from registry.identity.series import Series, series


@pytest.mark.parametrize(
    ("model", "family", "version"),
    [
        ("anthropic/claude-opus-4.5-20251101", "claude", "4.5"),
        ("anthropic/claude-3-5-sonnet", "claude", "3.5"),
        ("anthropic/claude-opus-4-20250514", "claude", "4"),
        ("openai/gpt-4o-mini", "gpt", "4o"),
        ("openai/gpt-4-0613", "gpt", "4"),
        ("openai/gpt-4.1-mini", "gpt", "4.1"),
        ("openai/gpt-oss-120b", "gpt", None),
        ("openai/o3-mini", "o", "3"),
        ("openai/text-embedding-3-small", "text-embedding", "3"),
        ("meta-llama/llama-3.3-70b-instruct", "llama", "3.3"),
        ("meta-llama/llama-3-8b", "llama", "3"),
        ("meta-llama/llama-guard-4-12b", "llama-guard", "4"),
        ("qwen/qwen3-235b-a22b-instruct-2507", "qwen", "3"),
        ("qwen/qwen2.5-72b-instruct", "qwen", "2.5"),
        ("deepseek/deepseek-v3.2-exp", "deepseek", "3.2"),
        ("deepseek/deepseek-r1-0528", "deepseek", "r1"),
        ("moonshotai/kimi-k2.5", "kimi", "k2.5"),
        ("google/gemini-2.5-flash-preview-09-2025", "gemini", "2.5"),
        ("mistralai/mistral-large-2512", "mistral", None),
        ("mistralai/mixtral-8x7b-instruct-v0.1", "mixtral", None),
        ("cohere/command-r-plus-08-2024", "command", None),
        ("amazon/nova-2-lite-v1", "nova", "2"),
    ],
)
def test_it_reads_family_and_version_from_a_name(model, family, version):
    assert series(model_key(*model.split("/"))) == Series(family, version)


@pytest.mark.parametrize("key", ["acme/rocket-1", "acme/gpt-4o", "nvidia/llama3-1-nemotron-70b-instruct", "x", "", "/"])
def test_it_says_nothing_of_families_that_it_does_not_know(key):
    assert series(key) is None


@given(st.text(max_size=60), st.sampled_from(["openai/gpt-", "anthropic/claude-", "qwen/qwen", "openai/dall-e-", ""]))
def test_it_never_fails_and_says_that_it_is_derived(text, start):
    derived = series(start + text)

    assert derived is None or (derived.family and derived.as_json()["derived"])
