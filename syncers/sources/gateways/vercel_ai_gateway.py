"""Vercel AI Gateway: the models it forwards to, prices in USD per token as text.

Docs: https://vercel.com/docs/ai-gateway. It does not state modalities, retirement dates or the unit of `web_search`.
Tags are only read as yes; `file-input` is PDF. `created` is the day of listing, `released` that of the release.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Any, Final

from curation.core.claim import InvalidClaim
from registry.domain.rates import PriceLine, RateKey
from syncers.kinds import units
from syncers.kinds.coerce import day_of, money, rate_under, rows, table, tokens, without_none
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record
from syncers.sources.gateways.vercel_media_prices import KNOWN, media_prices, not_taken

_TASKS: Final = {
    "language": "chat",
    "embedding": "embedding",
    "image": "image",
    "video": "video",
    "reranking": "rerank",
    "transcription": "transcription",
    "speech": "speech",
    "realtime": "realtime",
}
_TAGS: Final = {
    "reasoning": "supports_reasoning",
    "tool-use": "supports_tools",
    "vision": "supports_vision",
    "implicit-caching": "supports_prompt_caching",
    "web-search": "supports_web_search",
    "file-input": "supports_pdf_input",
    "image-generation": "supports_image_output",
}
_METERS: Final = {
    "input": "input",
    "output": "output",
    "input_cache_read": "cache_read",
    "input_cache_write": "cache_write",
}
_KNOWN: Final = {*_METERS, *(f"{key}_tiers" for key in _METERS), "image", *KNOWN}


class VercelAIGateway(ModelList):
    slug, label, speaks_for = "vercel-ai-gateway", "Vercel AI Gateway", "vercel-ai-gateway"
    url = "https://ai-gateway.vercel.sh/v1/models"
    homepage = "https://vercel.com/ai-gateway"
    authority = ("name", "description", "price", "limit", "capability", "task", "released_on")
    key_variable = "AI_GATEWAY_API_KEY"
    expected = (50, 2_000)
    confidence = "high"
    unit = units.USD_PER_TOKEN
    prices_at = {f"price.{meter}": f"pricing.{key}" for key, meter in _METERS.items()}
    fields_at = {
        "name": "name",
        "description": "description",
        "context_window": "context_window",
        "max_output_tokens": "max_tokens",
    }
    meanings_at = {"task": {"type": _TASKS}}
    marks_at = {"tags": _TAGS}

    def more(self, record: Record) -> dict[str, Any]:
        values = {
            "released_on": day_of(record.get("released")),
            # Per generated image; its meaning for other kinds of models is not documented.
            "price.output[modality=image;unit=image]": money(record.get("pricing", "image"))
            if record.get("type") == "image"
            else None,
        }
        media = media_prices(table(record.get("pricing"), "pricing"))
        return without_none(values) | media | self._tiers(record)

    def _tiers(self, record: Record) -> dict[str, PriceLine]:
        """Prices by length of the prompt. The tier from 0 on is the ordinary price again."""
        prices = {}
        for key, meter in _METERS.items():
            for row in rows(record.get("pricing", f"{key}_tiers"), f"{key}_tiers"):
                tier = table(row, f"{key}_tiers")
                least, line = tokens(tier.get("min") or 0, f"{key}_tiers"), self.price(tier.get("cost"))
                # `min` is the first number of tokens in the tier, "from 200001 on": more than 200000.
                above = least - 1 if least % 1000 == 1 else least
                rate = rate_under(RateKey(meter), what=f"{key}_tiers", above=above)
                if line and (rate.above or record.get("pricing", key) is None):
                    prices[rate.field] = line
        return prices

    def notices(self, document: Any) -> dict[str, int]:
        priced = [row for record in self.records(document) if isinstance(row := record.get("pricing"), dict)]
        counts = Counter(f"price key {key}"[:60] for row in priced for key in row if key not in _KNOWN)
        for row in priced:
            with suppress(InvalidClaim):  # the price is reported as unreadable
                counts.update(not_taken(row))
        return dict(counts)
