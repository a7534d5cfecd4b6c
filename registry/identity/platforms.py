"""Facts about the platforms that serve models, as data: whose models they serve, and what their ids hold besides."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from registry.identity import names

#: Makers' own platforms: there, an id without an author names a model of theirs.
OWN_AUTHOR: Final[Mapping[str, str]] = {
    "anthropic": "anthropic",
    "openai": "openai",
    "mistral": "mistralai",
    "deepseek": "deepseek",
    "xai": "x-ai",
    "cohere": "cohere",
    "moonshot": "moonshotai",
    "zai": "z-ai",
    "zhipu": "z-ai",
    "minimax": "minimax",
    "ai21": "ai21",
    "voyage": "voyage",
    "jina": "jina",
    "writer": "writer",
    "upstage": "upstage",
    "elevenlabs": "elevenlabs",
    "deepgram": "deepgram",
    "black-forest-labs": "black-forest-labs",
    "stepfun": "stepfun",
    "sarvam": "sarvam",
    "rakuten": "rakuten",
    "xiaomi": "xiaomi",
    "baidu": "baidu",
    "meta": "meta-llama",
    "bytedance": "bytedance",
    "google": "google",
    "perplexity": "perplexity",
    "alibaba": "qwen",
    "arcee": "arcee-ai",
    "inception": "inception",
    "nomic": "nomic-ai",
    "reka-ai": "rekaai",
    "sakana": "sakana",
    "bailing": "inclusionai",
    "recraft": "recraft",
    "stability": "stabilityai",
    "runwayml": "runway",
    "scaledown": "scaledown",
    "typesafe": "typesafe",
}
#: The author's own provider, preferred when a bare model name is looked up.
HOME_PROVIDERS: Final[Mapping[str, tuple[str, ...]]] = {
    "amazon": ("bedrock",),
    "z-ai": ("zai", "zhipu"),
    **{author: (provider,) for provider, author in OWN_AUTHOR.items() if author != "z-ai"},
}

#: Hosts of whatever a hub of weights holds, fine-tunes and merges of anybody: an id is a repository, and so one model.
HUBS: Final = frozenset({"featherless", "huggingface-featherless-ai"})

#: Path segments of an id that name no author: places, tiers, and anonymous or protected ways of serving.
PLACES: Final = frozenset(
    {
        "accounts", "models", "fireworks", "routers", "publishers", "@cf", "@hf", "hf", "pro", "lora", "route",
        "router", "free", "tee", "ps", "@oi", "public", "stealth", "streaming", "us", "eu", "us-gov", "global",
    }
)  # fmt: skip
#: Endpoints of one model behind its name, for a task or a tier each: `fal-ai/flux-2/edit`.
ENDINGS: Final = frozenset(
    {
        "edit", "text-to-image", "image-to-image", "text-to-video", "image-to-video", "video-to-video",
        "reference-to-video", "first-last-frame-to-video", "motion-control", "reframe", "recast", "text-to-speech",
        "text-to-audio", "speech-to-text", "query", "community",
    }
)  # fmt: skip
#: Hosts and gateways by their names in front of an id → the provider whose id follows. They are no authors.
HOSTS: Final[Mapping[str, str]] = {
    **{
        name: names.provider(name)
        for name in (
            "anyscale", "azure", "azure-openai", "baseten", "bedrock", "cerebras", "chutes", "cloudflare", "deepinfra",
            "empiriolabs", "fireworks-ai", "friendli", "google-ai-studio", "google-vertex", "hyperbolic", "lepton",
            "nebius", "novita", "nscale", "ollama", "replicate", "sambanova", "siliconflow", "together", "vertex",
            "vertex-ai", "workers-ai",
        )
    },
    "aws-bedrock": "bedrock",
    "cerebras-ai": "cerebras",
    "chutesai": "chutes",
    "gmicloud": "gmi",
    "groq": "groq",
    "huggingface": "huggingface",
    "openrouter": "openrouter",
    "perplexity": "perplexity",
    "perplexity-ai": "perplexity",
    "google-vertex-ai": "google-vertex",
    "lightning-ai": "lightning-ai",
    "netmind": "netmind",
    "parasail": "parasail",
}  # fmt: skip
#: Hosts that make models too: the authors of what no family claims.
MAKING_HOSTS: Final = frozenset({"cloudflare", "deepinfra", "groq", "huggingface", "openrouter", "together"})
#: Who uploads others' weights again under their names, beside work of their own.
UPLOADERS: Final = frozenset(
    {"alpindale", "cortecs", "neuralmagic", "pearl-ai", "redhatai", "thebloke", "togethercomputer", "unsloth"}
)
#: Ids that are another provider's, behind a prefix: Azure serves Fireworks's models as `FW-GLM-5.2`.
ROUTED: Final[Mapping[str, tuple[re.Pattern[str], str]]] = {
    **dict.fromkeys(names.AZURE, (re.compile(r"^fw-"), "fireworks")),
    "firepass": (re.compile(r"^(?=accounts/fireworks/)"), "fireworks"),
}
#: `user/app/models/name`, where the user is the author.
CLARIFAI: Final = re.compile(r"^([^/]+)/[^/]+/models/([^/]+?)(-high-throughput)?$")

#: Hosts of chat models only: a model with a base and an instruct build, named by size, is the instruct build there.
CHAT_HOSTS: Final = frozenset(
    {
        "bedrock", "bedrock-mantle", "cerebras", "darkbloom", "databricks", "deepbricks", "digitalocean", "groq",
        "heroku", "llamagate", "llmgateway", "ollama", "ollama-cloud", "poe", "privatemode-ai", "sambanova", "tinfoil",
        "venice", "vercel-ai-gateway",
    }
)  # fmt: skip
#: Models with a base and an instruct build, and how the latter's name ends.
BY_SIZE: Final = (
    (re.compile(r"meta-llama/llama3(-\d)?-\d+b|mistralai/mixtral8x\d+b|qwen/qwen2-5-(coder-)?\d+b"), "-instruct"),
    (re.compile(r"meta-llama/llama2-\d+b"), "-chat"),
    (re.compile(r"google/gemma([234]-)?e?\d+b(-a\d+b)?"), "-it"),
)
_OPEN_FAMILY: Final = r"(?=(?:deepseek|glm|kimi|minimax|xiaomi|mimo|qwen)-?)"
#: Spellings that only one provider uses, in order: of versions, or a prefix. Venice omits the point: openai-gpt-52,
#: claude-opus-45. Firmware names V3.2 what it calls deepseek-v3.
PROVIDER_SPELLINGS: Final[Mapping[str, tuple[tuple[re.Pattern[str], str], ...]]] = {
    provider: tuple((re.compile(pattern), as_) for pattern, as_ in rules)
    for provider, rules in {
        **dict.fromkeys(names.AZURE, ((r"^gpt-35$", "gpt-3.5"), (r"^tts(?=-hd$|$)", "tts-1"))),
        "aihubmix": ((rf"^(?:coding|cc|deep|alicloud)-{_OPEN_FAMILY}", ""),),
        "databricks": ((r"^(databricks-|system\.ai\.)", ""),),
        "fireworks": ((r"^spot-", ""),),
        "firmware": ((r"^deepseek-v3$", "deepseek-v3.2"),),
        "gitlab": ((r"^duo-chat-(?=(?:opus|sonnet|haiku|fable)-)", "claude-"), (r"^duo-chat-", "")),
        "kimi-for-coding": ((r"^k(?=\d)", "kimi-k"),),
        "meta": ((r"^(?:cerebras|groq)-(?=llama)", ""),),
        "nano-gpt": ((r"^azure-(?=gpt-|o\d)", ""),),
        "oci": ((r"^[a-z]+\.(?=[a-z])", ""),),
        "ollama": ((r":cloud$|-cloud$", ""), (r":", "-")),
        "ollama-cloud": ((r":(?:latest|cloud)$|-cloud$", ""), (r":", "-")),
        "umans-ai": ((r"^umans-", ""),),
        "umans-ai-coding-plan": ((r"^umans-", ""),),
        "venice": ((r"(gpt-|grok-|minimax-m|opus-|sonnet-|haiku-)(\d)(\d)(?=-|$)", r"\1\2.\3"),),
    }.items()
}  # fmt: skip


def as_elsewhere(provider: str, name: str) -> str:
    """A name as other providers write it."""
    for pattern, as_ in PROVIDER_SPELLINGS.get(provider, ()):
        name = pattern.sub(as_, name)
    return name
