"""Ways in which people, frameworks and gateways write a provider's id: what may be meant, and how it is called.

A `Reading` is one way to understand a text. Readings only take a text apart; whether a provider has such an id, the
finder knows. What a text says about *how* a model is called (`azure/eu/…`, an ARN's region, the size of images) is kept
as conditions of its prices, with the words that rates use for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from registry.identity import names


@dataclass(frozen=True, slots=True)
class Interpretation:
    """`provider` is our slug, or "" where the text names none; `native_id` is what it may call the model."""

    provider: str
    native_id: str
    conditions: Mapping[str, str] = field(default_factory=dict)
    """`region`, `plan` and `detail`, as far as the text says them."""


#: Words of LiteLLM's between provider and model, for the endpoint that is called. They change no price.
ROUTES: Final[Mapping[str, frozenset[str]]] = {
    "openai": frozenset({"responses", "chat", "completions"}),
    "azure": frozenset({"responses", "chat"}),
    "bedrock": frozenset({"converse", "converse_like", "invoke", "async_invoke"}),
    "google-vertex": frozenset({"gemini", "openai", "mistral"}),
    "ollama": frozenset({"chat"}),
}
#: Servers that people run themselves: which model is meant is known, and nobody lists its price.
SELF_HOSTED: Final = frozenset(
    {"hosted-vllm", "vllm", "openai-like", "custom-openai", "llamafile", "xinference", "sglang", "docker-model-runner"}
)
AZURE_REGIONS: Final = frozenset({"eu", "us", "us-gov", "apac", "global", "global-standard"})
_AWS_REGION: Final = re.compile(r"[a-z]{2,3}(-gov)?-[a-z]+-\d")
_COMMITMENT: Final = re.compile(r"\d+-month-commitment")
#: How LiteLLM writes parameters of images before a model.
_SIZE: Final = re.compile(r"(\d+)-x-(\d+)")
_STEPS: Final = re.compile(r"(\d+|max)-steps")
_QUALITY: Final = frozenset({"low", "medium", "high", "hd", "standard"})

_ARN: Final = re.compile(
    r"arn:aws[a-z-]*:bedrock:(?P<region>[a-z0-9-]*):\d*:(?:inference-profile|foundation-model)/(?P<id>[^/\s]+)", re.I
)
_VERTEX: Final = re.compile(
    r"(?:projects/[^/]+/)?(?:locations/(?P<region>[^/]+)/)?publishers/(?P<publisher>[^/]+)/models/(?P<id>[^/\s]+)", re.I
)
#: Forms that only one provider's ids have, where no provider is named.
_FORMS: Final = (
    (re.compile(r"(?:us|eu|apac|global|jp|au|ca|in|sa|us-gov)\.[a-z0-9]+\.[a-z]\S+", re.I), "bedrock"),
    (re.compile(r"[a-z]+[a-z0-9]*\.[a-z][^/\s]+", re.I), "bedrock"),
    (re.compile(r"accounts/fireworks/(?:models|routers)/\S+", re.I), "fireworks"),
    (re.compile(r"@(?:cf|hf)/\S+", re.I), "cloudflare-workers-ai"),
    (re.compile(r"models/[^/\s]+", re.I), "google"),
    (re.compile(r"[a-z0-9][a-z0-9.-]*@(?:\d{8}|default)", re.I), "google-vertex"),
)
#: Ollama's `name:tag`: a size, perhaps with a build, or the moving tag.
_TAGGED: Final = re.compile(r"[a-z0-9][a-z0-9._-]*:(?:latest|e?\d+(?:\.\d+)?[bm]|\d+x\d+b)(?:-[a-z0-9._-]+)?", re.I)
#: Claude Code's sign for the window of a million tokens: the same model at the same price list.
_LONG_CONTEXT: Final = re.compile(r"\[\d+[mk]\]$", re.I)
#: A tuned model of somebody's own, `ft:<base>:<organisation>:<name>:<id>`, is priced as `ft:<base>`.
_TUNED: Final = re.compile(r"(ft:[^:/\s]+):[^/\s]*$", re.I)
_MOST_WORDS: Final = 6


def interpretations(text: str, is_provider: Callable[[str], bool]) -> Iterator[Interpretation]:
    """All ways to understand a text, the plainest first; the text as it stands is none of them. Never raises."""
    plain = _TUNED.sub(r"\1", _LONG_CONTEXT.sub("", text))
    if plain != text:
        yield Interpretation("", plain)
    yield from _of_form(plain)
    for provider, rest in named(plain, is_provider):
        yield from _within(provider, rest, is_provider)
    yield from _routed(plain, is_provider)
    rest, conditions = _without_details(plain)
    if conditions and rest:
        yield Interpretation("", rest, conditions)


def named(text: str, is_provider: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """The provider that a text names, in `provider/id` or `provider:id`, and the rest of it."""
    for separator in ("/", ":"):
        word, found, rest = text.partition(separator)
        provider = slug if is_provider(slug := names.slug(word)) else names.provider(word)
        if found and rest and (is_provider(provider) or provider in SELF_HOSTED):
            yield provider, rest


def _of_form(text: str) -> Iterator[Interpretation]:
    """What the form of an id says about whose it is."""
    if match := _ARN.fullmatch(text):
        yield Interpretation("bedrock", match["id"], _stated(region=match["region"].lower()))
    elif match := _VERTEX.fullmatch(text):
        conditions = _stated(region=(match["region"] or "").lower())
        yield Interpretation("google-vertex", match["id"], conditions)
        yield Interpretation("google-vertex", f"{match['publisher']}/{match['id']}", conditions)
    for pattern, provider in _FORMS:
        if pattern.fullmatch(text):
            yield Interpretation(provider, text.removeprefix("models/") if provider == "google" else text)
            break
    if _TAGGED.fullmatch(text):
        for provider in ("ollama", "ollama-cloud"):
            yield Interpretation(provider, text.removesuffix(":latest"))


def _within(provider: str, rest: str, is_provider: Callable[[str], bool]) -> Iterator[Interpretation]:
    """What a provider may call the model in the rest of an id that names it: first all of it, then without words."""
    conditions: dict[str, str] = {}
    for _ in range(_MOST_WORDS):
        yield Interpretation(provider, rest, dict(conditions))
        yield from (Interpretation(provider, other, dict(conditions)) for other in _as_called(provider, rest))
        if (_ARN if provider == "bedrock" else _VERTEX).fullmatch(rest):
            yield from (
                Interpretation(one.provider, one.native_id, {**conditions, **one.conditions}) for one in _of_form(rest)
            )
        word, separator, following = rest.partition("/")
        if not separator or not following or not _peeled(provider, word, conditions):
            break
        rest = following
    if provider == "huggingface":
        host, _, model = rest.partition("/")
        if "/" in model and is_provider(router := f"huggingface-{names.slug(host)}"):
            yield Interpretation(router, model)
        yield from _routed(rest, is_provider)
    bare, details = _without_details(rest)
    if details:
        yield Interpretation(provider, bare, {**conditions, **details})


def _peeled(provider: str, word: str, conditions: dict[str, str]) -> bool:
    """Takes a word before the model off, and notes the condition that it is. False for a word that is none."""
    endpoint = names.slug(provider).partition("-")[0] if provider.startswith(("bedrock", "azure")) else provider
    if word.lower() in ROUTES.get(endpoint, ()):
        return True
    if endpoint == "bedrock" and "region" not in conditions and (word == "*" or _AWS_REGION.fullmatch(word.lower())):
        conditions |= _stated(region=word.lower().strip("*"))
        return True
    if endpoint == "bedrock" and _COMMITMENT.fullmatch(word):
        conditions["plan"] = word
        return True
    if endpoint == "azure" and "region" not in conditions and word.lower() in AZURE_REGIONS:
        conditions["region"] = word.lower()
        return True
    return False


def _as_called(provider: str, rest: str) -> Iterator[str]:
    """The same id with what the provider's own ids have around it, and people leave out or add."""
    if provider == "fireworks" and "/" not in rest.removeprefix("models/"):
        yield f"accounts/fireworks/models/{rest.removeprefix('models/')}"
    elif provider == "cloudflare-workers-ai" and not rest.startswith("@"):
        yield from (f"{place}/{rest.removeprefix('cf/')}" for place in ("@cf", "@hf"))
    elif provider == "google" and rest.startswith("models/"):
        yield rest.removeprefix("models/")
    elif provider == "ollama":
        yield from ([rest.removesuffix(":latest")] if rest.endswith(":latest") else ())
    elif provider == "openai" and rest.startswith("ft:"):
        yield _TUNED.sub(r"\1", rest)
    elif rest.startswith("hf:"):
        yield rest.removeprefix("hf:")


def _routed(text: str, is_provider: Callable[[str], bool]) -> Iterator[Interpretation]:
    """Hugging Face's router with the host chosen: `<author>/<model>:<host>`."""
    base, _, host = text.rpartition(":")
    if "/" in base and is_provider(router := f"huggingface-{names.slug(host)}"):
        yield Interpretation(router, base)


def _without_details(text: str) -> tuple[str, dict[str, str]]:
    """A text without the parameters of images before the model, and these as one condition."""
    details: list[str] = []
    while (parts := text.partition("/"))[2]:
        word, _, following = parts
        if match := _SIZE.fullmatch(word):
            details.append(f"size:{match[1]}x{match[2]}")
        elif match := _STEPS.fullmatch(word):
            details.append(f"steps:{match[1]}")
        elif word in _QUALITY and _SIZE.fullmatch(following.partition("/")[0]):
            details.append(f"quality:{word}")
        else:
            break
        text = following
    return text, _stated(detail=",".join(sorted(details)))


def _stated(**conditions: str) -> dict[str, str]:
    return {name: value for name, value in conditions.items() if value}
