from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.identity import makers, names, platforms, respelling
from registry.identity.families import family_author
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
        # A maker on its own platform is the author, whatever the word: others use it too.
        ("voyage", "rerank-2.5-lite", "voyage/rerank-2-5-lite"),
        ("openrouter", "voyageai/rerank-2.5-lite", "voyage/rerank-2-5-lite"),
        ("cohere", "rerank-v3.5", "cohere/rerank-v3-5"),
        ("deepgram", "nova-2-meeting", "deepgram/nova-2-meeting"),
        ("deepgram", "whisper-large", "openai/whisper-large"),
        ("perplexity", "llama-3.1-sonar-large-128k-chat", "perplexity/llama3-1-sonar-large-128k-chat"),
        ("perplexity", "perplexity/kimi-k3", "moonshotai/kimi-k3"),
        # Hosts, tiers and places are none.
        ("nano-gpt", "TEE/glm-4.7", "z-ai/glm4-7"),
        ("pinstripes", "ps/glm-4.5-air", "z-ai/glm4-5-air"),
        ("kilo", "stealth/claude-opus-4.7", "anthropic/claude-opus-4-7"),
        ("cloudflare-ai-gateway", "workers-ai/bge-m3", "baai/bge-m3"),
        ("cloudflare-ai-gateway", "google-vertex-ai/claude-3-opus@20240229", "anthropic/claude-3-opus-20240229"),
        ("cloudflare-ai-gateway", "aws-bedrock/us.amazon.nova-pro-v1:0", "amazon/nova-pro-v1"),
        ("cloudflare-ai-gateway", "huggingface/zai-org/GLM-4.6", "z-ai/glm4-6"),
        ("cloudflare-ai-gateway", "deepseek/tngtech/deepseek-r1t-chimera", "tngtech/deepseek-r1t-chimera"),
        ("cloudflare-ai-gateway", "groq/llama3-70b-8192", "meta-llama/llama3-70b-instruct"),
        ("cloudflare-ai-gateway", "workers-ai/what-nobody-makes", None),
        ("groq", "groq/compound", "groq/compound"),
        ("lightning-ai", "lightning-ai/gpt-oss-120b", "openai/gpt-oss-120b"),
        ("deepinfra", "Qwen/Qwen/Qwen3.5-397B-A17B", "qwen/qwen3-5-397b-a17b"),
        ("novita", "deepseek/deepseek-v3/community", "deepseek/deepseek-v3"),
        ("google-vertex", "anthropic.claude-opus-5", "anthropic/claude-opus-5"),
        # Weights uploaded again, as they are or quantised, are their maker's; what was tuned further is its tuner's.
        ("together", "togethercomputer/CodeLlama-13b-Instruct", "meta-llama/codellama13b-instruct"),
        ("together", "togethercomputer/LLaMA-2-7B-32K", "togethercomputer/llama2-7b-32k"),
        ("evroc", "nvidia/Llama-3.3-70B-Instruct-FP8", "meta-llama/llama3-3-70b-instruct"),
        ("featherless", "someone/Llama-3.1-8B-Instruct", "someone/llama3-1-8b-instruct"),
        ("featherless", "someone/Llama-3.1-8B-Poet-AWQ", "someone/llama3-1-8b-poet"),
        ("openrouter", "llama-3.1-nemotron-ultra-253b-v1", "nvidia/llama3-1-nemotron-ultra-253b-v1"),
        ("nano-gpt", "GLM-4.5-Air-Derestricted", None),
        # Formats of single providers.
        ("fal", "fal-ai/flux-2-pro/edit", "black-forest-labs/flux-2-pro"),
        ("fal", "fal-ai/kling-video/v3/pro/image-to-video", "kuaishou/kling-v3-pro"),
        ("fal", "bytedance/seedance-2.0/text-to-video", "bytedance/seedance-2"),
        ("fal", "veed/fabric-1.0", "veed/fabric-1-0"),
        ("fal", "fal-ai/birefnet/v2", None),
        ("aiml", "flux-pro/v1.1-ultra", "black-forest-labs/flux-1-1-pro-ultra"),
        ("azure-ai", "FW-GLM-5.2-Fast", "z-ai/glm5-2"),
        ("bedrock", "claude_platform/claude-opus-5", "anthropic/claude-opus-5"),
        ("clarifai", "moonshotai/chat-completion/models/Kimi-K2_6", "moonshotai/kimi-k2-6"),
        ("clarifai", "arcee_ai/AFM/models/trinity-mini", "arcee-ai/trinity-mini"),
        ("gitlab", "duo-chat-haiku-4-5", "anthropic/claude-haiku-4-5"),
        ("gitlab", "duo-chat-gpt-5-mini", "openai/gpt-5-mini"),
        ("aihubmix", "coding-xiaomi-mimo-v2.5-pro", "xiaomi/mimo-v2-5-pro"),
        ("aihubmix", "deep-research", None),
        # A name that leaves open which of two models it means.
        ("venice", "qwen3-vl-235b-a22b", None),
        ("venice", "qwen3-vl-235b-a22b-thinking", "qwen/qwen3-vl-235b-a22b-thinking"),
        ("ollama-cloud", "gpt-oss:120b-cloud", "openai/gpt-oss-120b"),
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


# -- platforms -------------------------------------------------------------------------------------

PLAIN_IDS = st.sampled_from(
    ["gpt-oss-120b", "GLM-4.6", "claude-opus-4.5", "DeepSeek-R1-0528", "Kimi-K2.5", "qwen3-32b"]
)


@given(st.sampled_from(sorted(platforms.HOSTS)), PLAIN_IDS)
def test_a_host_in_front_of_an_id_changes_no_model(host, native_id):
    assert identify("some-gateway", f"{host}/{native_id}") == identify(platforms.HOSTS[host], native_id)


@given(st.sampled_from(sorted(platforms.PLACES)), PLAIN_IDS)
def test_a_place_or_tier_in_front_of_an_id_changes_no_model(place, native_id):
    assert identify("some-gateway", f"{place}/{native_id}") == identify("some-gateway", native_id)


@given(st.sampled_from(sorted(platforms.ENDINGS)), PLAIN_IDS)
def test_a_task_behind_an_id_changes_no_model(task, native_id):
    assert identify("some-gateway", f"{native_id}/{task}") == identify("some-gateway", native_id)


@given(
    st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1).map(lambda text: text.strip("-")),
    st.sampled_from(sorted(platforms.HOSTS)),
)
def test_a_host_that_makes_no_models_is_never_the_author(name, host):
    identity = identify("some-gateway", f"{host}/{name}")

    own = {platforms.OWN_AUTHOR.get(platforms.HOSTS[host]), *platforms.MAKING_HOSTS}
    assert identity is None or identity.key.partition("/")[0] in own or family_author(identity.key.partition("/")[2])


def test_an_author_has_one_name():
    assert {name for name in names.AUTHOR_ALIASES.values() if names.author(name) != name} == set()
    assert {author for _, author in (*makers.FAMILIES, *makers.FINE_TUNES) if names.author(author) != author} == set()
    assert {author for author in platforms.OWN_AUTHOR.values() if names.author(author) != author} == set()


def test_a_spelling_is_spelt_for_good():
    """What a rule makes of a name is no name that another rule of the author would spell differently."""
    for rule in respelling.SPELLINGS:
        as_ = re.sub(r"\\g?<?\d>?", "1", rule.as_)
        assert respelling.respell(rule.author, respelling.respell(rule.author, as_)) == respelling.respell(
            rule.author, as_
        )
