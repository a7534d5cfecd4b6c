"""Links a provider's id to a model by named rules. Precision before recall: without a rule there is no link.

A *model key* is `author/name` with the author's own spelling and normalised version numbers: `4.5`, `4-5` and `4p5` are
equal, and so are `llama3`, `llama-3` and `Llama_3`; `families` holds the spellings of families. Serving affixes are
removed from a provider's id first (`affixes`), and never from a model's own name. What may be a different model stays
separate: previews, dated snapshots, sizes, `-instruct`, `-thinking`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Final, NamedTuple

from registry.identity import affixes, families, names, platforms
from registry.identity.families import family_author
from registry.identity.respelling import respell

__all__ = [
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


LONGEST_AUTHOR: Final = 80
LONGEST_KEY: Final = 200
"""As the columns of `registry.models.Model` are."""

_FAMILY_DIGIT = re.compile(
    r"\b(codellama|codegemma|llama|qwen|qwq|gemma|phi|glm|grok|gemini|kimi-k|ernie|yi|jamba|mixtral|ministral|step|seed)-(?=\d)"
)


@lru_cache(maxsize=65_536)
def canonical_name(text: str) -> str:
    """A model's name with normalised version numbers, separators and dates. Not for display. Idempotent."""
    name = re.sub(r"[\s_@/-]+", "-", text.lower()).strip("-")
    name = re.sub(r"(?<=\d)[.p](?=\d)", "-", name)
    name = re.sub(r"(?<=-)(20\d\d)-(\d\d)-?(\d\d)(?=[-.:]|$)", r"\1\2\3", name)
    name = re.sub(r"^(meta-)+(?=llama)", "", name)
    name = re.sub(r"(?<![a-z])code-llama(?![a-z])", "codellama", name)
    name = re.sub(r"\bllama-v(?=\d)", "llama", name)  # as Fireworks and Ollama write it
    name = _FAMILY_DIGIT.sub(r"\1", name)
    return re.sub(r"(-default)+$", "", name)


def model_key(author: str, name: str) -> str:
    """The key of a model given by author and name, in whatever spelling."""
    author, name = names.author(author), canonical_name(name)
    bare = families.without_author(name)
    return f"{author}/{respell(author, bare if family_author(bare) == author else name)}"


def spelt_name(name: str) -> str:
    """A bare model name in the spelling of its key, when the family is known."""
    name = canonical_name(name)
    author = family_author(families.without_author(name))
    return model_key(author, name).partition("/")[2] if author else name


@lru_cache(maxsize=65_536)
def identify(provider: str, native_id: str) -> Identity | None:
    """The model of a provider's id, or None when no rule applies. Pure; prices never decide identity."""
    identity = _identify(provider, native_id)
    is_decided = identity and is_model_key(identity.key) and not families.is_open(identity.key.partition("/")[2])
    return identity if is_decided else None


def is_model_key(key: str) -> bool:
    """Whether a text can be a model's key: a non-empty author and name within the length limits."""
    author, _, name = key.partition("/")
    return bool(author and name) and len(author) <= LONGEST_AUTHOR and len(key) <= LONGEST_KEY


def _identify(provider: str, native_id: str) -> Identity | None:
    text, variants = affixes.parse(provider, native_id)
    if provider in names.BEDROCK:
        identity = _identify_bedrock(text)
        return identity and identity._replace(key=_at_host(provider, identity.key))
    pattern, elsewhere = platforms.ROUTED.get(provider, (None, ""))
    if pattern and pattern.match(text):
        return identify(elsewhere, pattern.sub("", text, count=1))
    segments = _segments(provider, text)
    if len(segments) > 1 and (host := platforms.HOSTS.get(segments[0])):
        identity = identify(host, "/".join(segments[1:]))
        if identity or segments[0] not in platforms.MAKING_HOSTS:
            return identity
    *places, name = segments or [""]
    if len(places) == 2 and names.provider(places[0]) in platforms.OWN_AUTHOR:
        places.pop(0)
    name = families.without_vendor(families.without_author(canonical_name(platforms.as_elsewhere(provider, name))))
    if len(places) > 1 or not name:
        return None
    author, family = names.author(places[0]) if places else "", family_author(name)
    if author and not (family and _is_others(author, name, variants)):
        return Identity(_at_host(provider, model_key(author, name)), "author in the id")
    own = platforms.OWN_AUTHOR.get(provider)
    if family and not (own and families.is_shared_word(name)):
        return Identity(_at_host(provider, model_key(family, name)), "family name")
    return Identity(model_key(own, name), "the provider's own model") if own else None


def _segments(provider: str, text: str) -> list[str]:
    """The path of an id without places, tiers, tasks and repeated parts: authors or hosts, and the name."""
    if provider == "clarifai":
        text = platforms.CLARIFAI.sub(r"\1/\2", text)
    parts = [part for part in text.split("/") if part]
    parts = [part for part, after in zip(parts, [*parts[1:-1], "", ""], strict=False) if part != after]
    if len(parts) < 2:
        return parts
    if provider == "fal" or parts[0] == "fal-ai" or parts[-1] in platforms.ENDINGS or _is_family(parts[0]):
        own = [part for part in parts if part not in platforms.ENDINGS and part != "fal-ai"]
        joined = "-".join(own)
        if family_author(families.without_author(canonical_name(joined))):
            return [joined]
        return [] if parts[0] == "fal-ai" else own
    return [*(part for part in parts[:-1] if part not in platforms.PLACES), parts[-1]]


def _is_family(word: str) -> bool:
    """Whether a word names models and no author: `flux-pro`."""
    return bool(family_author(canonical_name(word))) and not families.is_author(word)


def _is_others(author: str, name: str, variants: Collection[str]) -> bool:
    """Whether the author in an id only offers the weights of the author whose family the name is of."""
    is_copy = author in platforms.UPLOADERS or any(affixes.is_quantisation(word) for word in variants)
    return author != family_author(name) and is_copy and families.is_plain(name)


def _at_host(provider: str, key: str) -> str:
    if provider in platforms.CHAT_HOSTS:
        return next((f"{key}{ending}" for pattern, ending in platforms.BY_SIZE if pattern.fullmatch(key)), key)
    return key


def _identify_bedrock(text: str) -> Identity | None:
    vendor, separator, name = text.partition(".")
    if not separator or not re.fullmatch(r"[a-z0-9]+", vendor):
        # Not a Bedrock id: a model that another source lists there under its bare name.
        name = canonical_name(text)
        author = None if "/" in text else family_author(name)
        return Identity(model_key(author, name), "family name") if author else None
    return Identity(model_key(vendor, name), "vendor in the Bedrock id")
