from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.identity import names
from registry.identity.normalise import canonical_name, identify, is_model_key, model_key
from registry.identity.platforms import OWN_AUTHOR

# -- spelling --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("Claude-Opus-4.5", "claude-opus-4-5"),
        ("claude-opus-4-5", "claude-opus-4-5"),
        ("deepseek-v3p2", "deepseek-v3-2"),
        ("Llama 3.3 70B Instruct", "llama3-3-70b-instruct"),
        ("Meta-Llama-3.3-70B-Instruct", "llama3-3-70b-instruct"),
        ("llama_3_3_70b_instruct", "llama3-3-70b-instruct"),
        ("qwen-2.5-7b", "qwen2-5-7b"),
        ("Qwen2.5-7B", "qwen2-5-7b"),
        ("gpt-4o-2024-08-06", "gpt-4o-20240806"),
        ("claude-3-5-sonnet@20241022", "claude-3-5-sonnet-20241022"),
        ("  gpt-4o  ", "gpt-4o"),
        ("--gpt--4o--", "gpt-4o"),
        ("gpt-4o-default", "gpt-4o"),
        ("", ""),
        ("---", ""),
    ],
)
def test_it_spells_a_name_one_way(name, canonical):
    assert canonical_name(name) == canonical


@given(
    st.text()
    | st.from_regex(r"(meta-){0,2}(llama|qwen|gpt|step)[-_. /@]{0,3}[0-9.p-]{0,8}(-default){0,2}", fullmatch=True)
)
@example("meta-meta-llama-3")
@example("llama--3")
@example("x-default-default")
def test_spelling_a_name_twice_is_spelling_it_once(text):
    assert canonical_name(canonical_name(text)) == canonical_name(text)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("gemini-2.5-pro", "gemini-2.5-pro-preview"),
        ("gemini-3-pro-preview", "gemini-3-pro"),
        ("gpt-4o", "gpt-4o-2024-08-06"),
        ("gpt-4o-2024-08-06", "gpt-4o-2024-11-20"),
        ("gpt-4o", "gpt-4o-mini"),
        ("gpt-4", "gpt-4-turbo"),
        ("claude-opus-4-5", "claude-opus-4-5-20251101"),
        ("claude-opus-4", "claude-opus-4-5"),
        ("llama-3.3-70b", "llama-3.3-70b-instruct"),
        ("llama-3.3-70b-instruct", "llama-3.3-70b-instruct-turbo"),
        ("llama-3.3-70b-instruct", "llama-3.3-70b-instruct-fp8"),
        ("llama-3-8b", "llama-3-80b"),
        ("llama-3.1-8b", "llama-31-8b"),
        ("qwen3-14b", "qwen3-14b-awq"),
        ("deepseek-r1", "deepseek-r1-0528"),
        ("deepseek-v3.2", "deepseek-v3.2-exp"),
        ("mistral-large-2411", "mistral-large-2512"),
        ("nova-reel-v1", "nova-reel-v1:1"),
        ("o1", "o1-mini"),
        ("grok-4", "grok-4-fast"),
        ("gpt-3.5", "gpt-35"),
    ],
)
def test_it_never_takes_one_model_for_another(first, second):
    assert model_key("acme", first) != model_key("acme", second)


