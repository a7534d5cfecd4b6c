"""Facts about the names of each author's models, as data: how they begin, and which spellings are equivalent.

Every spelling rule states a fact about a model family, not about one id, and gives its reason in `because`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from registry.identity import names

#: Authors by the prefixes of their models' names.
FAMILIES: Final = (
    (r"claude", "anthropic"),
    (r"gpt-(?!j|neo)", "openai"),
    (r"chatgpt", "openai"),
    (r"o[134](-|$)", "openai"),
    (r"text-embedding-(3|ada)|dall-e|whisper|tts-1|davinci|babbage", "openai"),
    (r"omni-moderation|codex-mini|computer-use-preview|sora-\d", "openai"),
    (r"gemini|gemma|imagen|veo-|learnlm|medgemma", "google"),
    (r"(meta-)?llama-?[1-9]|llama-v[23]|llama-?guard|llama-prompt-guard|code-?llama|muse-spark", "meta-llama"),
    (r"mistral-|mixtral|ministral|codestral|devstral|magistral|pixtral|voxtral|open-mi[sx]tral", "mistralai"),
    (r"deepseek(?!.*distill)|deepseek-r1-(0528-)?distill-(llama|qwen)", "deepseek"),
    (r"(qwen|qwq|qvq)", "qwen"),
    (r"grok", "x-ai"),
    (r"kimi|moonshot-v1", "moonshotai"),
    (r"glm-?\d|glm-|chatglm", "z-ai"),
    (r"(minimax|abab)", "minimax"),
    (r"(nova-(premier|pro|lite|micro|canvas|reel|sonic|2-)|titan-)", "amazon"),
    (r"(command-|command$|c4ai-|aya-|embed-(english|multilingual|v-?\d)|rerank-(english|multilingual|v?\d))", "cohere"),
    (r"jamba|j2-", "ai21"),
    (r"phi-?[1-9]|mai-|wizardlm-2", "microsoft"),
    (r"nemotron", "nvidia"),
    (r"sonar(-|$)", "perplexity"),
    (r"(nous-|deep)?hermes-[2-4]", "nousresearch"),
    (r"ernie", "baidu"),
    (r"seed-?(1|2)|doubao", "bytedance"),
    (r"flux", "black-forest-labs"),
    (r"step-?[1-9]", "stepfun"),
    (r"(palmyra)", "writer"),
    (r"(solar-)", "upstage"),
    (r"voyage-", "voyage"),
    (r"mimo-", "xiaomi"),
    (r"yi(-|\d)", "01-ai"),
    (r"kat-(coder|dev)", "kwaipilot"),
)  # fmt: skip
_FAMILIES: Final = tuple((re.compile(pattern), author) for pattern, author in FAMILIES)


class Spelling(NamedTuple):
    """Names of one author that are written in several ways: what matches `pattern` is written as `as_`."""

    author: str
    pattern: str
    as_: str
    because: str


_MISTRAL_SERIES: Final = r"(mistral-(?:small|medium|large)|(?:devstral|magistral|voxtral)-(?:mini|small|medium))"

SPELLINGS: Final = (
    Spelling(
        "anthropic",
        r"^claude-([4-9](?:-\d)?)-(opus|sonnet|haiku)(?=-|$)",
        r"claude-\2-\1",
        "since 4, tier before version",
    ),
    Spelling(
        "anthropic",
        r"^claude-(opus|sonnet|haiku)-(3(?:-\d)?)(?=-|$)",
        r"claude-\2-\1",
        "until 3.7, version before tier",
    ),
    Spelling("anthropic", r"^(claude-(?:opus|sonnet|haiku)-4)-0(?=-|$)", r"\1", "4.0 is 4"),
    Spelling("anthropic", r"^claude-v2:1$", "claude-2-1", "Bedrock's version of the listing is the model's"),
    Spelling(
        "openai", r"^(gpt-5(?:-\d)?-chat)-latest$", r"\1", "OpenAI has it under no other name; hosts leave latest out"
    ),
    Spelling("meta-llama", r"^llama-v(?=\d)", "llama", "the v is Fireworks's and Ollama's"),
    Spelling("meta-llama", r"^llamaguard", "llama-guard", "one word or two"),
    Spelling("meta-llama", r"^code-llama", "codellama", "one word or two"),
    Spelling(
        "meta-llama", r"^llama3-(8b|70b)-chat$", r"llama3-\1-instruct", "Llama 3 has no chat but the instruct build"
    ),
    Spelling(
        "meta-llama",
        r"^llama4-(scout|maverick)(?:-17b)?(?:-16e|-128e)?-instruct$",
        r"llama4-\1",
        "Scout and Maverick come in one size; only base weights are named without instruct",
    ),
    Spelling(
        "meta-llama",
        r"^llama3-2-(11b|90b)-(?!vision)",
        r"llama3-2-\1-vision-",
        "in 3.2, those sizes are the vision ones",
    ),
    Spelling(
        "mistralai",
        rf"^{_MISTRAL_SERIES}(?:-\d{{1,2}}(?:-\d)?)?(?:-\d+b)?(?:-instruct)?-(2[3-9](?:0[1-9]|1[0-2]))$",
        r"\1-\2",
        "a series and a month are one release; number and size say the same again",
    ),
    Spelling(
        "mistralai",
        r"^mistral-small-3-1(?:-24b)?-instruct$",
        "mistral-small-2503",
        "3.1 is named 2503 too at Hugging Face",
    ),
    Spelling(
        "mistralai",
        r"^mistral-small-3-2(?:-24b)?-instruct$",
        "mistral-small-2506",
        "3.2 is named 2506 too at Hugging Face",
    ),
    Spelling(
        "mistralai",
        r"^mistral-large-3-675b(?:-instruct)?$",
        "mistral-large-2512",
        "3 is named 2512 too at Hugging Face",
    ),
    Spelling(
        "mistralai",
        r"^devstral-2(?:-123b)(?:-instruct)?(?:-2512)?$",
        "devstral-2512",
        "2 is named 2512 too at Hugging Face",
    ),
    Spelling(
        "mistralai",
        r"^ministral3-(3b|8b|14b)(?:-instruct)?(?:-2512)?$",
        r"ministral\1-2512",
        "the third series is that of 2512",
    ),
    Spelling("mistralai", r"^(?:open-)?mistral-nemo(?:-instruct)?(?:-2407)?$", "mistral-nemo", "there was one release"),
    Spelling("mistralai", r"^mistral-saba-24b$", "mistral-saba", "it has one size"),
    Spelling("mistralai", r"^(mistral-large-2[34](?:0[1-9]|1[0-2]))-001$", r"\1", "Vertex counts its builds"),
    Spelling("mistralai", r"^pixtral-12b-2409$", "pixtral-12b", "there was one release"),
    Spelling("mistralai", r"^(mixtral8x(?:7|22)b-instruct)-v0-1$", r"\1", "0.1 is the only version"),
    Spelling("deepseek", r"^(?=r1(?:-|$)|v3-\d)", "deepseek-", "Bedrock leaves the author's name out"),
    Spelling(
        "deepseek", r"^deepseek-chat-v(?=3)", "deepseek-v", "OpenRouter names the API model and the weights at once"
    ),
    Spelling("deepseek", r"^(deepseek-(?:r1|v3(?:-\d)?))-671b$", r"\1", "they have one size"),
    Spelling("qwen", r"^qwen25(?=-)", "qwen2-5", "the point left out"),
    Spelling(
        "qwen", r"^qwen3-235b-(?=2507|instruct-2507|thinking-2507)", "qwen3-235b-a22b-", "there is one of that size"
    ),
    Spelling("qwen", r"^(qwen3-\d+b-a\d+b)-2507$", r"\1-instruct-2507", "in the 2507 series, thinking is always said"),
    Spelling("qwen", r"^(qwen3-coder-(?:480b-a35b|30b-a3b))-instruct$", r"\1", "Qwen3-Coder comes as instruct only"),
    Spelling("qwen", r"^qwen3-coder-480b$", "qwen3-coder-480b-a35b", "there is one of that size"),
    Spelling("microsoft", r"^(phi4-(?:mini|multimodal))$", r"\1-instruct", "they come as instruct only"),
    Spelling("moonshotai", r"^kimi-k2-instruct(?=-|$)", "kimi-k2", "the other build is always called base"),
    Spelling("cohere", r"^c4ai-(?=aya|command)", "", "the lab's name before the family's"),
    Spelling("cohere", r"^embed-v(\d)(?:-0)?-(english|multilingual)", r"embed-\2-v\1", "language before version"),
    Spelling("cohere", r"^(embed-(?:english|multilingual)(?:-light)?-v\d)-0$", r"\1", "v3.0 is v3"),
    Spelling("cohere", r"^embed-v-?4(?:-0)?$", "embed-v4", "v4.0 is v4"),
    Spelling("cohere", r"^rerank-(\d-\d)$", r"rerank-v\1", "with the v or without"),
    Spelling(
        "amazon", r"^(nova-(?:2-)?(?:premier|pro|lite|micro|canvas|sonic))$", r"\1-v1", "each has had one version"
    ),
    Spelling("black-forest-labs", r"^flux\.(?=\d)", "flux-", "a point or a hyphen"),
    Spelling("black-forest-labs", r"^flux-(?=kontext-|schnell(?:-|$))", "flux-1-", "only the first has them"),
    Spelling("black-forest-labs", r"^flux-pro-1-1(?=-|$)", "flux-1-1-pro", "version before tier"),
)
_SPELLINGS: Final = tuple((rule.author, re.compile(rule.pattern), rule.as_) for rule in SPELLINGS)

#: Author names in front of family names, as in `zai-org-glm-4.7` and `Cohere-command-r`.
_KNOWN_AUTHORS: Final = {*names.AUTHOR_ALIASES, *names.AUTHOR_ALIASES.values(), *(author for _, author in FAMILIES)}
_AUTHORS_WORDS: Final = tuple(sorted(_KNOWN_AUTHORS, key=len, reverse=True))


@lru_cache(maxsize=65_536)
def family_author(name: str) -> str | None:
    """The author that the prefix of a canonical name identifies."""
    return next((author for pattern, author in _FAMILIES if pattern.match(name)), None)


@lru_cache(maxsize=65_536)
def without_author(name: str) -> str:
    """A canonical name without a leading author name, when what follows is one of that author's families."""
    for word in _AUTHORS_WORDS:
        rest = name.removeprefix(f"{word}-")
        if rest != name and family_author(rest) == names.author(word):
            return without_author(rest)
    return name


def respell(author: str, name: str) -> str:
    """A canonical name in the preferred spelling of its family."""
    for of, pattern, as_ in _SPELLINGS:
        if of == author:
            name = pattern.sub(as_, name, count=1)
    return name
