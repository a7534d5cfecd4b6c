"""How people, frameworks and gateways write a provider's id: which ids may be meant, and under which conditions.

An `Interpretation` is one way to parse a text. It only takes the text apart; the finder checks whether a provider has
such an id. What a text states about *how* a model is called (`azure/eu/…`, an ARN's region, the size of images) is kept
as price conditions, in the words of rate keys.
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
    """`region`, `plan` and `detail`, as far as the text states them."""


#: LiteLLM's path segments between provider and model that name an endpoint. They change no price.
ROUTES: Final[Mapping[str, frozenset[str]]] = {
    "openai": frozenset({"responses", "chat", "completions"}),
    "azure": frozenset({"responses", "chat"}),
    "bedrock": frozenset({"converse", "converse_like", "invoke", "async_invoke"}),
    "google-vertex": frozenset({"gemini", "openai", "mistral"}),
    "ollama": frozenset({"chat"}),
}
#: Self-hosted servers: the model can be identified, but nobody lists a price.
SELF_HOSTED: Final = frozenset(
    {"hosted-vllm", "vllm", "openai-like", "custom-openai", "llamafile", "xinference", "sglang", "docker-model-runner"}
)
AZURE_REGIONS: Final = frozenset({"eu", "us", "us-gov", "apac", "global", "global-standard"})
_AWS_REGION: Final = re.compile(r"[a-z]{2,3}(-gov)?-[a-z]+-\d")
_COMMITMENT: Final = re.compile(r"\d+-month-commitment")
#: Image parameters that LiteLLM writes before a model.
_SIZE: Final = re.compile(r"(\d+)-x-(\d+)")
_STEPS: Final = re.compile(r"(\d+|max)-steps")
_QUALITY: Final = frozenset({"low", "medium", "high", "hd", "standard"})

_ARN: Final = re.compile(
    r"arn:aws[a-z-]*:bedrock:(?P<region>[a-z0-9-]*):\d*:(?:inference-profile|foundation-model)/(?P<id>[^/\s]+)", re.I
)
_VERTEX: Final = re.compile(
    r"(?:projects/[^/]+/)?(?:locations/(?P<region>[^/]+)/)?publishers/(?P<publisher>[^/]+)/models/(?P<id>[^/\s]+)", re.I
)
#: Id formats that only one provider uses, for texts that name no provider.
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
#: Claude Code's suffix for the 1M-token context window: same model, same prices.
_LONG_CONTEXT: Final = re.compile(r"\[\d+[mk]\]$", re.I)
#: A fine-tuned model, `ft:<base>:<organisation>:<name>:<id>`, is priced as `ft:<base>`.
_TUNED: Final = re.compile(r"(ft:[^:/\s]+):[^/\s]*$", re.I)
_MOST_WORDS: Final = 6


def interpretations(text: str, is_provider: Callable[[str], bool]) -> Iterator[Interpretation]:
    """All interpretations of a text, the simplest first, without the text as it stands. Never raises."""
    plain = _TUNED.sub(r"\1", _LONG_CONTEXT.sub("", text))
    if plain != text:
        yield Interpretation("", plain)
    yield from _by_format(plain)
    for provider, rest in named(plain, is_provider):
        yield from _within(provider, rest, is_provider)
    yield from _routed(plain, is_provider)
    rest, conditions = _without_details(plain)
    if conditions and rest:
        yield Interpretation("", rest, conditions)


def named(text: str, is_provider: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """The provider named in `provider/id` or `provider:id`, and the rest of the text."""
    for separator in ("/", ":"):
        word, separated, rest = text.partition(separator)
        provider = slug if is_provider(slug := names.slug(word)) else names.provider(word)
        if separated and rest and (is_provider(provider) or provider in SELF_HOSTED):
            yield provider, rest


def _by_format(text: str) -> Iterator[Interpretation]:
    """Interpretations by the format of an id (ARN, Vertex resource name, Ollama tag, …)."""
    if match := _ARN.fullmatch(text):
        yield Interpretation("bedrock", match["id"], _present(region=match["region"].lower()))
    elif match := _VERTEX.fullmatch(text):
        conditions = _present(region=(match["region"] or "").lower())
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
    """Interpretations of the rest of an id after its provider: first all of it, then without leading segments."""
    conditions: dict[str, str] = {}
    for _ in range(_MOST_WORDS):
        yield Interpretation(provider, rest, dict(conditions))
        yield from (Interpretation(provider, called, dict(conditions)) for called in _as_called(provider, rest))
        if (_ARN if provider == "bedrock" else _VERTEX).fullmatch(rest):
            yield from (
                Interpretation(
                    interpretation.provider, interpretation.native_id, {**conditions, **interpretation.conditions}
                )
                for interpretation in _by_format(rest)
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
    """Removes a segment before the model and notes it as a condition. False for any other segment."""
    endpoint = names.slug(provider).partition("-")[0] if provider.startswith(("bedrock", "azure")) else provider
    if word.lower() in ROUTES.get(endpoint, ()):
        return True
    if endpoint == "bedrock" and "region" not in conditions and (word == "*" or _AWS_REGION.fullmatch(word.lower())):
        conditions |= _present(region=word.lower().strip("*"))
        return True
    if endpoint == "bedrock" and _COMMITMENT.fullmatch(word):
        conditions["plan"] = word
        return True
    if endpoint == "azure" and "region" not in conditions and word.lower() in AZURE_REGIONS:
        conditions["region"] = word.lower()
        return True
    return False


def _as_called(provider: str, rest: str) -> Iterator[str]:
    """The same id with prefixes and suffixes of the provider's own ids that people leave out or add."""
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
    """A text without the image parameters before the model, and these as one `detail` condition."""
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
    return text, _present(detail=",".join(sorted(details)))


def _present(**conditions: str) -> dict[str, str]:
    return {name: value for name, value in conditions.items() if value}
