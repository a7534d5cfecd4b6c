"""All sources by slug. A source is loaded when it is used, so that a broken one does not affect the others."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from syncers.kinds.source import Source

SIMPLE: Final = "simple.toml"
RETIRED: Final = "retired.toml"


@cache
def tables(file: str) -> Mapping[str, Mapping[str, Any]]:
    """The tables of a file in `sources/`, by slug and in its order. Raises TypeError for what is not TOML."""
    try:
        by_slug = tomllib.loads((Path(__file__).parent / "sources" / file).read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise TypeError(f"{file}: {error}") from error
    for slug, table in by_slug.items():
        if not isinstance(table, dict):
            raise TypeError(f"{file}: `{slug}` stands above the first [source]")
    return by_slug


_WITH_CODE: Final[dict[str, str]] = {
    "curated": "syncers.sources.catalogues.curated:Curated",
    # -- vendors' own pages: before the catalogues that state the same
    "anthropic-pricing": "syncers.sources.pages.anthropic_pricing:AnthropicPricing",
    "anthropic-deprecations": "syncers.sources.pages.anthropic_deprecations:AnthropicDeprecations",
    "azure-deprecations": "syncers.sources.pages.azure_deprecations:AzureDeprecations",
    "cohere-deprecations": "syncers.sources.pages.cohere_deprecations:CohereDeprecations",
    "vertex-deprecations": "syncers.sources.pages.vertex_deprecations:VertexDeprecations",
    "openai-pricing": "syncers.sources.pages.openai_pricing:OpenAIPricing",
    "openai-deprecations": "syncers.sources.pages.openai_deprecations:OpenAIDeprecations",
    "google-pricing": "syncers.sources.pages.google_pricing:GooglePricing",
    "deepseek-pricing": "syncers.sources.pages.deepseek_pricing:DeepSeekPricing",
    "xai-pricing": "syncers.sources.pages.xai_pricing:XAIPricing",
    "moonshot-pricing": "syncers.sources.pages.moonshot_pricing:MoonshotPricing",
    "minimax-pricing": "syncers.sources.pages.minimax_pricing:MiniMaxPricing",
    "together-pricing": "syncers.sources.pages.together_pricing:TogetherPricing",
    "zai-pricing": "syncers.sources.pages.zai_pricing:ZaiPricing",
    "alibaba-pricing": "syncers.sources.pages.alibaba_pricing:AlibabaPricing",
    # -- catalogues and marketplaces
    "genai-prices": "syncers.sources.catalogues.genai_prices:GenaiPrices",
    "openrouter": "syncers.sources.gateways.openrouter:OpenRouter",
    "models-dev": "syncers.sources.catalogues.models_dev:ModelsDev",
    "litellm": "syncers.sources.catalogues.litellm:LiteLLM",
    "model-eol": "syncers.sources.catalogues.model_eol:ModelEol",
    "deprecations-info": "syncers.sources.catalogues.deprecations_info:DeprecationsInfo",
    # -- gateways and aggregators
    "vercel-ai-gateway": "syncers.sources.gateways.vercel_ai_gateway:VercelAIGateway",
    "aihubmix": "syncers.sources.gateways.aihubmix:AiHubMix",
    "helicone": "syncers.sources.catalogues.helicone:Helicone",
    "aimo": "syncers.sources.gateways.aimo:Aimo",
    "huggingface": "syncers.sources.catalogues.huggingface:HuggingFace",
    "huggingface-router": "syncers.sources.gateways.huggingface_router:HuggingFaceRouter",
    "cloudflare-ai-gateway": "syncers.sources.gateways.cloudflare_ai_gateway:CloudflareAIGateway",
    "requesty": "syncers.sources.gateways.requesty:Requesty",
    "zenmux": "syncers.sources.gateways.zenmux:ZenMux",
    "onerouter": "syncers.sources.gateways.onerouter:OneRouter",
    "nano-gpt": "syncers.sources.gateways.nano_gpt:NanoGpt",
    "perplexity": "syncers.sources.makers.perplexity:Perplexity",
    "replicate": "syncers.sources.hosts.replicate:Replicate",
    # -- inference providers
    "deepinfra": "syncers.sources.hosts.deepinfra:DeepInfra",
    "together": "syncers.sources.hosts.together:Together",
    "fireworks": "syncers.sources.hosts.fireworks:Fireworks",
    "chutes": "syncers.sources.hosts.chutes:Chutes",
    "near": "syncers.sources.hosts.near:Near",
    "featherless": "syncers.sources.hosts.featherless:Featherless",
    "cerebras": "syncers.sources.hosts.cerebras:Cerebras",
    "nebius": "syncers.sources.hosts.nebius:Nebius",
    "novita": "syncers.sources.hosts.novita:Novita",
    "hyperbolic": "syncers.sources.hosts.hyperbolic:Hyperbolic",
    "clarifai": "syncers.sources.hosts.clarifai:Clarifai",
    "cloudflare-workers-ai": "syncers.sources.clouds.cloudflare_workers_ai:CloudflareWorkersAI",
    "ollama": "syncers.sources.hosts.ollama:Ollama",
    "venice": "syncers.sources.hosts.venice:Venice",
    # -- makers of models
    "openai": "syncers.sources.makers.openai:OpenAI",
    "anthropic": "syncers.sources.makers.anthropic:Anthropic",
    "google": "syncers.sources.makers.google:Google",
    "xai": "syncers.sources.makers.xai:XAI",
    "black-forest-labs": "syncers.sources.makers.black_forest_labs:BlackForestLabs",
    "cohere": "syncers.sources.makers.cohere:Cohere",
    "mistral": "syncers.sources.makers.mistral:Mistral",
    # -- clouds
    "google-vertex": "syncers.sources.clouds.google_vertex:GoogleVertex",
    "heroku": "syncers.sources.clouds.heroku:Heroku",
    "bedrock": "syncers.sources.clouds.bedrock:Bedrock",
    "bedrock-prices": "syncers.sources.clouds.bedrock_prices:BedrockPrices",
    "azure": "syncers.sources.clouds.azure:Azure",
    "azure-arm": "syncers.sources.clouds.azure_arm:AzureArm",
    "azure-prices": "syncers.sources.clouds.azure_prices:AzurePrices",
    # -- regional
    "alibaba": "syncers.sources.regional.alibaba:Alibaba",
    "bytedance": "syncers.sources.regional.bytedance:Volcengine",
    "minimax": "syncers.sources.regional.minimax:MiniMax",
    "siliconflow": "syncers.sources.regional.siliconflow:SiliconFlow",
    # -- specialised
    "fal": "syncers.sources.hosts.fal:Fal",
    "fal-prices": "syncers.sources.hosts.fal_prices:FalPrices",
    "deepgram": "syncers.sources.makers.deepgram:Deepgram",
    "jina": "syncers.sources.makers.jina:Jina",
    # -- price files
    "portkey": "syncers.sources.catalogues.portkey:Portkey",
}
_LAST: Final[dict[str, str]] = {
    # -- benchmarks: last, since they need the models of the others
    "lmarena": "syncers.sources.benchmarks.lmarena:LMArena",
    "epoch": "syncers.sources.benchmarks.epoch:Epoch",
    "aider": "syncers.sources.benchmarks.aider:Aider",
    # -- exchange rates
    "ecb": "syncers.sources.catalogues.ecb:ECB",
}
#: Slug → `module:Class` or the file of its table, in the order of a first sync: curated files, vendors' pages, then the
#: widest lists.
SOURCES: Final[dict[str, str]] = {
    **_WITH_CODE,
    **dict.fromkeys(tables(SIMPLE), SIMPLE),
    **_LAST,
    **dict.fromkeys(tables(RETIRED), RETIRED),
}


class UnknownSource(LookupError):
    """No source has that slug. The message names the nearest one."""


def load(slug: str) -> type[Source]:
    """The source of that slug. Raises UnknownSource."""
    if slug not in SOURCES:
        near = get_close_matches(slug.lower().replace("_", "-").replace(".", "-"), SOURCES, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(SOURCES)}"
        raise UnknownSource(f"no source is called {slug!r}; {hint}")
    where = SOURCES[slug]
    if where in (SIMPLE, RETIRED):
        return _declared(where, slug)
    module, _, name = where.partition(":")
    source: type[Source] = getattr(import_module(module), name)
    if source.slug != slug:
        raise TypeError(f"{where} calls itself {source.slug!r}, but is listed as {slug!r}")
    return source


@cache
def _declared(file: str, slug: str) -> type[Source]:
    """The source of a table. One that is `like` another is derived from it."""
    table, base = tables(file)[slug], None
    if other := table.get("like"):
        if "like" in tables(file).get(other, {}):
            raise TypeError(f"{file}: [{slug}] like: {other!r} is like another source itself")
        try:
            base = load(other)
        except UnknownSource as error:
            raise TypeError(f"{file}: [{slug}] like: {error}") from error
    source: type[Source] = import_module("syncers.sources.tables").declare(file, slug, table, base)
    return source


def all_sources() -> Iterator[type[Source]]:
    """Every source, in the order in which a first sync runs."""
    return map(load, SOURCES)