# -- identifying -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("provider", "native_id", "key"),
    [
        ("openrouter", "openai/gpt-4o", "openai/gpt-4o"),
        ("openrouter", "anthropic/claude-opus-4.5", "anthropic/claude-opus-4-5"),
        ("openrouter", "deepseek/deepseek-r1:free", "deepseek/deepseek-r1"),
        ("openrouter", "meta-llama/llama-3.3-70b-instruct", "meta-llama/llama3-3-70b-instruct"),
        ("openrouter", "mistralai/mistral-large-2512", "mistralai/mistral-large-2512"),
        ("openrouter", "x-ai/grok-4", "x-ai/grok4"),
        ("openrouter", "~anthropic/claude-sonnet-4.5", "anthropic/claude-sonnet-4-5"),
        ("bedrock", "anthropic.claude-3-5-sonnet-20241022-v2:0", "anthropic/claude-3-5-sonnet-20241022"),
        ("bedrock", "us.anthropic.claude-opus-4-5-20251101-v1:0", "anthropic/claude-opus-4-5-20251101"),
        ("bedrock", "eu.anthropic.claude-opus-4-5-20251101-v1:0", "anthropic/claude-opus-4-5-20251101"),
        ("bedrock", "global.anthropic.claude-opus-4-5-20251101-v1:0", "anthropic/claude-opus-4-5-20251101"),
        ("bedrock", "regional.anthropic.claude-opus-4-5", "anthropic/claude-opus-4-5"),
        ("bedrock", "us-gov.anthropic.claude-3-haiku-20240307-v1:0", "anthropic/claude-3-haiku-20240307"),
        ("bedrock", "anthropic.claude-opus-4-6-v1", "anthropic/claude-opus-4-6"),
        ("bedrock", "anthropic.claude-v2", "anthropic/claude-v2"),
        ("bedrock", "anthropic.claude-v2:1", "anthropic/claude-2-1"),
        ("bedrock", "anthropic.claude-instant-v1", "anthropic/claude-instant-v1"),
        ("bedrock", "anthropic.claude-3-5-sonnet-20240620-v1:0:200k", "anthropic/claude-3-5-sonnet-20240620"),
        ("bedrock", "mistral.mistral-7b-instruct-v0:2", "mistralai/mistral-7b-instruct-v0-2"),
        ("bedrock", "meta.llama2-13b-chat-v1", "meta-llama/llama2-13b-chat"),
        ("bedrock", "cohere.embed-english-v3", "cohere/embed-english-v3"),
        ("bedrock", "cohere.command-text-v14", "cohere/command-text-v14"),
        ("bedrock", "openai.gpt-oss-120b-1:0", "openai/gpt-oss-120b"),
        ("bedrock", "luma.ray-v2:0", "luma/ray-v2"),
        ("bedrock", "amazon.nova-pro-v1:0", "amazon/nova-pro-v1"),
        ("bedrock", "us.amazon.nova-pro-v1:0", "amazon/nova-pro-v1"),
        ("bedrock", "amazon.nova-reel-v1:0", "amazon/nova-reel-v1"),
        ("bedrock", "amazon.nova-reel-v1:1", "amazon/nova-reel-v1:1"),
        ("bedrock", "meta.llama3-3-70b-instruct-v1:0", "meta-llama/llama3-3-70b-instruct"),
        ("bedrock", "mistral.mistral-large-2407-v1:0", "mistralai/mistral-large-2407"),
        ("google-vertex", "claude-3-5-sonnet@20241022", "anthropic/claude-3-5-sonnet-20241022"),
        ("google-vertex", "gemini-2.5-pro", "google/gemini2-5-pro"),
        ("google-vertex", "publishers/meta/llama-3.3-70b-instruct", "meta-llama/llama3-3-70b-instruct"),
        ("fireworks", "accounts/fireworks/models/deepseek-v3p2", "deepseek/deepseek-v3-2"),
        ("fireworks", "accounts/fireworks/models/llama-v3p3-70b-instruct", "meta-llama/llama3-3-70b-instruct"),
        ("cloudflare-workers-ai", "@cf/meta/llama-3.1-8b-instruct", "meta-llama/llama3-1-8b-instruct"),
        ("cloudflare-workers-ai", "@hf/mistral/mistral-7b-instruct-v0.2", "mistralai/mistral-7b-instruct-v0-2"),
        ("together", "meta-llama/Llama-3.3-70B-Instruct-Turbo", "meta-llama/llama3-3-70b-instruct"),
        ("together", "deepseek-ai/DeepSeek-R1", "deepseek/deepseek-r1"),
        ("huggingface", "Qwen/Qwen2.5-72B-Instruct", "qwen/qwen2-5-72b-instruct"),
        ("huggingface", "zai-org/GLM-4.6", "z-ai/glm4-6"),
        ("anthropic", "claude-opus-4-5-20251101", "anthropic/claude-opus-4-5-20251101"),
        ("openai", "gpt-5.2", "openai/gpt-5-2"),
        ("azure", "gpt-4o", "openai/gpt-4o"),
        ("groq", "llama-3.3-70b-versatile", "meta-llama/llama3-3-70b-instruct"),
        ("xai", "some-new-name", "x-ai/some-new-name"),
        # What no rule is sure of stays unlinked.
        ("groq", "some-new-name", None),
        ("bedrock", "some-new-name", None),
        ("bedrock-mantle", "openai.gpt-oss-120b", "openai/gpt-oss-120b"),
        ("bedrock-mantle", "anthropic.claude-opus-4-6-v1", "anthropic/claude-opus-4-6"),
        ("azure-ai", "gpt-35-turbo", "openai/gpt-3-5-turbo"),
        ("azure-ai", "Llama-3.3-70B-Instruct", "meta-llama/llama3-3-70b-instruct"),
        ("bedrock", "arn:aws:bedrock:us-east-1:123:x", None),
        ("openrouter", "a/b/c", None),
        ("openrouter", "", None),
        ("openai", "-", None),
        ("openrouter", "~/gpt", None),
        ("openrouter", "acme/--", None),
    ],
)
def test_it_identifies_the_model_behind_a_providers_id(provider, native_id, key):
    identity = identify(provider, native_id)

    assert (identity and identity.key) == key


