"""Parses keys of the LiteLLM map: the offering of an entry, and the conditions under which its prices hold."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from registry.domain.offering_ids import OfferingId
from registry.formats.litellm_keys import AWS_REGION, AZURE_REGIONS, COMMITMENT, QUALITY
from registry.identity import names

#: Image quality and size, steps, region and commitment come before the model in a key.
_SIZE: Final = re.compile(r"(\d+|max)-x-(\d+|max)")
_STEPS: Final = re.compile(r"(\d+|max)-steps")
#: Calls by which LiteLLM reaches a model of Bedrock. Not all of them can do the same.
_ROUTES: Final = frozenset({"converse", "invoke"})
#: Tariffs by model size, which LiteLLM uses for unlisted models. They are not models.
_SIZE_CLASS: Final = re.compile(r"(fireworks-ai|together-ai)-(default|moe-|embedding-|above-|up-to-|\d).*")


@dataclass(frozen=True, slots=True)
class Place:
    """The offering and the conditions in a key."""

    offering: str
    conditions: dict[str, str] = field(default_factory=dict)
    """Conditions of its prices; empty for the ordinary entry of an offering."""


def is_size_class(key: str) -> bool:
    return bool(_SIZE_CLASS.fullmatch(key))


def provider_of(name: str) -> str:
    """`vertex_ai-llama_models` is google-vertex, `text-completion-openai` is openai, `bedrock_converse` is bedrock."""
    if name.startswith("vertex_ai"):
        return "google-vertex"
    return names.provider(name.removeprefix("text-completion-"))


def place(key: str, provider_name: str) -> Place:
    """The offering of a key and the conditions in it: `azure/eu/gpt-5.1` is azure/gpt-5.1 in region eu."""
    provider = provider_of(provider_name)
    parts = key.split("/")
    conditions: dict[str, str] = {}
    details: list[str] = []
    provider_dropped = False
    while len(parts) > 1:
        head, following = parts[0], parts[1]
        if not provider_dropped and provider_of(head) == provider:
            provider_dropped = True  # once only: perplexity/perplexity/sonar is `perplexity/sonar` there
        elif match := _SIZE.fullmatch(head):
            details.append(f"size:{match[1]}x{match[2]}")
        elif match := _STEPS.fullmatch(head):
            details.append(f"steps:{match[1]}")
        elif _SIZE.fullmatch(following) and QUALITY.fullmatch(head):
            details.append(f"quality:{head}")
        elif "region" not in conditions and _is_region(provider, head):
            conditions["region"] = head.strip("*")  # `*`: in every region
        elif provider == "bedrock" and COMMITMENT.fullmatch(head):
            conditions["plan"] = head
        else:
            break
        parts = parts[1:]
    if details:
        conditions["detail"] = ",".join(details)
    return Place(f"{provider}/{'/'.join(parts)}", {name: value for name, value in conditions.items() if value})


def unknown_condition(where: Place, listed: Collection[str]) -> str:
    """The word before the model in a key of Azure or Bedrock that is neither a known condition nor part of the id.

    Their ids have no slash. A word before the id of another `listed` offering is a condition, whatever it means: its
    prices are not those of the offering, and the entry is no offering itself.
    """
    provider, ident = OfferingId.of(where.offering)
    word, _, model = ident.partition("/")
    hosts = names.BEDROCK | names.AZURE
    return word if provider in hosts and word not in _ROUTES and str(OfferingId(provider, model)) in listed else ""


def _is_region(provider: str, word: str) -> bool:
    if provider in names.AZURE:
        return word in AZURE_REGIONS
    return provider in names.BEDROCK and (word == "*" or bool(AWS_REGION.fullmatch(word)))
