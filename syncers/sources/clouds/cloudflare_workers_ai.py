"""Cloudflare Workers AI: the models that Cloudflare serves, with prices.

Docs: https://developers.cloudflare.com/workers-ai/models/. Prices are USD with their unit in words ("per M input
tokens"). It does not state output limits or modalities. Properties are listed when they are true, so a missing
one states nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from curation.core.claim import InvalidClaim
from registry.domain.rates import PriceLine, RateKey
from syncers.kinds.coerce import amount, full_day, money, rows, table
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record
from syncers.payload.paging import Numbered

_TASKS: Final = {
    "Text Generation": "chat",
    "Text Embeddings": "embedding",
    "Text-to-Image": "image",
    "Text-to-Speech": "speech",
    "Automatic Speech Recognition": "transcription",
}
#: Words of a unit → rate. Tiles and steps of images are charged together: neither alone is a price.
_RATES: Final = {
    "per M input tokens": RateKey("input"),
    "per M output tokens": RateKey("output"),
    "per M cached input tokens": RateKey("cache_read"),
}
_MINUTE: Final = "per audio minute"
_FLAGS: Final = {"function_calling": "supports_tools", "reasoning": "supports_reasoning", "vision": "supports_vision"}


class CloudflareWorkersAI(ModelList):
    slug, label, speaks_for = "cloudflare-workers-ai", "Cloudflare Workers AI", "cloudflare-workers-ai"
    url = "https://api.cloudflare.com/client/v4/accounts/{CLOUDFLARE_ACCOUNT_ID}/ai/models/search"
    homepage = "https://developers.cloudflare.com/workers-ai/models/"
    key_variable, key_required = "CLOUDFLARE_API_TOKEN", True
    paging = Numbered(parameter="page", size=("per_page", 100))
    records_at, id_at = "result", "name"
    authority = ("description", "price", "limit", "capability", "task", "status", "retires_on")
    fields_at = {"description": "description"}
    prices_in = "the unit and currency that each row names"
    expected = (10, 1_000)
    confidence = "high"

    def more(self, record: Record) -> dict[str, Any]:
        properties = _properties(record)
        task = _TASKS.get(str(record.get("task", "name")))
        values: dict[str, Any] = {field: True for name, field in _FLAGS.items() if properties.get(name) == "true"}
        if task:
            values["task"] = task
        # `max_total_tokens` is its name in older answers.
        window = amount(properties.get("context_window", properties.get("max_total_tokens")))
        if window:
            values["context_window"] = window
        planned = properties.get("planned_deprecation_date")
        if planned is not None:
            values["retires_on"] = full_day(planned[:10]) if isinstance(planned, str) else None
            if values["retires_on"] is None:
                raise InvalidClaim(f"planned_deprecation_date: a day expected, not {str(planned)[:60]!r}")
        if record.get("deprecated") is True:
            values["status"] = "deprecated"
        elif properties.get("beta") == "true":
            values["status"] = "preview"
        return values | dict(_prices(properties, task))

    def notices(self, document: Any) -> dict[str, int]:
        counts: Counter[str] = Counter()
        for record in self.records(document):
            try:
                units = [str(row.get("unit"))[:60] for row in _price_rows(_properties(record))]
            except InvalidClaim:
                continue  # the row is rejected
            counts.update(f"price {unit}" for unit in units if unit not in {*_RATES, _MINUTE})
        return dict(counts)


def _properties(record: Record) -> dict[str, Any]:
    listed = [table(row, "properties") for row in rows(record.get("properties"), "properties")]
    return {str(row.get("property_id")): row.get("value") for row in listed}


def _price_rows(properties: dict[str, Any]) -> list[dict[str, Any]]:
    return [table(row, "price") for row in rows(properties.get("price"), "price")]


def _prices(properties: dict[str, Any], task: str | None) -> Iterator[tuple[str, PriceLine]]:
    for row in _price_rows(properties):
        key = _RATES.get(str(row.get("unit")))
        if row.get("unit") == _MINUTE and task == "transcription":
            key = RateKey("input", "audio", unit="minute")
        # 0 is stated for models of partners that are not free (aura-1, billed by the character).
        if (exact := amount(row.get("price"))) and key and (line := money(exact, currency=str(row.get("currency")))):
            yield key.field, line
