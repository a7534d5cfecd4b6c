"""ZenMux: the models of a relay, with prices.

Docs: https://docs.zenmux.ai. The list is read as recorded in May and July 2026: prices with their unit and
currency, many by the length of the input. It does not state output limits; `created` is the day of listing,
`publish_time` that of the release.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from curation.core.claim import InvalidClaim
from syncers.kinds.capabilities import modalities
from syncers.kinds.coerce import day_of, table, without_none
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record
from syncers.sources.gateways.zenmux_prices import not_taken, price_fields


class ZenMux(ModelList):
    slug, label, speaks_for = "zenmux", "ZenMux", "zenmux"
    url = "https://zenmux.ai/api/v1/models"
    homepage = "https://zenmux.ai/models"
    key_variable = "ZENMUX_API_KEY"
    authority = ("name", "price", "limit", "modality", "capability", "released_on")
    prices_in = "the unit and currency that each row names"
    expected = (40, 3_000)
    fields_at = {
        "name": "display_name",
        "context_window": "context_length",
        "supports_reasoning": "capabilities.reasoning",
    }

    def more(self, record: Record) -> dict[str, Any]:
        takes_and_gives = modalities(record.get("input_modalities"), record.get("output_modalities"))
        prices = price_fields(self.native_id(record), table(record.get("pricings"), "pricings"))
        return without_none({"released_on": day_of(record.get("publish_time"))}) | takes_and_gives | prices

    def notices(self, document: Any) -> dict[str, int]:
        counts: Counter[str] = Counter()
        for record in self.records(document):
            try:
                counts.update(not_taken(table(record.get("pricings"), "pricings")))
            except InvalidClaim:
                continue  # the row is rejected
        return dict(counts)
