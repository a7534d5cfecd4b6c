"""Ids as people, frameworks and gateways write them: the offering meant, or an honest none.

`spellings.csv` was written from what the providers say of their own ids, before the rules were run on it; `model` is
the key of the model meant. The catalogue below holds what makes each of them hard: the same id at other providers, rows
that are no longer listed, other ways of serving.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from registry.identity.normalise import identify
from tests.registry.identity.recorded import Listed, finder


def _offering(key: str, *aliases: str, is_listed: bool = True) -> Listed:
    provider, _, native_id = key.partition("/")
    identity = identify(provider, native_id)
    return Listed(key, identity.key if identity else None, aliases, is_listed, dict.fromkeys(aliases, provider))


KEYS = (
    "anthropic/claude-opus-4-8", "bedrock/anthropic.claude-opus-4-8-v1:0", "openrouter/anthropic/claude-opus-4.8",
    "anthropic/claude-haiku-4-5", "openai/gpt-5.2", "openai/gpt-5.1-codex-max", "openai/gpt-5-codex", "openai/gpt-5",
    "bedrock/anthropic.claude-haiku-4-5-20251001-v1:0", "bedrock/eu.anthropic.claude-haiku-4-5-20251001-v1:0",
    "helicone/claude-4.5-haiku", "google-vertex/claude-haiku-4-5@20251001", "anthropic/claude-haiku-4-5-20251001",
    "openai/gpt-4o", "openai/gpt-4o-2024-08-06", "openai/ft:gpt-4o-2024-08-06", "openrouter/openai/gpt-4o",
    "azure/gpt-4o", "openrouter/openai/gpt-4o:extended", "openrouter/moonshotai/kimi-k2",
    "moonshot/kimi-k2-0711-preview", "fireworks/accounts/fireworks/models/deepseek-v3",
    "fireworks/accounts/fireworks/models/kimi-k2-instruct", "deepinfra/deepseek-ai/DeepSeek-V3",
    "google/gemini-2.5-pro", "google-vertex/gemini-2.5-pro", "openrouter/google/gemini-2.5-pro",
    "anthropic/claude-sonnet-4-5-20250929", "bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0",
    "bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0", "bedrock/au.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "bedrock/anthropic.claude-v2", "bedrock/anthropic.claude-v2:1", "azure/gpt-4o-2024-11-20",
    "openai/gpt-4o-2024-11-20", "openai/gpt-4o-mini", "azure/gpt-4o-mini", "github-models/gpt-4o-mini",
    "azure/gpt-35-turbo", "openai/gpt-3.5-turbo", "openai/gpt-3.5-turbo-instruct",
    "openrouter/openai/gpt-3.5-turbo-instruct", "openrouter/openrouter/auto", "featherless/wilpancake/test",
    "openai/chatgpt-4o-latest", "deepseek/deepseek-chat", "groq/llama-3.3-70b-versatile",
    "huggingface/meta-llama/Llama-3.3-70B-Instruct", "together/meta-llama/Llama-3.3-70B-Instruct-Turbo",
    "cloudflare-workers-ai/@cf/meta/llama-3.1-8b-instruct", "groq/llama-3.1-8b-instant", "ollama/llama3",
    "ollama/llama3:8b", "ollama-cloud/gpt-oss:120b", "groq/openai/gpt-oss-120b", "cohere/command-r",
    "bedrock/cohere.command-r-v1:0", "openai/gpt-4", "azure/gpt-4", "openai/o3", "openrouter/openai/o3",
    "google/gemini-2.5-pro-exp-03-25", "openrouter/google/gemini-2.5-flash-preview-05-20:thinking",
    "google/gemini-2.5-flash", "jina/jina-embeddings-v3", "bedrock/amazon.nova-pro-v1:0",
    "bedrock/us.amazon.nova-pro-v1:0", "openrouter/amazon/nova-pro-v1", "huggingface-novita/zai-org/GLM-4.5",
    "cloudflare-ai-gateway/huggingface/zai-org/glm-4.5", "zai/glm-4.5", "openai/dall-e-3", "azure/dall-e-3",
    "zenmux/amazon/nova-pro-v1", "kilo/kilo/auto",
)  # fmt: skip
OFFERINGS = [
    *map(_offering, KEYS),
    _offering("openrouter/google/gemini-2.5-flash-preview-05-20", is_listed=False),
    _offering("bedrock/nova-pro-v1", is_listed=False),
    _offering("anthropic/claude-opus-4-5-20251101", "claude-opus-4-5"),
    _offering("anthropic/claude-3-5-sonnet-20241022", "claude-3-5-sonnet-latest"),
    _offering("xai/grok-4-0709", "grok-4", "grok-4-latest"),
    _offering("mistral/mistral-large-2512", "mistral-large-latest"),
]
FINDER = finder(OFFERINGS)


def key() -> list[tuple[str, ...]]:
    with (Path(__file__).parent / "spellings.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return [tuple(row) for row in rows]


@pytest.mark.parametrize(("query", "matched_by", "offering", "model", "reason"), key())
def test_a_spelling_that_people_write_means_what_its_provider_says(query, matched_by, offering, model, reason):
    answer = FINDER.find(query)

    assert (answer.offering or "", answer.model or "", answer.matched_by) == (offering, model, matched_by), reason


@pytest.mark.parametrize(
    ("query", "conditions"),
    [
        ("azure/eu/gpt-4o-2024-11-20", {"region": "eu"}),
        ("azure/us-gov/gpt-4o-2024-11-20", {"region": "us-gov"}),
        ("bedrock/eu-central-1/anthropic.claude-v2", {"region": "eu-central-1"}),
        ("bedrock/eu-central-1/1-month-commitment/anthropic.claude-v2",
         {"region": "eu-central-1", "plan": "1-month-commitment"}),
        ("arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-v2:1", {"region": "us-east-1"}),
        ("projects/p/locations/europe-west4/publishers/google/models/gemini-2.5-pro", {"region": "europe-west4"}),
        ("hd/1024-x-1792/dall-e-3", {"detail": "quality:hd,size:1024x1792"}),
        ("azure/standard/1024-x-1024/dall-e-3", {"detail": "quality:standard,size:1024x1024"}),
        ("openai/gpt-4o", {}),
    ],
)  # fmt: skip
def test_what_an_id_says_of_how_a_model_is_called_is_kept(query, conditions):
    answer = FINDER.find(query)

    assert answer.offering
    assert answer.conditions == conditions


@pytest.mark.parametrize(
    ("own_id", "offering"),
    [
        ("eu.anthropic.claude-haiku-4-5-20251001-v1:0", "bedrock/eu.anthropic.claude-haiku-4-5-20251001-v1:0"),
        ("accounts/fireworks/models/kimi-k2-instruct", "fireworks/accounts/fireworks/models/kimi-k2-instruct"),
        ("huggingface/zai-org/glm-4.5", "cloudflare-ai-gateway/huggingface/zai-org/glm-4.5"),
    ],
)
def test_a_providers_own_id_is_never_answered_with_the_makers_offering(own_id, offering):
    assert FINDER.find(own_id).offering == offering


def test_a_text_that_names_a_provider_is_not_answered_with_another_ones_offering():
    answer = FINDER.find("huggingface/zai-org/GLM-4.5")

    assert (answer.offering, answer.model) == (None, "z-ai/glm4-5")
    assert "zai/glm-4.5" in answer.others


def test_no_maker_who_gave_a_model_up_is_replaced_by_a_reseller():
    gone = [_offering("openai/o1-mini-2024-09-12", is_listed=False), _offering("azure/o1-mini-2024-09-12")]

    answer = finder(gone).find("o1-mini-2024-09-12")

    assert (answer.offering, answer.model) == (None, "openai/o1-mini-20240912")
    assert answer.others == ("azure/o1-mini-2024-09-12", "openai/o1-mini-2024-09-12")


def test_others_names_the_models_other_offerings_those_still_listed_first():
    others = FINDER.find("openrouter/google/gemini-2.5-flash-preview-05-20:nitro").others

    assert others == (
        "openrouter/google/gemini-2.5-flash-preview-05-20:thinking",
        "openrouter/google/gemini-2.5-flash-preview-05-20",
    )


@pytest.mark.parametrize("query", ["gpt-4o-latest", "gpt-5-codex-max", "gpt-5.2-0315"])
def test_suggestions_are_near_in_name_and_well_known(query):
    ids = [candidate["id"] for candidate in FINDER.find(query).candidates]

    assert ids
    assert all("gpt" in id for id in ids)
    assert "featherless/wilpancake/test" not in ids


def test_the_best_suggestion_for_a_word_left_out_is_the_whole_name():
    assert FINDER.find("gpt-5-codex-max").candidates[0]["id"] == "openai/gpt-5-1-codex-max"


def test_what_is_listed_is_suggested_before_what_no_longer_is():
    near = [_offering("acme/rocket-2", is_listed=False), _offering("acme/rocket-10")]

    ids = [candidate["id"] for candidate in finder(near).find("acme/rocket-3").candidates]

    assert ids == ["acme/rocket-10", "acme/rocket-2"]
