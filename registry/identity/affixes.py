"""What a provider's id states besides the model: how it is served (region, quantisation, plan) and its release state.

Serving affixes (`:free`, `us.`, `-fp8`, a host's own such as Together's `-turbo`) are removed; the rest is the `base`,
which identifies the model. What makes a different model (a date, `preview`, `thinking`) stays in the base. Both are
returned as `variants`, so nothing that an id states is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from registry.identity import names


class Affixes(NamedTuple):
    """`base` is the id in lower case without serving affixes; `variants` are sorted words."""

    base: str
    variants: tuple[str, ...]


#: Suffixes by which a host marks its own way of serving a model that others made.
HOST_WORDS: Final[Mapping[str, frozenset[str]]] = {
    "aihubmix": frozenset({"fast"}),
    "baseten": frozenset({"fast"}),
    "chutes": frozenset({"tee", "turbo"}),
    "cloudflare-workers-ai": frozenset({"fast", "lora"}),
    "coralbricks": frozenset({"fast"}),
    "crof": frozenset({"lightning"}),
    "deepinfra": frozenset({"batch", "turbo"}),
    "fireworks": frozenset({"basic", "fast", "spot", "turbo", "ultrafast", "us"}),
    "google": frozenset({"maas"}),
    "google-vertex": frozenset({"maas"}),
    "groq": frozenset({"versatile", "instant"}),
    "inceptron": frozenset({"fast"}),
    "nano-gpt": frozenset({"cheaper", "original", "tee"}),
    "nebius": frozenset({"fast"}),
    "neuralwatt": frozenset({"fast", "flex"}),
    "novita": frozenset({"fast", "turbo"}),
    "poe": frozenset({"cs", "el", "fw", "n", "t"}),
    "together": frozenset({"turbo", "lite", "tput", "reference"}),
    "wally": frozenset({"fast"}),
    "zerogpu": frozenset({"fast"}),
}
#: Families that use such a word in model names of their own: `whisper-large-v3-turbo` is a model, not a serving option.
_OWN_WORD: Final = re.compile(
    r"(whisper|gpt-[34]|qwen-|claude|gemini|grok|flux|image|stable|sd3|sdxl|tts|seedance|kling).*-(turbo|lite|fast)$|glm-.*-turbo$"
)
_MOST: Final = 12
"""Limit of affixes removed from one id; real ids have three at most."""

_PLAN: Final = re.compile(
    r":(free|nitro|floor|online|beta|extended|thinking|exacto|batch|flex|priority|web|variant\d)$"
)
#: Nano-GPT's effort or budget of reasoning, behind its plan: `:thinking:low`, `:thinking:8192`.
_EFFORT: Final = re.compile(r"(?<=:thinking):(none|minimal|low|medium|high|xhigh|max|\d+)$")
#: Price bands by the length of the prompt, which genai-prices lists as ids: `-lte-128k`, `-gt-32k`.
_BAND: Final = re.compile(r"-((?:lte|gt)-\d+k)$")
_FREE: Final = re.compile(r"-(free)$")
_QUANTISATION: Final = re.compile(
    r"[-_](fp(?:4|8|16)|bf16|int[48]|nvfp4|mxfp4|awq|gptq|gguf|w4a16|w8a8|[3-8]bit|bnb)(?:-(?:dynamic|block))?$"
)
_FORMAT: Final = re.compile(r"-(hf)$")
_QUICK_INSTRUCT: Final = re.compile(r"(?<=-instruct)-(turbo)$")
_AT: Final = re.compile(r"@(default|[a-z]{2}(?:-gov)?-[a-z]+-?\d)$")
#: Nebius calls the slower of its two ways to serve an instruct build `base`.
_NEBIUS_BASE: Final = re.compile(r"(?<=-instruct)-(base)$")
_GROQ_CONTEXT: Final = re.compile(r"-(4096|8192|32768)$")

#: `regional` is how genai-prices writes "in one region, not across them".
_PLACES: Final = ("us", "eu", "apac", "global", "jp", "au", "ca", "in", "sa", "us-gov", "regional")
_GEOGRAPHY: Final = re.compile(rf"^({'|'.join(_PLACES)})\.(?=[a-z0-9]+\.)")
#: LiteLLM's name of the API call, or of the platform at AWS, that reaches a model.
_ROUTE: Final = re.compile(r"^(invoke|converse|claude_platform)/(?=[a-z0-9])")
#: Listings of provisioned throughput: `:0:200k`, `:0:mm`, `:0:512`.
_BEDROCK_CONTEXT: Final = re.compile(r"(?<=:\d):(\d+k?|mm)$")
#: Bedrock's own version of a listing. `claude-v2:1` and `embed-english-v3` are versions of the model instead.
_BEDROCK_VERSION: Final = re.compile(
    r"-(v?1:0)$|(?<=-20\d{6})-(v\d+(?::\d+)?)$|(?<=\d)(?P<word>[a-z]*(?:-[a-z]+)*)-(v1)$|:(0)$"
)

_DATE: Final = re.compile(r"(?<!\d)(20[2-4]\d)-?(0[1-9]|1[0-2])-?([0-2]\d|3[01])(?!\d)")
_STATES: Final = ("preview", "latest", "exp", "beta", "thinking", "instruct", "reasoning", "base", "chat")
_PINNED_VERSION: Final = re.compile(r"-(00\d)$")


@lru_cache(maxsize=65_536)
def parse(provider: str, native_id: str) -> Affixes:
    """The base of a provider's id and its variants. Pure; never raises, whatever the text."""
    text, words = _strip(provider, native_id)
    return Affixes(text, tuple(sorted({*words, *_states(text)})))


