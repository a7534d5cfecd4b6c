"""xAI: its own lists of language, image and video models, with prices.

Docs: https://docs.x.ai/docs/api-reference. Prices are whole numbers of US cents per 100 million tokens; searches
are priced in 1/100 cent per million. What is listed depends on the key's access. The older list at `/v1/models` is
read as well. It does not state names, output limits, tool use or dates (`created` is a build). The unit of
`image_price` is documented as cents per image, which the numbers seen (200000000) cannot be: it is left out and
counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from registry.domain.rates import RateKey
from syncers.kinds import units
from syncers.kinds.capabilities import modalities
from syncers.kinds.coerce import money, names, rate_under, tokens, words
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record

_BASE: Final = "https://api.x.ai/v1"
_LONG: Final = {
    "input": "prompt_text_token_price_long_context",
    "output": "completion_text_token_price_long_context",
    "cache_read": "cached_prompt_text_token_price_long_context",
}


class XAI(ModelList):
    slug, label, speaks_for = "xai", "xAI", "xai"
    url = f"{_BASE}/language-models"
    homepage = "https://docs.x.ai/docs/models"
    key_variable, key_required = "XAI_API_KEY", True
    records_at, also_at = "models", ("data",)
    authority = ("price", "limit", "modality", "capability")
    expected = (3, 300)
    confidence = "high"
    unit = units.CENTS_PER_100M
    # 0 means that a price does not apply: images of a text model, long context without its own band.
    zero_is_free = False
    prices_at = {
        "price.input": "prompt_text_token_price",
        "price.input[modality=image]": "prompt_image_token_price",
        "price.output": "completion_text_token_price",
        "price.cache_read": "cached_prompt_text_token_price",
    }

    def urls(self) -> Mapping[str, str]:
        kinds = ("language", "image-generation", "video-generation")
        return {kind: f"{_BASE}/{kind}-models" for kind in kinds}

    def more(self, record: Record) -> dict[str, Any]:
        limit = record.get("max_prompt_length") or record.get("context_length")
        values: dict[str, Any] = {"context_window": limit} if limit is not None else {}
        values |= modalities(record.get("input_modalities"), record.get("output_modalities"))
        search = money(record.get("search_price"), times="1e-10")
        if search and search[0].amount:
            values["price.search"] = search
        above = tokens(record.get("long_context_threshold") or 0, "long_context_threshold")
        return values | self._long(record, above)

    def _long(self, record: Record, above: int) -> dict[str, Any]:
        if not above:
            return {}
        return self.prices(record, {rate_under(RateKey(meter), above=above).field: key for meter, key in _LONG.items()})

    def names(self, record: Record) -> tuple[str, ...]:
        return names(words(record.get("aliases"), "aliases") or (), besides=self.native_id(record))

    def notices(self, document: Any) -> dict[str, int]:
        count = sum(1 for record in self.records(document) if record.get("image_price"))
        return {"unit of `image_price`": count} if count else {}
