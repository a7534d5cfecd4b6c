"""models.dev: specifications and prices of models at some 140 providers, kept as files by the makers of opencode.

Docs: https://github.com/anomalyco/models.dev (MIT). Costs are USD per 1M tokens. It states no batch prices, regions,
currencies, aliases or retirement dates. Rows of some providers (openrouter, venice, vercel …) are copied from those
providers' own lists.

Not taken: `last_updated`, since it may mean the model as well as the row; `attachment`, which is about the client;
`family`, but that it tells embeddings apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from curation.core.authority import SourceType
from curation.core.claim import Claim, InvalidClaim, claim
from registry.identity import names
from syncers.errors import BadPayload
from syncers.kinds.capabilities import FILES, INPUTS, OUTPUTS, efforts, flags, marks
from syncers.kinds.coerce import full_day, rows, table, text, without_none, words
from syncers.kinds.record import Record
from syncers.kinds.source import Source
from syncers.sources.catalogues.models_dev_prices import not_taken, price_fields

#: In this format a missing status means generally available, but rows are not kept up to date: 63 of 4,803 models are
#: marked deprecated, far fewer than are. So a missing status states nothing here.
_STATUSES: Final = {"alpha": "preview", "beta": "preview", "deprecated": "deprecated"}


class ModelsDev(Source):
    slug, label = "models-dev", "models.dev"
    url = "https://models.dev/api.json"
    homepage = "https://models.dev"
    source_type, preference = SourceType.CATALOGUE, 20
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
        ident = record.text("id")
        inputs = words(record.get("modalities", "input"), "modalities.input")
        outputs = words(record.get("modalities", "output"), "modalities.output")
        values = {
            "name": text(record.get("name")),
            "status": _STATUSES.get(str(record.get("status"))),
            # An incomplete date (`2025-06`, 188 models) is not completed.
            "released_on": full_day(record.get("release_date")),
            "knowledge_cutoff": text(record.get("knowledge")),
            # 0 is stated where the limit is not known (41 models in May 2026, embeddings and image models).
            "context_window": record.get("limit", "context") or None,
            "max_input_tokens": record.get("limit", "input") or None,
            "max_output_tokens": None if _is_embedding(record) else record.get("limit", "output") or None,
            "input_modalities": inputs or None,
            "output_modalities": outputs or None,
            "supports_reasoning": record.get("reasoning"),
            "supports_tools": record.get("tool_call"),
            "supports_structured_output": record.get("structured_output"),
            "open_weights": record.get("open_weights"),
            **efforts(_efforts(record.get("reasoning_options"))),
        }
        # Both lists are required, and documented as the supported modalities.
        able = flags(inputs, INPUTS) | marks(inputs, FILES) | flags(outputs, OUTPUTS)
        # A script fills its OpenRouter rows from OpenRouter's own list: a copy, not an independent source.
        origin = "openrouter" if record.context == "openrouter" else ""
        yield claim(
            f"{record.context}/{ident}", without_none(values) | able | price_fields(record, ident), origin=origin
        )

    def notices(self, document: Any) -> dict[str, int]:
        counts: Counter[str] = Counter()
        for provider in document.values() if isinstance(document, dict) else ():
            models = provider.get("models") if isinstance(provider, dict) else None
            for model in models.values() if isinstance(models, dict) else ():
                if not isinstance(model, dict):
                    continue
                counts.update(not_taken(model))
                if isinstance(status := model.get("status"), str) and status not in _STATUSES:
                    counts[f"status {status[:40]}"] += 1
        return dict(counts)


def _is_embedding(record: Record) -> bool:
    """Whether a row calls its family one of embeddings: what it states as output is then the length of a vector
    (cohere-embed-v3: 1,024 of a window of 512).
    """
    family = record.get("family")
    return isinstance(family, str) and family.endswith(("embed", "embedding"))


def _efforts(options: Any) -> list[str]:
    """Values of the `effort` option. `default` names no effort."""
    listed = []
    for option in rows(options, "reasoning_options"):
        row = table(option, "reasoning_options")
        if row.get("type") == "effort":
            # The list may hold null for "not sent".
            listed += [value for value in rows(row.get("values"), "values") if value is not None and value != "default"]
    return listed
