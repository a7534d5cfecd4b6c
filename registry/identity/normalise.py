"""From a provider's id to the model behind it, by rules that can be named. Precision first: no rule, no link.

A *model key* is `author/name` with the author as he calls himself and version numbers spelt one way, so that `4.5`, `4-5`
and `4p5` are one, and so are `llama3`, `llama-3` and `Llama_3`. What may be another model stays apart: previews, dated
snapshots, sizes, `-instruct`, `-turbo`, quantised builds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from registry.identity import names


class Identity(NamedTuple):
    """The model an id means, and the rule that says so."""

    key: str
    rule: str


#: Authors whose models are known by how their names begin.
FAMILIES: Final = (
    (r"claude", "anthropic"),
    (r"gpt-(?!j|neo)", "openai"),
    (r"chatgpt", "openai"),
    (r"o[134](-|$)", "openai"),
    (r"(text-embedding-(3|ada)|dall-e|whisper|tts-1|davinci|babbage|omni-moderation|codex-mini|computer-use-preview)", "openai"),
    (r"gemini|gemma|imagen|veo-|learnlm|medgemma", "google"),
    (r"(meta-)?llama-?[1-9]|llama-guard|codellama|muse-spark", "meta-llama"),
    (r"mistral-|mixtral|ministral|codestral|devstral|magistral|pixtral|voxtral|open-mi[sx]tral", "mistralai"),
    (r"deepseek(?!.*distill)", "deepseek"),
    (r"(qwen|qwq|qvq)", "qwen"),
    (r"grok", "x-ai"),
    (r"kimi|moonshot-v1", "moonshotai"),
    (r"glm-|chatglm", "z-ai"),
    (r"(minimax|abab)", "minimax"),
    (r"(nova-(premier|pro|lite|micro|canvas|reel|sonic|2-)|titan-)", "amazon"),
    (r"(command-|command$|c4ai-|aya-|embed-(english|multilingual|v\d)|rerank-(english|multilingual|v\d))", "cohere"),
    (r"jamba|j2-", "ai21"),
    (r"phi-?[1-9]", "microsoft"),
    (r"nemotron", "nvidia"),
    (r"sonar(-|$)", "perplexity"),
    (r"ernie", "baidu"),
    (r"seed-(1|2)|doubao", "bytedance"),
    (r"flux", "black-forest-labs"),
    (r"step-[1-9]", "stepfun"),
    (r"(palmyra)", "writer"),
    (r"(solar-)", "upstage"),
    (r"voyage-", "voyage"),
    (r"mimo-", "xiaomi"),
)  # fmt: skip
_FAMILIES: Final = tuple((re.compile(pattern), author) for pattern, author in FAMILIES)

#: Providers that serve only what they made: there, an id that says nothing else names their own model.
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
#: The provider that is the author's own house, to be named first when a bare model name is looked up.
HOME_PROVIDERS: Final[Mapping[str, tuple[str, ...]]] = {
    "amazon": ("bedrock",),
    "z-ai": ("zai", "zhipu"),
    **{author: (provider,) for provider, author in OWN_AUTHOR.items() if author != "z-ai"},
}

LONGEST_AUTHOR: Final = 80
LONGEST_KEY: Final = 200
"""As the columns of `registry.models.Model` are."""

#: First parts of an id that name a place in the provider's house, not an author.
_PLACES: Final = frozenset(
    {"accounts", "models", "fireworks", "publishers", "@cf", "@hf", "hf", "pro", "lora", "azure-openai", "workers-ai", "router", "free"}
)
#: Ways of calling the same model, after a colon.
_SERVICE_SUFFIX = re.compile(r":(free|nitro|floor|online|beta|extended|thinking|exacto|batch)$")
#: `regional` is how genai-prices writes "in one region, not across them".
_GEOGRAPHY = re.compile(r"^(us|eu|apac|global|jp|au|ca|in|sa|us-gov|regional)\.(?=[a-z0-9]+\.)")
#: Bedrock's own version of a listing. `claude-v2:1`, `ray-v2:0` and `embed-english-v3` are versions of the model instead.
_BEDROCK_VERSION = re.compile(r"-v?1:0(:\d+k)?$|(?<=-20\d{6})-v\d+(:\d+)?(:\d+k)?$|(?<=\d)(?P<word>[a-z]*(-[a-z]+)*)-v1$")
_FAMILY_DIGIT = re.compile(r"\b(llama|qwen|qwq|gemma|phi|glm|grok|gemini|kimi-k|ernie|yi|jamba|mixtral|ministral|step|seed)-(?=\d)")


@lru_cache(maxsize=65_536)
def canonical_name(text: str) -> str:
    """A model's name with its version numbers, separators and dates spelt one way. Not for showing.

    Spelling it once is spelling it twice: canonical names stay as they are.
    """
    name = re.sub(r"[\s_@/-]+", "-", text.lower()).strip("-")
    name = re.sub(r"(?<=\d)[.p](?=\d)", "-", name)
    name = re.sub(r"(?<=-)(20\d\d)-(\d\d)-(\d\d)(?=-|$)", r"\1\2\3", name)
    name = re.sub(r"^(meta-)+(?=llama)", "", name)
    name = _FAMILY_DIGIT.sub(r"\1", name)
    return re.sub(r"(-default)+$", "", name)


def model_key(author: str, name: str) -> str:
    """The key of a model given by author and name, in whatever spelling."""
    return f"{names.author(author)}/{canonical_name(name)}"


@lru_cache(maxsize=65_536)
def identify(provider: str, native_id: str) -> Identity | None:
    """The model that a provider's id means, or None when no rule is sure. Pure; price never decides identity."""
    found = _identify(provider, native_id)
    return found if found and is_model_key(found.key) else None


def is_model_key(key: str) -> bool:
    """Whether a text can be a model's key: an author and a name, neither of them empty or of absurd length."""
    author, _, name = key.partition("/")
    return bool(author and name) and len(author) <= LONGEST_AUTHOR and len(key) <= LONGEST_KEY


def _identify(provider: str, native_id: str) -> Identity | None:
    text = _SERVICE_SUFFIX.sub("", native_id.strip().lower().lstrip("~"))
    if provider == "bedrock":
        return _identify_bedrock(text)
    parts = [part for part in text.split("/") if part]
    while len(parts) > 1 and parts[0] in _PLACES:
        parts.pop(0)
    if len(parts) == 2:
        return Identity(model_key(parts[0], parts[1]), "author in the id")
    if len(parts) != 1:
        return None
    name = canonical_name(parts[0])
    if author := family_author(name):
        return Identity(f"{author}/{name}", "family name")
    if author := OWN_AUTHOR.get(provider):
        return Identity(f"{author}/{name}", "the provider's own model")
    return None


def _identify_bedrock(text: str) -> Identity | None:
    vendor, separator, name = _GEOGRAPHY.sub("", text).partition(".")
    if not separator or not re.fullmatch(r"[a-z0-9]+", vendor):
        return None
    # Amazon's own names carry their version (nova-reel-v1:1 is another model than v1:0); elsewhere `-v1:0` is Bedrock's.
    if vendor == "amazon":
        name = name.removesuffix(":0")
    else:
        name = re.sub(r"-v0:(\d)$", r"-v0.\1", _BEDROCK_VERSION.sub(r"\g<word>", name))
    return Identity(model_key(vendor, name), "vendor in the Bedrock id")


def family_author(name: str) -> str | None:
    """The author known by how a canonical name begins."""
    return next((author for pattern, author in _FAMILIES if pattern.match(name)), None)
