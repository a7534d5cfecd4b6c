from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain import fields
from registry.identity.affixes import HOST_WORDS, parse


@pytest.mark.parametrize(
    ("provider", "native_id", "base", "variants"),
    [
        ("openrouter", "deepseek/deepseek-r1:free", "deepseek/deepseek-r1", ("free",)),
        ("openrouter", "openai/gpt-5:batch", "openai/gpt-5", ("batch",)),
        ("openrouter", "~openai/gpt-latest", "openai/gpt-latest", ("latest", "moving")),
        ("together", "Qwen/Qwen3-235B-A22B-fp8-tput", "qwen/qwen3-235b-a22b", ("fp8", "tput")),
        ("together", "meta-llama/Llama-3.3-70B-Instruct-Turbo-Free", "meta-llama/llama-3.3-70b-instruct",
         ("free", "instruct", "turbo")),
        ("nebius", "deepseek-ai/DeepSeek-V3-0324-fast", "deepseek-ai/deepseek-v3-0324", ("fast",)),
        ("groq", "llama3-70b-8192", "llama3-70b", ("context:8192",)),
        ("google-vertex", "claude-opus-4-6@default", "claude-opus-4-6", ("default",)),
        ("google-vertex", "claude-opus-4-5@20251101", "claude-opus-4-5@20251101", ("date:2025-11-01",)),
        ("google-vertex", "openai/gpt-oss-120b-maas", "openai/gpt-oss-120b", ("maas",)),
        ("bedrock", "us.anthropic.claude-3-5-sonnet-20241022-v2:0", "anthropic.claude-3-5-sonnet-20241022",
         ("date:2024-10-22", "region:us", "version:v2:0")),
        ("bedrock", "meta.llama3-3-70b-instruct-v1:0:128k", "meta.llama3-3-70b-instruct",
         ("context:128k", "instruct", "version:v1:0")),
        ("bedrock", "amazon.nova-reel-v1:1", "amazon.nova-reel-v1:1", ()),
        ("openai", "gpt-4o-2024-08-06", "gpt-4o-2024-08-06", ("date:2024-08-06",)),
        ("google", "models/gemini-2.0-flash-001", "models/gemini-2.0-flash-001", ("version:001",)),
        ("google-vertex", "gemini-3-pro-preview", "gemini-3-pro-preview", ("preview",)),
        ("cloudflare-workers-ai", "@cf/meta/llama-3-8b-instruct-awq", "@cf/meta/llama-3-8b-instruct",
         ("awq", "instruct")),
        ("openai", "gpt-4o", "gpt-4o", ()),
        # A host's word is another model's own name elsewhere, and of some families everywhere.
        ("openai", "gpt-4-turbo", "gpt-4-turbo", ()),
        ("deepinfra", "openai/whisper-large-v3-turbo", "openai/whisper-large-v3-turbo", ()),
        ("alibaba", "qwen-turbo", "qwen-turbo", ()),
        ("xai", "grok-4-fast", "grok-4-fast", ()),
    ],
)  # fmt: skip
def test_it_tells_how_a_model_is_served_from_the_model(provider, native_id, base, variants):
    assert parse(provider, native_id) == (base, variants)


@given(
    st.sampled_from(["openrouter", "bedrock", "openai", *HOST_WORDS]),
    st.text(max_size=300) | st.from_regex(r"[a-z]{2,6}[.-](:free|-fp8|-turbo|-v1:0|@default|2024-08-06|-){0,9}"),
)
def test_it_says_something_sound_of_any_text(provider, native_id):
    base, variants = parse(provider, native_id)

    assert len(base) <= len(native_id.lower())
    assert fields.field("variants").clean(variants) == variants