@pytest.mark.parametrize(
    ("native_id", "author"),
    [
        ("gpt-j-6b", "openai"),
        ("gpt-neox-20b", "openai"),
        ("deepseek-coder-distill-llama-7b", "deepseek"),
        ("wizardlm-llama-3", "meta-llama"),
        ("o1x", "openai"),
        ("stepping-stone", "stepfun"),
    ],
)
def test_it_does_not_take_a_name_for_a_familys_that_only_resembles_it(native_id, author):
    identity = identify("groq", native_id)

    assert identity is None or not identity.key.startswith(f"{author}/")


@pytest.mark.parametrize(
    ("provider", "native_id", "rule"),
    [
        ("openrouter", "openai/gpt-4o", "author in the id"),
        ("azure", "gpt-4o", "family name"),
        ("xai", "unheard-of", "the provider's own model"),
        ("bedrock", "amazon.nova-pro-v1:0", "vendor in the Bedrock id"),
    ],
)
def test_it_names_the_rule_that_decided(provider, native_id, rule):
    identity = identify(provider, native_id)

    assert identity is not None
    assert identity.rule == rule


@given(
    st.sampled_from(["openrouter", "bedrock", "together", *OWN_AUTHOR]),
    st.text() | st.text("abAB01./@:_- ~", max_size=300),
)
def test_it_gives_a_sound_key_or_none_for_any_text(provider, native_id):
    identity = identify(provider, native_id)

    if identity is not None:
        author, _, name = identity.key.partition("/")
        assert is_model_key(identity.key)
        assert model_key(author, name) == identity.key
        assert identity.rule


# -- names -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("together_ai", "together"),
        ("Together AI", "together"),
        ("aws", "bedrock"),
        ("amazon-bedrock", "bedrock"),
        ("bedrock_mantle", "bedrock-mantle"),
        ("azure_ai", "azure-ai"),
        ("azure-cognitive-services", "azure-cognitive-services"),
        ("azure_text", "azure"),
        ("vertex_ai", "google-vertex"),
        ("gemini", "google"),
        ("fireworks_ai", "fireworks"),
        ("x-ai", "xai"),
        ("new one", "new-one"),
    ],
)
def test_it_knows_a_provider_whatever_a_source_calls_it(name, slug):
    assert names.provider(name) == slug


@pytest.mark.parametrize(
    ("name", "author"),
    [
        ("deepseek-ai", "deepseek"),
        ("Meta", "meta-llama"),
        ("mistral", "mistralai"),
        ("zai-org", "z-ai"),
        ("xai", "x-ai"),
        ("bytedance-seed", "bytedance"),
        ("CohereForAI", "cohere"),
        ("somebody", "somebody"),
    ],
)
def test_it_knows_an_author_whatever_a_source_calls_him(name, author):
    assert names.author(name) == author


@pytest.mark.parametrize("aliases", [names.PROVIDER_ALIASES, names.AUTHOR_ALIASES], ids=["providers", "authors"])
def test_an_alias_leads_to_a_name_and_never_to_another_alias(aliases):
    for word, name in aliases.items():
        assert names.slug(word) == word
        assert aliases.get(name, name) == name