def _strip(provider: str, native_id: str) -> tuple[str, set[str]]:
    """The base of an id, and the affixes removed from it."""
    text = native_id.strip().lower()
    words: set[str] = set()
    if text.startswith("~"):  # OpenRouter's mark of an id that follows the newest model
        text = text.lstrip("~")
        words.add("moving")
    text = text.removeprefix("hf:")  # where the weights are: Hugging Face
    return (_bedrock(text, words) if provider in names.BEDROCK else _elsewhere(provider, text, words)), words


@lru_cache(maxsize=65_536)
def serving_variants(provider: str, native_id: str) -> frozenset[str]:
    """The serving variants that an id names: a plan, a region, a quantisation. Empty for the plain listing."""
    _, words = _strip(provider, native_id)
    return frozenset(word for word in words if word != "default" and not word.startswith(("version:", "route:")))


def is_quantisation(variant: str) -> bool:
    """Whether a variant is a quantisation, such as `fp8`."""
    return bool(_QUANTISATION.fullmatch(f"-{variant}"))


def geography(provider: str, native_id: str) -> str:
    """The geography prefix of an id, such as `us.`; "" where there is none."""
    match = _GEOGRAPHY.match(native_id) if provider in names.BEDROCK else None
    return match[0] if match else ""


def regional_ids(provider: str, native_id: str) -> list[str]:
    """The id with each geography prefix in front; empty where it already has one."""
    ids = [f"{place}.{native_id}" for place in _PLACES]
    return [id_ for id_ in ids if geography(provider, id_)] if not geography(provider, native_id) else []


def _bedrock(text: str, words: set[str]) -> str:
    if route := _ROUTE.match(text):
        words.add(f"route:{route[1]}")
        text = text[route.end() :]
    if place := _GEOGRAPHY.match(text):
        words.add(f"region:{place[1]}")
        text = text[place.end() :]
    if context := _BEDROCK_CONTEXT.search(text):
        words.add(f"context:{context[1]}")
        text = text[: context.start()]
    # Amazon's own names carry their version (nova-reel-v1:1 is another model than v1:0); elsewhere it is Bedrock's.
    if text.startswith("amazon."):
        return text.removesuffix(":0")
    if version := _BEDROCK_VERSION.search(re.sub(r"-v0:(\d)$", r"-v0.\1", text)):
        words.add(f"version:{next(group for group in version.group(1, 2, 4, 5) if group)}")
        return version.string[: version.start()] + (version["word"] or "")
    return re.sub(r"-v0:(\d)$", r"-v0.\1", text)


def _elsewhere(provider: str, text: str, words: set[str]) -> str:
    for _ in range(_MOST):
        word, shorter = next(_affix(provider, text), ("", text))
        if not word or not shorter:
            break
        words.add(word)
        text = shorter
    return text


def _affix(provider: str, text: str) -> Iterator[tuple[str, str]]:
    """The last serving affix of the text, as a word, and the text before it."""
    for pattern, label in (
        (_PLAN, ""),
        (_EFFORT, "effort:"),
        (_FREE, ""),
        (_BAND, "band:"),
        (_AT, "region:"),
        (_QUANTISATION, ""),
        (_FORMAT, "format:"),
        (_QUICK_INSTRUCT, ""),
    ):
        if match := pattern.search(text):
            word = f"{label}{match[1]}"
            yield ("default" if word == "region:default" else word), text[: match.start()]
    if provider == "groq" and (context := _GROQ_CONTEXT.search(text)):
        yield f"context:{context[1]}", text[: context.start()]
    if provider == "nebius" and (slow := _NEBIUS_BASE.search(text)):
        yield slow[1], text[: slow.start()]
    shorter, _, word = text.rpartition("-")
    if word in HOST_WORDS.get(provider, ()) and not _OWN_WORD.search(text):
        yield word, shorter


def _states(text: str) -> Iterator[str]:
    if date := _DATE.search(text):
        yield f"date:{'-'.join(date.groups())}"
    if version := _PINNED_VERSION.search(text):
        yield f"version:{version[1]}"
    words = set(re.split(r"[^a-z0-9]+", text.rpartition("/")[2]))
    yield from (state for state in _STATES if state in words)
