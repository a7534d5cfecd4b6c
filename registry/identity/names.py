"""Aliases of providers and of authors, as data.

A *provider* serves models, an *author* made them. The two lists are apart because one word may be both: `mistral` is a
provider slug here, while the author is `mistralai`, its own name where models are published.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

#: Only other spellings. An endpoint with its own prices for the same ids (`azure-ai`, `bedrock-mantle`,
#: `azure-cognitive-services`) is a separate provider.
PROVIDER_ALIASES: Final[Mapping[str, str]] = {
    "ai21-chat": "ai21",
    "amazon-bedrock": "bedrock",
    "aws": "bedrock",
    "aws-bedrock": "bedrock",
    "bedrock-converse": "bedrock",
    "amazon": "bedrock",
    "azure-openai": "azure",
    "azure-text": "azure",
    "bfl": "black-forest-labs",
    "blackforestlabs": "black-forest-labs",
    "byteplus": "bytedance",
    "volcengine": "bytedance",
    "cloudflare": "cloudflare-workers-ai",
    "workers-ai": "cloudflare-workers-ai",
    "cohere-chat": "cohere",
    "dashscope": "alibaba",
    "qwen": "alibaba",
    "deep-infra": "deepinfra",
    "fal-ai": "fal",
    "featherless-ai": "featherless",
    "fireworks-ai": "fireworks",
    "fireworks-ai-embedding-models": "fireworks",
    "gemini": "google",
    "google-ai-studio": "google",
    "google-genai": "google",
    "google-gla": "google",
    "google-anthropic-vertex": "google-vertex",
    "google-vertexai": "google-vertex",
    "google-vertex-anthropic": "google-vertex",
    "vertex": "google-vertex",
    "vertex-ai": "google-vertex",
    "vertex-ai-beta": "google-vertex",
    "github": "github-models",
    "github-models": "github-models",
    "grok": "xai",
    "hf": "huggingface",
    "ibm": "watsonx",
    "jina-ai": "jina",
    "jinaai": "jina",
    "meta-llama": "meta",
    "llama": "meta",
    "mistral-ai": "mistral",
    "mistralai": "mistral",
    "moonshotai": "moonshot",
    "moonshotai-cn": "moonshot-cn",
    "nano-gpt": "nano-gpt",
    "nvidia-nim": "nvidia",
    "ollama-chat": "ollama",
    "openai-chat": "openai",
    "openai-responses": "openai",
    "novita-ai": "novita",
    "oracle": "oci",
    "perplexity-ai": "perplexity",
    "siliconflow-com": "siliconflow",
    "stability-ai": "stability",
    "text-completion-codestral": "codestral",
    "text-completion-openai": "openai",
    "together-ai": "together",
    "togetherai": "together",
    "vercel": "vercel-ai-gateway",
    "voyageai": "voyage",
    "voyage-ai": "voyage",
    "watsonx-text": "watsonx",
    "x-ai": "xai",
    "z-ai": "zai",
    "zhipuai": "zhipu",
}

AUTHOR_ALIASES: Final[Mapping[str, str]] = {
    "ai21labs": "ai21",
    "alibaba": "qwen",
    "alibaba-cloud": "qwen",
    "aws": "amazon",
    "bfl": "black-forest-labs",
    "ai21-labs": "ai21",
    "bytedance-seed": "bytedance",
    "bytedance-research": "bytedance",
    "codellama": "meta-llama",
    "coherelabs": "cohere",
    "cohereforai": "cohere",
    "deepseek-ai": "deepseek",
    "deepmind": "google",
    "gemini": "google",
    "grok": "x-ai",
    "jinaai": "jina",
    "kimi": "moonshotai",
    "llama": "meta-llama",
    "meta": "meta-llama",
    "minimaxai": "minimax",
    "mistral": "mistralai",
    "mistral-ai": "mistralai",
    "moonshot": "moonshotai",
    "moonshot-ai": "moonshotai",
    "nova": "amazon",
    "perplexity-ai": "perplexity",
    "stability": "stabilityai",
    "stability-ai": "stabilityai",
    "xai": "x-ai",
    "xiaomimimo": "xiaomi",
    "zai": "z-ai",
    "zai-org": "z-ai",
    "zhipu": "z-ai",
    "zhipuai": "z-ai",
    "thudm": "z-ai",
    "ibm-granite": "ibm",
    "aws-bedrock": "amazon",
    "alibaba-nlp": "qwen",
    "allen-ai": "allenai",
    "ant-ling": "inclusionai",
    "arcee": "arcee-ai",
    "baichuan-inc": "baichuan",
    "cognitive-computations": "cognitivecomputations",
    "dphn": "cognitivecomputations",
    "essential-ai": "essentialai",
    "facebook": "meta-llama",
    "featherless": "featherless-ai",
    "google-deepmind": "google",
    "ideogram-ai": "ideogram",
    "ideogramai": "ideogram",
    "inceptionlabs": "inception",
    "inclusion-ai": "inclusionai",
    "kwaipilot": "kuaishou",
    "kwaivgi": "kuaishou",
    "klingai": "kuaishou",
    "lgai-exaone": "lgai",
    "liquidai": "liquid",
    "luma-ai": "luma",
    "lumalabs": "luma",
    "marin-community": "marin",
    "meituan-longcat": "meituan",
    "meta-models": "meta-llama",
    "nomic": "nomic-ai",
    "nousresearch-2": "nousresearch",
    "nv-mistralai": "mistralai",
    "primeintellect": "prime-intellect",
    "reka": "rekaai",
    "reka-ai": "rekaai",
    "replicateopenai": "openai",
    "ricursiveai": "ricursive-ai",
    "runwayml": "runway",
    "sarvamai": "sarvam",
    "sentientfoundation": "sentientagi",
    "sentientfoundation-serverless": "sentientagi",
    "stepfun-ai": "stepfun",
    "thedrummer-2": "thedrummer",
    "thinking-machines": "thinkingmachines",
    "tongyi-mai": "qwen",
    "volcengine": "bytedance",
    "voyage-ai": "voyage",
    "voyageai": "voyage",
    "wan-ai": "qwen",
    "wizardlm": "microsoft",
    "wizardlmteam": "microsoft",
    "xai-org": "x-ai",
    "zero-one-ai": "01-ai",
}

#: Providers that use the id formats of Amazon Bedrock or Azure.
BEDROCK: Final = frozenset({"bedrock", "bedrock-mantle"})
AZURE: Final = frozenset({"azure", "azure-ai", "azure-cognitive-services"})


def slug(text: str) -> str:
    """Lower-case words joined by hyphens: `Together_AI` → `together-ai`."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def provider(name: str) -> str:
    """Our slug for a provider, whatever a source calls it. An unknown name is turned into a slug."""

    plain = slug(name)
    return PROVIDER_ALIASES.get(plain, plain)


def author(name: str) -> str:
    """The author's own spelling, whatever a source calls it."""
    plain = slug(name)
    return AUTHOR_ALIASES.get(plain, plain)
