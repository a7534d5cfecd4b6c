"""LiteLLM: the format of `model_prices_and_context_window.json`, which gateways load from any address.

The key of an entry is LiteLLM's id of the model: bare for OpenAI, Anthropic and Bedrock, else `<provider>/<id>`, with
LiteLLM's own name of the provider. Conditions that the map keeps in keys become separate entries with only what is
stated for them: regions of Azure and Bedrock, commitments of Bedrock, size, steps and quality of images. Every number
is USD for a single unit (token, image, second …).

Where a price depends on the hour, that of the most expensive hours is written, and `metadata.notes` names these hours.

Regions of other providers are written where one factor for all token prices expresses them.

What the format cannot express, and is left out: regions of other providers without such a factor, and their plans;
other hours; marginal thresholds, and thresholds that are no multiple of 1,000; the five-minute cache write, unless it
is the usual one; other tiers than batch, flex, fast, priority, balanced and ultrafast; parameters without a key;
currencies; dates of prices; release dates, names, descriptions, context windows (`max_input_tokens` is written only
where exactly that limit is published), aliases, endpoints and benchmarks. `max_tokens` follows the format's own rule:
the output limit, else the input limit.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from registry.domain.fields import Json
from registry.domain.rates import RateKey
from registry.formats.documents import Document, Providers, PublishedOffering, flat_prices_on, stated
from registry.formats.litellm_keys import AWS_REGION, AZURE_REGIONS, COMMITMENT, QUALITY, named, uplifts
from registry.formats.litellm_words import FLAGS, LIMITS, MODES
from registry.identity import names

PROVIDERS: Final[Mapping[str, str]] = {
    "alibaba": "dashscope",
    "bytedance": "volcengine",
    "cloudflare-workers-ai": "cloudflare",
    "fal": "fal_ai",
    "featherless": "featherless_ai",
    "fireworks": "fireworks_ai",
    "google": "gemini",
    "google-vertex": "vertex_ai",
    "jina": "jina_ai",
    "meta": "meta_llama",
    "nvidia": "nvidia_nim",
    "together": "together_ai",
}
"""Our providers with another name there; all others keep their slug, with underscores."""
_BARE: Final = frozenset({"anthropic", "bedrock", "openai"})
#: Image parameters in front of the model in a key.
_IN_KEY: Final = (
    (re.compile(r"size:(\d+|max)x(\d+|max)"), r"\1-x-\2"),
    (re.compile(r"steps:(\d+|max)"), r"\1-steps"),
    (re.compile(rf"quality:(?!premium)({QUALITY.pattern})"), r"\1"),
)
_Prices = Mapping[RateKey, Decimal]


def make(offerings: Iterable[PublishedOffering], providers: Providers, day: date) -> Json:
    entries: dict[str, Json] = {}
    for offering in offerings:
        mode = MODES.get(offering.facts.get("task") or "")
        about = _about(
            offering.facts, provider := PROVIDERS.get(offering.provider, offering.provider.replace("-", "_")), mode
        )
        amounts, note = flat_prices_on(offering.facts, day)
        if note:
            about["metadata"] = {"notes": note}
        if offering.provider not in (*names.AZURE, *names.BEDROCK):  # their regions are entries of their own
            about |= dict(uplifts(amounts))
        for before, prices in _by_key(offering.provider, amounts):
            key = _key(offering, provider, before)
            if key in entries:  # two offerings under one bare id
                key = "/".join((provider, *before, offering.native_id))
            entries[key] = about | dict(named(prices, mode or ""))
    return entries


def _key(offering: PublishedOffering, provider: str, before: tuple[str, ...]) -> str:
    ident = (*before, offering.native_id)
    regional = any(AWS_REGION.fullmatch(word) or COMMITMENT.fullmatch(word) for word in before)
    if offering.provider in _BARE and "/" not in offering.native_id and not regional:
        return "/".join(ident)
    return "/".join((provider, *ident))


def _about(facts: Mapping[str, Json], provider: str, mode: str | None) -> dict[str, Json]:
    """All of an entry except its prices."""
    values: dict[str, Any] = {
        "litellm_provider": provider,
        "mode": mode,
        "max_tokens": facts.get("max_output_tokens") or facts.get("max_input_tokens"),
        **{key: facts.get(field) for key, field in LIMITS.items()},
        **{key: facts.get(field) for key, field in FLAGS.items()},
        "supported_modalities": _without_pdf(facts),
        "supported_output_modalities": facts.get("output_modalities"),
        "supported_regions": facts.get("regions"),
        "deprecation_date": facts.get("retires_on"),
    }
    return stated(values)


def _without_pdf(facts: Mapping[str, Json]) -> list[str] | None:
    """Input modalities, without PDF where the flag states it: the lists of this format do not have the word."""
    listed = facts.get("input_modalities")
    return [word for word in listed if word != "pdf"] if listed and facts.get("supports_pdf_input") else listed


def _by_key(provider: str, prices: _Prices) -> Iterator[tuple[tuple[str, ...], _Prices]]:
    """The segments before the model in a key, and the prices under it. The ordinary entry always comes first."""
    groups: dict[tuple[str, ...], dict[RateKey, Decimal]] = defaultdict(dict)
    groups[()] = {}
    for key, amount in prices.items():
        split = _split(provider, key)
        if split:
            groups[split[0]][split[1]] = amount
    return iter(sorted(groups.items()))


def _split(provider: str, key: RateKey) -> tuple[tuple[str, ...], RateKey] | None:
    """Conditions as segments in front of a model, and the rate without them; None when a key cannot express them."""
    words: list[str] = []
    if key.region:
        is_azure_region = provider in names.AZURE and key.region in AZURE_REGIONS
        if not is_azure_region and not (provider in names.BEDROCK and AWS_REGION.fullmatch(key.region)):
            return None
        words.append(key.region)
    if key.plan:
        if provider != "bedrock" or not COMMITMENT.fullmatch(key.plan):
            return None
        words.append(key.plan)
    parts = key.detail.split(",") if key.detail else []
    spelt = {part: word for part in parts if (word := _spelt(part))}
    if any(part.startswith("quality:") for part in spelt) and not any(part.startswith("size:") for part in spelt):
        spelt = {part: word for part, word in spelt.items() if not part.startswith("quality:")}
    words += sorted(spelt.values(), key=lambda word: (word.endswith("-steps"), "-x-" in word))
    rest = ",".join(part for part in parts if part not in spelt)
    return tuple(words), replace(key, region="", plan="", detail=rest)


def _spelt(part: str) -> str:
    return next((pattern.sub(word, part) for pattern, word in _IN_KEY if pattern.fullmatch(part)), "")


DOCUMENT = Document("litellm", "LiteLLM cost map", make)
