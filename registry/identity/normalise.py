"""Links a provider's id to a model by named rules. Precision before recall: without a rule there is no link.

A *model key* is `author/name` with the author's own spelling and normalised version numbers: `4.5`, `4-5` and `4p5` are
equal, and so are `llama3`, `llama-3` and `Llama_3`; `families` holds the spellings of families. Serving affixes are
removed from a provider's id first (`affixes`), and never from a model's own name. What may be a different model stays
separate: previews, dated snapshots, sizes, `-instruct`, `-thinking`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from registry.identity import affixes, families, names
from registry.identity.families import family_author

__all__ = [
    "HOME_PROVIDERS",
    "OWN_AUTHOR",
    "Identity",
    "canonical_name",
    "family_author",
    "identify",
    "is_model_key",
    "model_key",
    "spelt_name",
]


class Identity(NamedTuple):
    """The model of an id, and the rule that identified it."""

    key: str
    rule: str


#: Providers that serve only their own models: there, an id without an author names a model of theirs.
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
}
#: The author's own provider, preferred when a bare model name is looked up.
HOME_PROVIDERS: Final[Mapping[str, tuple[str, ...]]] = {
    "amazon": ("bedrock",),
    "z-ai": ("zai", "zhipu"),
    **{author: (provider,) for provider, author in OWN_AUTHOR.items() if author != "z-ai"},
}

LONGEST_AUTHOR: Final = 80
LONGEST_KEY: Final = 200
"""As the columns of `registry.models.Model` are."""

#: Path segments of an id that name no author.
_PLACES: Final = frozenset(
    {
        "accounts",
        "models",
        "fireworks",
        "routers",
        "publishers",
        "@cf",
        "@hf",
        "hf",
        "pro",
        "lora",
        "route",
        "router",
        "free",
    }
)
#: Hosts and re-uploaders of others' weights: in front of a known family's name they are not the author.
_HOSTS: Final = frozenset(
    {
        "anyscale", "azure", "azure-openai", "baseten", "bedrock", "cerebras", "chutes", "chutesai", "cloudflare",
        "deepinfra", "empiriolabs", "fireworks-ai", "friendli", "google-ai-studio", "google-vertex", "groq",
        "hyperbolic", "lepton", "nebius", "novita", "nscale", "ollama", "openrouter", "sambanova", "together",
        "unsloth", "vertex", "vertex-ai", "workers-ai",
    }
)  # fmt: skip
#: Hosts of chat models only: a model with a base and an instruct build, named by size, is the instruct build there.
_CHAT_HOSTS: Final = frozenset({"cerebras", "groq", "heroku", "poe", "sambanova", "venice"})
_BY_SIZE: Final = re.compile(r"meta-llama/llama3(-\d)?-\d+b|mistralai/mixtral8x\d+b|qwen/qwen2-5-(coder-)?\d+b")
#: Spellings that only one provider uses: of versions, or a vendor prefix. Venice omits the point: openai-gpt-52,
#: claude-opus-45.
_PROVIDER_SPELLING: Final = {
    **dict.fromkeys(names.AZURE, (re.compile(r"^gpt-35(?=-|$)"), "gpt-3.5")),
    "databricks": (re.compile(r"^databricks-"), ""),
    "oci": (re.compile(r"^[a-z]+\.(?=[a-z])"), ""),
    "ollama-cloud": (re.compile(r":"), "-"),
    "venice": (re.compile(r"(gpt-|grok-|minimax-m|opus-|sonnet-|haiku-)(\d)(\d)(?=-|$)"), r"\1\2.\3"),
}
_FAMILY_DIGIT = re.compile(
    r"\b(llama|qwen|qwq|gemma|phi|glm|grok|gemini|kimi-k|ernie|yi|jamba|mixtral|ministral|step|seed)-(?=\d)"
)


@lru_cache(maxsize=65_536)
def canonical_name(text: str) -> str:
    """A model's name with normalised version numbers, separators and dates. Not for display. Idempotent."""
    name = re.sub(r"[\s_@/-]+", "-", text.lower()).strip("-")
    name = re.sub(r"(?<=\d)[.p](?=\d)", "-", name)
    name = re.sub(r"(?<=-)(20\d\d)-(\d\d)-(\d\d)(?=-|$)", r"\1\2\3", name)
    name = re.sub(r"^(meta-)+(?=llama)", "", name)
    name = _FAMILY_DIGIT.sub(r"\1", name)
    return re.sub(r"(-default)+$", "", name)


def model_key(author: str, name: str) -> str:
    """The key of a model given by author and name, in whatever spelling."""
    author, name = names.author(author), canonical_name(name)
    bare = families.without_author(name)
    return f"{author}/{families.respell(author, bare if family_author(bare) == author else name)}"


def spelt_name(name: str) -> str:
    """A bare model name in the spelling of its key, when the family is known."""
    name = canonical_name(name)
    author = family_author(families.without_author(name))
    return model_key(author, name).partition("/")[2] if author else name


@lru_cache(maxsize=65_536)
def identify(provider: str, native_id: str) -> Identity | None:
    """The model of a provider's id, or None when no rule applies. Pure; prices never decide identity."""
    identity = _identify(provider, native_id)
    return identity if identity and is_model_key(identity.key) else None


def is_model_key(key: str) -> bool:
    """Whether a text can be a model's key: a non-empty author and name within the length limits."""
    author, _, name = key.partition("/")
    return bool(author and name) and len(author) <= LONGEST_AUTHOR and len(key) <= LONGEST_KEY


def _identify(provider: str, native_id: str) -> Identity | None:
    text = affixes.parse(provider, native_id).base
    if provider in names.BEDROCK:
        return _identify_bedrock(text)
    *places, name = [part for part in text.split("/") if part] or [""]
    places = [place for place in places if place not in _PLACES]
    name = families.without_author(canonical_name(_as_elsewhere(provider, name)))
    author = family_author(name)
    if places and places[0] in _HOSTS and (author or len(places) == 2):
        places.pop(0)
    if len(places) == 1:
        return Identity(_at_host(provider, model_key(places[0], name)), "author in the id")
    if places or not name:
        return None
    if author:
        return Identity(_at_host(provider, model_key(author, name)), "family name")
    if author := OWN_AUTHOR.get(provider):
        return Identity(model_key(author, name), "the provider's own model")
    return None


def _as_elsewhere(provider: str, name: str) -> str:
    pattern, as_ = _PROVIDER_SPELLING.get(provider, (None, ""))
    return pattern.sub(as_, name) if pattern else name


def _at_host(provider: str, key: str) -> str:
    return f"{key}-instruct" if provider in _CHAT_HOSTS and _BY_SIZE.fullmatch(key) else key


def _identify_bedrock(text: str) -> Identity | None:
    vendor, separator, name = text.partition(".")
    if not separator or not re.fullmatch(r"[a-z0-9]+", vendor):
        # Not a Bedrock id: a model that another source lists there under its bare name.
        name = canonical_name(text)
        author = None if "/" in text else family_author(name)
        return Identity(model_key(author, name), "family name") if author else None
    return Identity(model_key(vendor, name), "vendor in the Bedrock id")
