"""All sources by slug. A source is imported when it is used, so that a broken one does not take the others down."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from syncers.kinds.source import Source

#: Slug → `module:Class`, in the order in which a first sync runs: what people wrote, then what is widest.
SOURCES: Final[dict[str, str]] = {
    "curated": "syncers.sources.catalogues.curated:Curated",
    "genai-prices": "syncers.sources.catalogues.genai_prices:GenaiPrices",
    "openrouter": "syncers.sources.gateways.openrouter:OpenRouter",
    "models-dev": "syncers.sources.catalogues.models_dev:ModelsDev",
    "litellm": "syncers.sources.catalogues.litellm:LiteLLM",
    # -- gateways and aggregators
    "vercel-ai-gateway": "syncers.sources.gateways.vercel_ai_gateway:VercelAIGateway",
    "aihubmix": "syncers.sources.gateways.aihubmix:AiHubMix",
    "helicone": "syncers.sources.catalogues.helicone:Helicone",
    "anannas": "syncers.sources.gateways.anannas:Anannas",
    "aimo": "syncers.sources.gateways.aimo:Aimo",
    "huggingface": "syncers.sources.catalogues.huggingface:HuggingFace",
    "huggingface-router": "syncers.sources.gateways.huggingface_router:HuggingFaceRouter",
    "cloudflare-ai-gateway": "syncers.sources.gateways.cloudflare_ai_gateway:CloudflareAIGateway",
    "requesty": "syncers.sources.gateways.requesty:Requesty",
    "zenmux": "syncers.sources.gateways.zenmux:ZenMux",
    "onerouter": "syncers.sources.gateways.onerouter:OneRouter",
    "nano-gpt": "syncers.sources.gateways.nano_gpt:NanoGpt",
    "perplexity": "syncers.sources.makers.perplexity:Perplexity",
    "perplexity-router": "syncers.sources.makers.perplexity:PerplexityRouter",
    "replicate": "syncers.sources.hosts.replicate:Replicate",
    # -- inference providers
    "deepinfra": "syncers.sources.hosts.deepinfra:DeepInfra",
    "together": "syncers.sources.hosts.together:Together",
    "fireworks": "syncers.sources.hosts.fireworks:Fireworks",
    "groq": "syncers.sources.hosts.groq:Groq",
    "chutes": "syncers.sources.hosts.chutes:Chutes",
    "near": "syncers.sources.hosts.near:Near",
    "featherless": "syncers.sources.hosts.featherless:Featherless",
    "cerebras": "syncers.sources.hosts.cerebras:Cerebras",
    "nebius": "syncers.sources.hosts.nebius:Nebius",
    "novita": "syncers.sources.hosts.novita:Novita",
    "hyperbolic": "syncers.sources.hosts.hyperbolic:Hyperbolic",
    "clarifai": "syncers.sources.hosts.clarifai:Clarifai",
    "cloudflare-workers-ai": "syncers.sources.clouds.cloudflare_workers_ai:CloudflareWorkersAI",
    "nvidia": "syncers.sources.hosts.nvidia:Nvidia",
    "modelz": "syncers.sources.gateways.modelz:Modelz",
    "akash": "syncers.sources.hosts.akash:Akash",
    "morpheus": "syncers.sources.gateways.morpheus:Morpheus",
    "ollama": "syncers.sources.hosts.ollama:Ollama",
    "sambanova": "syncers.sources.hosts.sambanova:SambaNova",
    "venice": "syncers.sources.hosts.venice:Venice",
    # -- makers of models
    "openai": "syncers.sources.makers.openai:OpenAI",
    "anthropic": "syncers.sources.makers.anthropic:Anthropic",
    "google": "syncers.sources.makers.google:Google",
    "xai": "syncers.sources.makers.xai:XAI",
    "black-forest-labs": "syncers.sources.makers.black_forest_labs:BlackForestLabs",
    "cohere": "syncers.sources.makers.cohere:Cohere",
    "deepseek": "syncers.sources.makers.deepseek:DeepSeek",
    "meta": "syncers.sources.makers.meta:Meta",
    "mistral": "syncers.sources.makers.mistral:Mistral",
    "upstage": "syncers.sources.regional.upstage:Upstage",
    "writer": "syncers.sources.makers.writer:Writer",
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
    "alibaba-cn": "syncers.sources.regional.alibaba:AlibabaChina",
    "baidu": "syncers.sources.regional.baidu:Baidu",
    "bytedance": "syncers.sources.regional.bytedance:Volcengine",
    "byteplus": "syncers.sources.regional.bytedance:BytePlus",
    "minimax": "syncers.sources.regional.minimax:MiniMax",
    "minimax-cn": "syncers.sources.regional.minimax:MiniMaxChina",
    "moonshot": "syncers.sources.regional.moonshot:Moonshot",
    "moonshot-cn": "syncers.sources.regional.moonshot:MoonshotChina",
    "sarvam": "syncers.sources.regional.sarvam:Sarvam",
    "siliconflow": "syncers.sources.regional.siliconflow:SiliconFlow",
    "siliconflow-cn": "syncers.sources.regional.siliconflow:SiliconFlowChina",
    "stepfun": "syncers.sources.regional.stepfun:StepFun",
    "stepfun-intl": "syncers.sources.regional.stepfun:StepFunInternational",
    "xiaomi": "syncers.sources.regional.xiaomi:Xiaomi",
    "zai": "syncers.sources.regional.zhipu:Zai",
    "zhipu": "syncers.sources.regional.zhipu:Zhipu",
    # -- specialised
    "fal": "syncers.sources.hosts.fal:Fal",
    "fal-prices": "syncers.sources.hosts.fal_prices:FalPrices",
    "deepgram": "syncers.sources.makers.deepgram:Deepgram",
    "elevenlabs": "syncers.sources.makers.elevenlabs:ElevenLabs",
    "jina": "syncers.sources.makers.jina:Jina",
    "voyage": "syncers.sources.makers.voyage:Voyage",
    # -- price files
    "portkey": "syncers.sources.catalogues.portkey:Portkey",
    # -- benchmarks: last, since they are of models that the others bring
    "lmarena": "syncers.sources.benchmarks.lmarena:LMArena",
    "epoch": "syncers.sources.benchmarks.epoch:Epoch",
    "aider": "syncers.sources.benchmarks.aider:Aider",
    # -- exchange rates
    "ecb": "syncers.sources.catalogues.ecb:ECB",
    # -- nothing is fetched: the service has ended, or has no list
    "github-models": "syncers.sources.hosts.unfetched_hosts:GitHubModels",
    "simplismart": "syncers.sources.hosts.unfetched_hosts:Simplismart",
    "ai21": "syncers.sources.hosts.unfetched_b:AI21",
    "alpaca-network": "syncers.sources.hosts.unfetched_b:AlpacaNetwork",
    "chatterbox-tts": "syncers.sources.hosts.unfetched_b:ChatterboxTts",
    "databricks": "syncers.sources.hosts.unfetched_b:Databricks",
    "lambda": "syncers.sources.hosts.unfetched_b:Lambda",
    "octoai": "syncers.sources.hosts.unfetched_b:OctoAI",
    "rakuten": "syncers.sources.hosts.unfetched_b:Rakuten",
}


class UnknownSource(LookupError):
    """No source has that slug. The message names the nearest one."""


def load(slug: str) -> type[Source]:
    """The source of that slug. Raises UnknownSource."""
    if slug not in SOURCES:
        near = get_close_matches(slug.lower().replace("_", "-").replace(".", "-"), SOURCES, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(SOURCES)}"
        raise UnknownSource(f"no source is called {slug!r}; {hint}")
    module, _, name = SOURCES[slug].partition(":")
    found: type[Source] = getattr(import_module(module), name)
    if found.slug != slug:
        raise TypeError(f"{SOURCES[slug]} calls itself {found.slug!r}, but is listed as {slug!r}")
    return found


def all_sources() -> Iterator[type[Source]]:
    """Every source, in the order in which a first sync runs."""
    return map(load, SOURCES)
