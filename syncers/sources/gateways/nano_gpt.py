"""NanoGPT: a relay to models of many makers. Docs: https://docs.nano-gpt.com. The list is public.

Each row says that its prices are USD per 1M tokens; an example in the docs contradicts it (0.00015 for what costs
0.15), so the price of a well-known model is checked first. `created` is the time of the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from typing import Any, Final

from curation.core.claim import InvalidClaim
from syncers.errors import BadPayload
from syncers.kinds import units
from syncers.kinds.coerce import amount, table, without_none
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record

_KNOWN: Final = ("gpt-4o", "openai/gpt-4o")  # 2.50 since it came, at OpenAI and wherever else
_LEAST, _MOST = Decimal("0.25"), Decimal(25)


class NanoGpt(ModelList):
    slug, label, speaks_for = "nano-gpt", "NanoGPT", "nano-gpt"
    url, homepage = "https://nano-gpt.com/api/v1/models?detailed=true", "https://nano-gpt.com"
    authority = ("price", "limit", "supports_vision")
    key_variable = "NANO_GPT_API_KEY"
    expected = (50, 5_000)
    confidence = "medium"
    unit, zero_is_free = units.USD_PER_1M, False
    prices_at = {"price.input": "pricing.prompt", "price.output": "pricing.completion"}

    def records(self, document: Any) -> Iterator[Record]:
        records = list(super().records(document))
        for record in records:
            with suppress(InvalidClaim):
                price = amount(record.get("pricing", "prompt")) if record.get("id") in _KNOWN else None
                if price and price > 0 and not _LEAST <= price <= _MOST:
                    raise BadPayload(f"{self.slug}: gpt-4o at {price} per 1M tokens: the unit cannot be right")
        yield from records

    def more(self, record: Record) -> dict[str, Any]:
        pricing = table(record.get("pricing"), "pricing")
        if pricing and (pricing.get("currency"), pricing.get("unit")) != ("USD", "per_million_tokens"):
            raise InvalidClaim(f"pricing: USD per_million_tokens expected, not {str(pricing)[:100]}")
        return without_none(
            {
                "context_window": record.get("context_length") or None,
                "supports_vision": record.get("capabilities", "vision"),
            }
        )
