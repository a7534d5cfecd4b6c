"""models.dev: `api.json`, an object of providers with their models; costs are USD per 1M tokens.

Where a price depends on the hour, the cost is that of the most expensive hours, which the format cannot name.

What the format cannot express, and is left out: prices of service tiers, regions, other hours and plans, of cache
lives, of images, seconds, pages, searches and requests; marginal thresholds; currencies; retirement dates; aliases;
benchmarks. `preview` is written `beta` and `retired` is written `deprecated`; for active and legacy there is no
`status`.
The format's own schema requires values that may be unknown (`attachment`, `last_updated`, a provider's `env` and `npm`
…); what is not published is left out nevertheless.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from registry.domain.fields import Json
from registry.domain.rates import RateKey
from registry.formats.documents import Document, Providers, PublishedOffering, flat_prices_on, stated

PROVIDERS: Final[Mapping[str, str]] = {
    "bedrock": "amazon-bedrock",
    "fireworks": "fireworks-ai",
    "meta": "llama",
    "moonshot": "moonshotai",
    "moonshot-cn": "moonshotai-cn",
    "novita": "novita-ai",
    "together": "togetherai",
    "vercel-ai-gateway": "vercel",
    "zhipu": "zhipuai",
}
"""Our providers with another name there."""
COSTS: Final[Mapping[RateKey, str]] = {
    RateKey("input"): "input",
    RateKey("output"): "output",
    RateKey("reasoning"): "reasoning",
    RateKey("cache_read"): "cache_read",
    RateKey("cache_write"): "cache_write",
    RateKey("input", "audio"): "input_audio",
    RateKey("output", "audio"): "output_audio",
}
_STATUSES: Final = {"preview": "beta", "deprecated": "deprecated", "retired": "deprecated"}
_FLAGS: Final = {
    "reasoning": "supports_reasoning",
    "tool_call": "supports_tools",
    "structured_output": "supports_structured_output",
    "open_weights": "open_weights",
}


def make(offerings: Iterable[PublishedOffering], providers: Providers, day: date) -> Json:
    entries: dict[str, dict[str, Any]] = {}
    for offering in offerings:
        slug = PROVIDERS.get(offering.provider, offering.provider)
        provider = providers.get(offering.provider, {})
        if slug not in entries:
            about = {"id": slug, "name": provider.get("name") or None, "doc": provider.get("docs_url") or None}
            entries[slug] = stated(about) | {"models": {}}
        entries[slug]["models"][offering.native_id] = _model(offering, day)
    return entries


def _model(offering: PublishedOffering, day: date) -> dict[str, Json]:
    facts = offering.facts
    limit = {"context": "context_window", "input": "max_input_tokens", "output": "max_output_tokens"}
    efforts = facts.get("reasoning_efforts")
    values = {
        "id": offering.native_id,
        "name": facts.get("name"),
        "status": _STATUSES.get(facts.get("status") or ""),
        "release_date": facts.get("released_on"),
        "knowledge": facts.get("knowledge_cutoff"),
        **{word: facts.get(name) for word, name in _FLAGS.items()},
        "reasoning_options": [{"type": "effort", "values": efforts}] if efforts else None,
        "modalities": _some({direction: facts.get(f"{direction}_modalities") for direction in ("input", "output")}),
        "limit": _some({word: facts.get(name) for word, name in limit.items()}),
        "cost": _some(_cost(flat_prices_on(facts, day)[0])),
    }
    return stated(values)


def _some(values: Mapping[str, Any]) -> dict[str, Any] | None:
    return stated(values) or None


def _cost(prices: Mapping[RateKey, Decimal]) -> dict[str, Json]:
    """The ordinary costs and those of context tiers. A tier without ordinary costs is left out."""
    bands: dict[int, dict[str, Json]] = {0: {}}
    for key in sorted(prices):
        word = COSTS.get(replace(key, above=0))
        if word:
            bands.setdefault(key.above, {})[word] = prices[key]
    cost = bands.pop(0)
    steps = [{**bands[size], "tier": {"type": "context", "size": size}} for size in sorted(bands)]
    return cost | ({"tiers": steps} if cost and steps else {})


DOCUMENT = Document("models-dev", "models.dev api.json", make)
