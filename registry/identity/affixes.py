"""What a provider's id says besides the model: how it is served (region, quantisation, plan), and which state it is in.

Ways of serving (`:free`, `us.`, `-fp8`, a host's own words such as Together's `-turbo`) are taken off: what is left is
the `base`, by which the model is told. What makes another model (a date, `preview`, `thinking`) stays in it. Both are
kept as `variants`, words that say what was found: nothing an id states is thrown away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from registry.identity import names


class Affixes(NamedTuple):
    """`base` is the id in lower case without ways of serving; `variants` are words, sorted."""

    base: str
    variants: tuple[str, ...]


#: Endings by which a host names its own way of serving a model that others made.
HOST_WORDS: Final[Mapping[str, frozenset[str]]] = {
    "chutes": frozenset({"tee"}),
    "cloudflare-workers-ai": frozenset({"fast", "lora"}),
    "deepinfra": frozenset({"turbo"}),
    "fireworks": frozenset({"basic", "turbo"}),
    "google-vertex": frozenset({"maas"}),
    "groq": frozenset({"versatile", "instant"}),
    "nebius": frozenset({"fast"}),
    "novita": frozenset({"turbo"}),
    "poe": frozenset({"cs", "el", "fw", "n", "t"}),
    "together": frozenset({"turbo", "lite", "tput", "reference"}),
}
#: Families that use such a word for models of their own: `whisper-large-v3-turbo` is no quick Whisper of a host's.
_OWN_WORD: Final = re.compile(
    r"(whisper|gpt-[34]|glm-|qwen-|flux|image|stable|sd3|tts|seedance|kling).*-(turbo|lite|fast)$"
)
_MOST: Final = 12
"""Words taken off one id; ids of people have three at most."""

_PLAN: Final = re.compile(r":(free|nitro|floor|online|beta|extended|thinking|exacto|batch|flex|priority)$")
_FREE: Final = re.compile(r"-(free)$")
_QUANTISATION: Final = re.compile(
    r"[-_](fp(?:4|8|16)|bf16|int[48]|nvfp4|mxfp4|awq|gptq|gguf|w4a16|w8a8|[3-8]bit|bnb)(?:-(?:dynamic|block))?$"
)
_FORMAT: Final = re.compile(r"-(hf)$")
_QUICK_INSTRUCT: Final = re.compile(r"(?<=-instruct)-(turbo)$")
_AT: Final = re.compile(r"@(default|[a-z]{2}(?:-gov)?-[a-z]+-?\d)$")
#: Nebius calls the slower of its two ways to serve an instruct build `base`.
_NEBIUS_BASE: Final = re.compile(r"(?<=-instruct)-(base)$")
_GROQ_CONTEXT: Final = re.compile(r"-(8192|32768)$")

#: `regional` is how genai-prices writes "in one region, not across them".
_PLACES: Final = ("us", "eu", "apac", "global", "jp", "au", "ca", "in", "sa", "us-gov", "regional")
_GEOGRAPHY: Final = re.compile(rf"^({'|'.join(_PLACES)})\.(?=[a-z0-9]+\.)")
#: The call by which LiteLLM reaches a Bedrock model.
_ROUTE: Final = re.compile(r"^(invoke|converse)/(?=[a-z0-9])")
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
    """The base of a provider's id and what else it says. Pure, and never raises on odd text."""
    text, found = _taken_off(provider, native_id)
    return Affixes(text, tuple(sorted({*found, *_states(text)})))


def _taken_off(provider: str, native_id: str) -> tuple[str, set[str]]:
    """The base of an id, and the words that were taken off it."""
    text = native_id.strip().lower()
    found: set[str] = set()
    if text.startswith("~"):  # OpenRouter's sign for an id that moves on to the newest model
        text = text.lstrip("~")
        found.add("moving")
    text = text.removeprefix("hf:")  # where the weights are: Hugging Face
    return (_bedrock(text, found) if provider in names.BEDROCK else _elsewhere(provider, text, found)), found


@lru_cache(maxsize=65_536)
def ways_of_serving(provider: str, native_id: str) -> frozenset[str]:
    """The special ways of serving that an id names: a plan, a region, a quantisation. Empty for the plain listing."""
    _, ways = _taken_off(provider, native_id)
    return frozenset(way for way in ways if way != "default" and not way.startswith(("version:", "route:")))


def geography(provider: str, native_id: str) -> str:
    """The prefix of an id that says in which part of the world it is served, such as `us.`; "" where there is none."""
    found = _GEOGRAPHY.match(native_id) if provider in names.BEDROCK else None
    return found[0] if found else ""


def regional_ids(provider: str, native_id: str) -> list[str]:
    """The ids under which a model may be served in one part of the world; none where an id names one already."""
    ids = [f"{place}.{native_id}" for place in _PLACES]
    return [id_ for id_ in ids if geography(provider, id_)] if not geography(provider, native_id) else []


def _bedrock(text: str, found: set[str]) -> str:
    if route := _ROUTE.match(text):
        found.add(f"route:{route[1]}")
        text = text[route.end() :]
    if place := _GEOGRAPHY.match(text):
        found.add(f"region:{place[1]}")
        text = text[place.end() :]
    if context := _BEDROCK_CONTEXT.search(text):
        found.add(f"context:{context[1]}")
        text = text[: context.start()]
    # Amazon's own names carry their version (nova-reel-v1:1 is another model than v1:0); elsewhere it is Bedrock's.
    if text.startswith("amazon."):
        return text.removesuffix(":0")
    if version := _BEDROCK_VERSION.search(re.sub(r"-v0:(\d)$", r"-v0.\1", text)):
        found.add(f"version:{next(group for group in version.group(1, 2, 4, 5) if group)}")
        return version.string[: version.start()] + (version["word"] or "")
    return re.sub(r"-v0:(\d)$", r"-v0.\1", text)


def _elsewhere(provider: str, text: str, found: set[str]) -> str:
    for _ in range(_MOST):
        word, shorter = next(_served(provider, text), ("", text))
        if not word or not shorter:
            break
        found.add(word)
        text = shorter
    return text


def _served(provider: str, text: str) -> Iterator[tuple[str, str]]:
    """The last way of serving that the text names, as a word, and the text before it."""
    for pattern, label in (
        (_PLAN, ""),
        (_FREE, ""),
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
