"""All sources by slug. A source is imported when it is used, so that a broken one does not take the others down."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from syncers.base import Source

#: Slug → `module:Class`, in the order in which a first sync runs: what people wrote, then what is widest.
SOURCES: Final[dict[str, str]] = {
    "curated": "syncers.sources.curated:Curated",
    "genai-prices": "syncers.sources.genai_prices:GenaiPrices",
    "openrouter": "syncers.sources.openrouter:OpenRouter",
    "models-dev": "syncers.sources.models_dev:ModelsDev",
    "litellm": "syncers.sources.litellm:LiteLLM",
    # -- gateways and aggregators
    "vercel-ai-gateway": "syncers.sources.vercel_ai_gateway:VercelAIGateway",
    "aihubmix": "syncers.sources.aihubmix:AiHubMix",
    "helicone": "syncers.sources.helicone:Helicone",
    "anannas": "syncers.sources.anannas:Anannas",
    "aimo": "syncers.sources.aimo:Aimo",
    "huggingface": "syncers.sources.huggingface:HuggingFace",
    "huggingface-router": "syncers.sources.huggingface_router:HuggingFaceRouter",
    "cloudflare-ai-gateway": "syncers.sources.cloudflare_ai_gateway:CloudflareAIGateway",
    "requesty": "syncers.sources.requesty:Requesty",
    "zenmux": "syncers.sources.zenmux:ZenMux",
    "onerouter": "syncers.sources.onerouter:OneRouter",
    "nano-gpt": "syncers.sources.nano_gpt:NanoGpt",
    "perplexity": "syncers.sources.perplexity:Perplexity",
    "perplexity-router": "syncers.sources.perplexity:PerplexityRouter",
    "replicate": "syncers.sources.replicate:Replicate",
    # -- inference providers
    "deepinfra": "syncers.sources.deepinfra:DeepInfra",
    "together": "syncers.sources.together:Together",
    "fireworks": "syncers.sources.fireworks:Fireworks",
    "groq": "syncers.sources.groq:Groq",
    "chutes": "syncers.sources.chutes:Chutes",
    "near": "syncers.sources.near:Near",
    "featherless": "syncers.sources.featherless:Featherless",
    "cerebras": "syncers.sources.cerebras:Cerebras",
    "nebius": "syncers.sources.nebius:Nebius",
    "novita": "syncers.sources.novita:Novita",
    "hyperbolic": "syncers.sources.hyperbolic:Hyperbolic",
    "clarifai": "syncers.sources.clarifai:Clarifai",
    "cloudflare-workers-ai": "syncers.sources.cloudflare_workers_ai:CloudflareWorkersAI",
    "nvidia": "syncers.sources.nvidia:Nvidia",
    "modelz": "syncers.sources.modelz:Modelz",
    "akash": "syncers.sources.akash:Akash",
    "morpheus": "syncers.sources.morpheus:Morpheus",
    "ollama": "syncers.sources.ollama:Ollama",
    "sambanova": "syncers.sources.sambanova:SambaNova",
    "venice": "syncers.sources.venice:Venice",
    # -- makers of models
    "openai": "syncers.sources.openai:OpenAI",
    "anthropic": "syncers.sources.anthropic:Anthropic",
    "google": "syncers.sources.google:Google",
    "xai": "syncers.sources.xai:XAI",
    "black-forest-labs": "syncers.sources.black_forest_labs:BlackForestLabs",
    "cohere": "syncers.sources.cohere:Cohere",
    "deepseek": "syncers.sources.deepseek:DeepSeek",
    "meta": "syncers.sources.meta:Meta",
    "mistral": "syncers.sources.mistral:Mistral",
    "upstage": "syncers.sources.upstage:Upstage",
    "writer": "syncers.sources.writer:Writer",
    # -- clouds
    "google-vertex": "syncers.sources.google_vertex:GoogleVertex",
    "heroku": "syncers.sources.heroku:Heroku",
    "bedrock": "syncers.sources.bedrock:Bedrock",
    "bedrock-prices": "syncers.sources.bedrock_prices:BedrockPrices",
    "azure": "syncers.sources.azure:Azure",
    "azure-arm": "syncers.sources.azure_arm:AzureArm",
    "azure-prices": "syncers.sources.azure_prices:AzurePrices",
    # -- regional
    "alibaba": "syncers.sources.alibaba:Alibaba",
    "alibaba-cn": "syncers.sources.alibaba:AlibabaChina",
    "baidu": "syncers.sources.baidu:Baidu",
    "bytedance": "syncers.sources.bytedance:Volcengine",
    "byteplus": "syncers.sources.bytedance:BytePlus",
    "minimax": "syncers.sources.minimax:MiniMax",
    "minimax-cn": "syncers.sources.minimax:MiniMaxChina",
    "moonshot": "syncers.sources.moonshot:Moonshot",
    "moonshot-cn": "syncers.sources.moonshot:MoonshotChina",
    "sarvam": "syncers.sources.sarvam:Sarvam",
    "siliconflow": "syncers.sources.siliconflow:SiliconFlow",
    "siliconflow-cn": "syncers.sources.siliconflow:SiliconFlowChina",
    "stepfun": "syncers.sources.stepfun:StepFun",
    "stepfun-intl": "syncers.sources.stepfun:StepFunInternational",
    "xiaomi": "syncers.sources.xiaomi:Xiaomi",
    "zai": "syncers.sources.zhipu:Zai",
    "zhipu": "syncers.sources.zhipu:Zhipu",
    # -- specialised
    "fal": "syncers.sources.fal:Fal",
    "fal-prices": "syncers.sources.fal_prices:FalPrices",
    "deepgram": "syncers.sources.deepgram:Deepgram",
    "elevenlabs": "syncers.sources.elevenlabs:ElevenLabs",
    "jina": "syncers.sources.jina:Jina",
    "voyage": "syncers.sources.voyage:Voyage",
    # -- price files
    "portkey": "syncers.sources.portkey:Portkey",
    # -- benchmarks: last, since they are of models that the others bring
    "lmarena": "syncers.sources.lmarena:LMArena",
    "epoch": "syncers.sources.epoch:Epoch",
    "aider": "syncers.sources.aider:Aider",
    # -- exchange rates
    "ecb": "syncers.sources.ecb:ECB",
    # -- nothing is fetched: the service has ended, or has no list
    "github-models": "syncers.sources.unfetched_hosts:GitHubModels",
    "simplismart": "syncers.sources.unfetched_hosts:Simplismart",
    "ai21": "syncers.sources.unfetched_b:AI21",
    "alpaca-network": "syncers.sources.unfetched_b:AlpacaNetwork",
    "chatterbox-tts": "syncers.sources.unfetched_b:ChatterboxTts",
    "databricks": "syncers.sources.unfetched_b:Databricks",
    "lambda": "syncers.sources.unfetched_b:Lambda",
    "octoai": "syncers.sources.unfetched_b:OctoAI",
    "rakuten": "syncers.sources.unfetched_b:Rakuten",
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
