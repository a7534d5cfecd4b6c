"""models.dev: specifications and prices of models at some 140 providers, kept as files by the makers of opencode.

Docs: https://github.com/anomalyco/models.dev (MIT). Costs are USD per 1M tokens. It tells no batch prices, regions,
currencies, aliases or retirement dates. Rows of some providers (openrouter, venice, vercel …) are copied from those
providers' own lists.

Not taken: `last_updated`, since it may mean the model as well as the row; `attachment`, which is about the client;
`family`, but that it tells embeddings apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from curation.core.authority import Standing
from curation.core.claim import Claim, InvalidClaim, claim
from registry.domain import rates
from registry.domain.rates import Amounts, PriceLine, RateKey
from registry.identity import names
from syncers.errors import BadPayload
from syncers.kinds.coerce import amount, full_day, money, rows, stated, table, text, without_restated, words
from syncers.kinds.record import Record
from syncers.kinds.source import Source
from syncers.kinds.words import FILES, INPUTS, OUTPUTS, flags, marks

_COSTS: Final[Mapping[str, RateKey]] = {
    "input": RateKey("input"),
    "output": RateKey("output"),
    "reasoning": RateKey("reasoning"),
    "cache_read": RateKey("cache_read"),
    "cache_write": RateKey("cache_write"),
    "input_audio": RateKey("input", "audio"),
    "output_audio": RateKey("output", "audio"),
}
_STEPS: Final = ("tiers", "context_over_200k")
#: Absent means generally available in this format, but it is also what a row has that nobody has looked at since: 63
#: of 4,803 models are marked deprecated, far fewer than are. So absent is no opinion here.
_STATUSES: Final = {"alpha": "preview", "beta": "preview", "deprecated": "deprecated"}
#: Providers that sell a subscription. Where their models state 0 per token, the plan is what one pays.
_PLANS: Final = ("coding-plan", "token-plan")


class ModelsDev(Source):
    slug, label = "models-dev", "models.dev"
    url = "https://models.dev/api.json"
    homepage = "https://models.dev"
    standing, preference = Standing.CATALOGUE, 20
    prices_in = "USD per 1M tokens"
    expected = (1_000, 30_000)
    confidence = "high"

    def records(self, document: Any) -> Iterator[Record]:
        if not isinstance(document, dict):
            raise BadPayload(f"{self.slug}: an object of providers expected, not a {type(document).__name__}")
        for name, provider in document.items():
            models = provider.get("models") if isinstance(provider, dict) else None
            slug = names.provider(name)
            if not slug or not isinstance(models, dict):
                yield Record(name[:100], provider)
                continue
            for key, model in models.items():
                yield Record(f"{name}/{key}"[:200], model, context=slug)

    def claims(self, record: Record) -> Iterator[Claim]:
        if not record.context or not isinstance(record.data, dict):
            raise InvalidClaim("a provider with an object of `models`, each an object, expected")
        ident, efforts = record.text("id"), _efforts(record.get("reasoning_options"))
        inputs = words(record.get("modalities", "input"), "modalities.input")
        outputs = words(record.get("modalities", "output"), "modalities.output")
        values = {
            "name": text(record.get("name")),
            "status": _STATUSES.get(str(record.get("status"))),
            # Half of a date (`2025-06`, 188 models) is not made whole.
            "released_on": full_day(record.get("release_date")),
            "knowledge_cutoff": text(record.get("knowledge")),
            # 0 is what is written where the limit is not known (41 models in May 2026, embeddings and image models).
            "context_window": record.get("limit", "context") or None,
            "max_input_tokens": record.get("limit", "input") or None,
            "max_output_tokens": None if _is_embedding(record) else record.get("limit", "output") or None,
            "input_modalities": inputs or None,
            "output_modalities": outputs or None,
            "supports_reasoning": record.get("reasoning"),
            "supports_tools": record.get("tool_call"),
            "supports_structured_output": record.get("structured_output"),
            "open_weights": record.get("open_weights"),
            "reasoning_efforts": efforts or None,
        }
        # Both lists are required, and documented as the supported modalities.
        able = flags(inputs, INPUTS) | marks(inputs, FILES) | flags(outputs, OUTPUTS)
        # A script fills its OpenRouter rows from OpenRouter's own list: a copy, not a second voice.
        origin = "openrouter" if record.context == "openrouter" else ""
        yield claim(f"{record.context}/{ident}", stated(values) | able | _prices(record, ident), origin=origin)

    def notices(self, document: Any) -> dict[str, int]:
        found: Counter[str] = Counter()
        for provider in document.values() if isinstance(document, dict) else ():
            models = provider.get("models") if isinstance(provider, dict) else None
            for model in models.values() if isinstance(models, dict) else ():
                cost = model.get("cost") if isinstance(model, dict) else None
                if isinstance(cost, dict):
                    found.update(f"price key {name}" for name in cost if name not in {*_COSTS, *_STEPS})
                    found.update(_other_tiers(cost))
                found.update(_other_modes(model) if isinstance(model, dict) else ())
                if (
                    isinstance(model, dict)
                    and isinstance(model.get("status"), str)
                    and model["status"] not in _STATUSES
                ):
                    found[f"status {model['status'][:40]}"] += 1
        return dict(found)


def _other_tiers(cost: Mapping[str, Any]) -> Iterator[str]:
    """Types of tiers whose prices are not taken, since they are not told by the size of the request."""
    for step in cost["tiers"] if isinstance(cost.get("tiers"), list) else ():
        tier = step.get("tier") if isinstance(step, dict) else None
        if isinstance(tier, dict) and tier.get("type") != "context":
            yield f"prices of tier type {str(tier.get('type'))[:40]}"


def _other_modes(model: Mapping[str, Any]) -> Iterator[str]:
    """Modes of a model whose prices are not taken, since they are no service tier."""
    experimental = model.get("experimental")
    modes = experimental.get("modes") if isinstance(experimental, dict) else None
    for name, mode in modes.items() if isinstance(modes, dict) else ():
        provider = mode.get("provider") if isinstance(mode, dict) else None
        body = provider.get("body") if isinstance(provider, dict) else None
        if isinstance(mode, dict) and mode.get("cost") and not _tier(body if isinstance(body, dict) else {}):
            yield f"prices of mode {name[:40]}"


def _is_embedding(record: Record) -> bool:
    """Whether a row calls its family one of embeddings: what it states as output is then the length of a vector
    (cohere-embed-v3: 1,024 of a window of 512).
    """
    family = record.get("family")
    return isinstance(family, str) and family.endswith(("embed", "embedding"))


def _efforts(options: Any) -> list[str]:
    """Values of the `effort` option. `default` names no effort."""
    found = []
    for option in rows(options, "reasoning_options"):
        row = table(option, "reasoning_options")
        if row.get("type") == "effort":
            # The list may hold null for "not sent".
            found += [value for value in rows(row.get("values"), "values") if value is not None and value != "default"]
    return found


def _prices(record: Record, ident: str) -> dict[str, PriceLine]:
    cost = table(record.get("cost"), "cost")
    amounts = [amount(cost.get(name)) for name in _COSTS]
    if amounts[0] == 0 and not any(amounts):
        # 0 alone is not believed: nvidia, github-models, lmstudio and plan providers state it for all that they do
        # not sell by the token (models.dev#3302: 96 of 107 plan models).
        if ident.endswith((":free", "-free", "/free")):
            return {key.field: rates.stated(Amounts.FREE) for key in (_COSTS["input"], _COSTS["output"])}
        if any(word in record.context for word in _PLANS):
            return {key.field: rates.stated(Amounts.INCLUDED) for key in (_COSTS["input"], _COSTS["output"])}
        return {}
    found = _costs(cost)
    for mode in table(record.get("experimental", "modes"), "modes").values():
        row = table(mode, "modes")
        if tier := _tier(table(table(row.get("provider"), "provider").get("body"), "body")):
            found |= _costs(table(row.get("cost"), "cost"), tier=tier)
    return {key.field: line for key, line in found.items()}


def _costs(cost: Mapping[str, Any], **conditions: Any) -> dict[RateKey, PriceLine]:
    """The prices of a cost block and of its context tiers. Zero beside other prices is a filler (`cache_write: 0`)."""
    found = {}
    for name, key in _COSTS.items():
        line = money(cost.get(name)) if cost.get(name) else None
        if line and line[0].amount:
            found[replace(key, **conditions)] = line
    steps = [step for step in rows(cost.get("tiers"), "tiers") if _is_of_context(step)]
    if not steps and "context_over_200k" in cost:
        # Older than `tiers`, and given beside it when there is one tier; then the size in `tiers` is the true one.
        steps = [table(cost["context_over_200k"], "context_over_200k") | {"tier": {"type": "context", "size": 200_000}}]
    for step in steps:
        row = table(step, "tiers")
        tier = table(row.get("tier"), "tier")
        size = tier.get("size")
        if isinstance(size, bool) or not isinstance(size, int) or size <= 0:
            raise InvalidClaim(f"tiers: a context tier with a size expected, not {str(tier)[:80]}")
        found |= _costs({name: row.get(name) for name in _COSTS}, **conditions, above=size)
    for block in _conditional(cost):
        found = without_restated(found, [key for name, key in _COSTS.items() if name in block])
    return found


def _conditional(cost: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Blocks of a cost that hold under a condition not understood, such as `peak` (no schema tells its hours)."""
    blocks = [step for step in rows(cost.get("tiers"), "tiers") if not _is_of_context(step)]
    for name, value in cost.items():
        if name not in (*_COSTS, *_STEPS):
            blocks += value if isinstance(value, list) else [value]
    return [block for block in blocks if isinstance(block, dict)]


def _is_of_context(step: Any) -> bool:
    return table(table(step, "tiers").get("tier"), "tier").get("type") == "context"


def _tier(body: Mapping[str, Any]) -> str:
    """The service tier that a mode asks for in its request; "" when it asks for something else."""
    if body.get("speed") == "fast":
        return "fast"
    return next((tier for tier in ("priority", "flex", "batch", "fast") if body.get("service_tier") == tier), "")
